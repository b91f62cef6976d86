package uri

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBase(t *testing.T) {
	for site, want := range map[string][3]string{
		"https://E.org":          {"https://e.org/", "https://e.org/"},
		"https://e.org/news?a#b": {"https://e.org/news?a#b", "https://e.org/news/"},
		"https://e.org/news/":    {"https://e.org/news/", "https://e.org/news/"},
		"https://me:pw@e.org/":   {"https://e.org/", "https://e.org/", string(HasUser)},
		"":                       {"", "/", string(Missing)},
		"news":                   {"", "/", string(NotAbsolute)},
	} {
		home, folder, fault := Base(site)
		assert.Equal(t, want, [3]string{home, folder.String(), string(fault)}, site)
	}
}

func TestAddressBeforeAMove(t *testing.T) {
	_, now, _ := Base("https://new.example/")
	_, before, _ := Base("http://old.example/blog/")
	for ref, want := range map[string]string{
		"a/":                       "http://old.example/blog/a/",
		"/a/":                      "http://old.example/a/",
		"?p=1":                     "http://old.example/blog/?p=1",
		"a/?u=https://new.example": "http://old.example/blog/a/?u=https://new.example",
		"https://new.example/a/":   "http://old.example/blog/a/",
		" HTTPS://New.example/a/ ": "http://old.example/blog/a/",
		"https://new.example.org/": "https://new.example.org/",
		"http://old.example/blog/": "http://old.example/blog/",
		"http://[":                 "",
		"//new.example/a/":         "http://old.example/blog/a/",
		"https://new.example/50%":  "http://old.example/blog/50%25",
		"https://new.example/\na/": "http://old.example/blog/a/",
		"//other.example/":         "http://other.example/",
	} {
		assert.Equal(t, want, Moved(ref, now, before), ref)
	}
	// All spellings of one address have one id.
	for _, ref := range []string{"a", "./a", "/blog/a", "//old.example/blog/a", "http://old.example/blog/a"} {
		assert.Equal(t, "https://new.example/a", Moved(ref, before, now), ref)
	}
	assert.Equal(t, "https://new.example/a", Moved("/a", before, now), "outside of the folder")
}
