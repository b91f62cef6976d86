// An article that is given again is the one that is there if it says the same. Nobody but an extension knows what is
// behind its pointers.
package syndicate_test

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// counting is an extension that is safe for concurrent use: what it remembers is behind its own lock.
type counting struct {
	mu      sync.Mutex
	written map[string]int
}

func (*counting) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "n", URI: "https://n.example/"}}
}
func (*counting) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}
func (c *counting) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range 20 {
		c.written[fmt.Sprint(i)]++
	}
	w.Element("n:title", a.Title)
}

func extendedBy(extensions ...syndicate.Extension) syndicate.Article {
	return with(numbered(1), func(a *syndicate.Article) { a.Extensions = extensions })
}

// The race detector, and the runtime's own, are what this test is for.
func TestExtensionsMayRememberWhileTheirArticlesAreGivenAgain(t *testing.T) {
	given := func() syndicate.Article { return extendedBy(&counting{written: map[string]int{}}) }
	archive := openArchive(t, plainSite, clockAt(january(10)), given())
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					assert.NoError(t, feedOf(t, archive, syndicate.Everything()).Write(io.Discard, syndicate.RSS))
				}
			}
		})
	}
	for i := range 400 {
		var err error
		if i%2 == 0 {
			err = archive.Update(given())
		} else {
			err = archive.Replace(given())
		}
		require.NoError(t, err)
	}
	close(done)
	readers.Wait()
}

func TestAnArticleIsTheSameWithTheSameExtensions(t *testing.T) {
	one, other := new(counting), new(counting)
	type extensions = []syndicate.Extension
	for name, test := range map[string]struct {
		before, after extensions
		same          bool
	}{
		"none and an empty list":    {nil, extensions{}, true},
		"one pointer":               {extensions{one}, extensions{one}, true},
		"two pointers":              {extensions{one}, extensions{other}, false},
		"equal values":              {extensions{deskExtension{"a"}}, extensions{deskExtension{"a"}}, true},
		"other values":              {extensions{deskExtension{"a"}}, extensions{deskExtension{"b"}}, false},
		"equal lists in values":     {extensions{uncomparable{[]string{"a", "b"}}}, extensions{uncomparable{[]string{"a", "b"}}}, true},
		"other lists in values":     {extensions{uncomparable{[]string{"a", "b"}}}, extensions{uncomparable{[]string{"ab"}}}, false},
		"values of two types":       {extensions{deskExtension{"a"}}, extensions{uncomparable{[]string{"a"}}}, false},
		"a function in a value":     {extensions{callingBack{}}, extensions{callingBack{func() {}}}, false},
		"nil and one":               {extensions{nil}, extensions{one}, false},
		"nil and nil":               {extensions{nil}, extensions{nil}, true},
		"one more":                  {extensions{one}, extensions{one, other}, false},
		"the same in another order": {extensions{deskExtension{"a"}, deskExtension{"b"}}, extensions{deskExtension{"b"}, deskExtension{"a"}}, false},
	} {
		clock := clockAt(january(10))
		archive := openArchive(t, plainSite, clock, extendedBy(test.before...))
		before := feedOf(t, archive, syndicate.Everything()).Modified
		clock.Set(january(11))
		require.NoError(t, archive.Update(extendedBy(test.after...)))
		assert.Equal(t, test.same, feedOf(t, archive, syndicate.Everything()).Modified.Equal(before), name)
	}
}
