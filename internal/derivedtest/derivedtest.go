// Package derivedtest has a small set of derived files, for the tests of what publishes them.
//
// The set is written as users write theirs: with [derived.Articles] and [derived.Find].
package derivedtest

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// Notes has a text for each article of the site, at the path that [Notes.Path] returns, with its
// content. An article without a title has one too. The zero Notes is ready to use.
type Notes struct {
	// Err is returned by every method, if it is set.
	Err error
	// Appended counts the calls of Append.
	Appended atomic.Int64
}

var _ derived.Files = (*Notes)(nil)

// Path returns the path of an article's file: its time and its title. With the time in the path,
// Find reads few archive pages.
func (n *Notes) Path(a *syndicate.Article) string {
	return fmt.Sprintf("notes/%d-%s.txt", a.Published.Unix(), a.Title)
}

// List yields a file for each article.
func (n *Notes) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		// The walk has one page in memory at a time.
		for a, err := range derived.Articles(ctx, source, syndicate.Everything()) {
			if err != nil {
				yield(derived.File{}, err)
				return
			}
			if !yield(n.file(a), nil) {
				return
			}
		}
		// The error comes last, as that of a Source which breaks off.
		if n.Err != nil {
			yield(derived.File{}, n.Err)
		}
	}
}

// Find returns the file of the article with a path.
func (n *Notes) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	if n.Err != nil {
		return derived.File{}, n.Err
	}
	// A path that is not of the form that Path returns is refused before any feed is read.
	name, _ := strings.CutPrefix(path, "notes/")
	second, _, _ := strings.Cut(name, "-")
	unix, err := strconv.ParseInt(second, 10, 64)
	if err != nil {
		return derived.File{}, syndicate.ErrNotFound
	}
	// Several articles may have been published in that second, so the whole path is compared.
	a, err := derived.Find(ctx, source, syndicate.Everything(), time.Unix(unix, 0),
		func(a *syndicate.Article) bool { return n.Path(a) == path })
	// The error is that of the Source, or says that there is no such article.
	if err != nil {
		return derived.File{}, err
	}
	return n.file(a), nil
}

// file returns the file of an article. It is made of nothing but the article, and therefore exact.
func (n *Notes) file(a derived.Shown) derived.File {
	return derived.File{
		Path: n.Path(a.Article), ContentType: "text/plain; charset=utf-8", Scope: a.Feed.Scope, Exact: true,
		Modified: a.Feed.Modified, NextChange: a.Feed.NextChange,
		// The file is made when it is written, and not when it is listed.
		Append: func(_ context.Context, dst []byte) ([]byte, error) {
			n.Appended.Add(1)
			return append(dst, a.Content...), nil
		},
	}
}
