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
		"https://me:pw@e.org/":   {"https://me:pw@e.org/", "https://me:pw@e.org/", string(HasUser)},
		"":                       {"", "/", string(Missing)},
		"news":                   {"", "/", string(NotAbsolute)},
	} {
		home, folder, fault := Base(site)
		assert.Equal(t, want, [3]string{home, folder.String(), string(fault)}, site)
	}
}
