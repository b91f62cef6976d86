package view

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
	"github.com/syndicate-go/syndicate/internal/date"
)

// Comments is a set of files: for each article of a Source, a feed of the comments on it. The feed
// is gone as soon as its article is: drafts, embargoes, expiry and removals are those of the
// article.
//
//	comments := view.Comments{Of: load}
//	handler := &feedhttp.Handler{Source: archive, Files: []derived.Files{comments}}
//	article.CommentsFeed = comments.FeedURL(archive.Publication(), &article) // before it is added
//
// A server makes a feed again after its MaxAge, a folder in every run: a Source does not report new
// comments. The articles are those of the site's feed and its archive pages.
type Comments struct {
	// Of returns the comments on an article, newest first. A comment is an article whose Content is
	// HTML; its body is cleaned, because a reader of the site has written it. Comments that are
	// drafts, such as those that wait for approval, that are in the future or have expired are left
	// out. Required.
	Of func(ctx context.Context, article *syndicate.Article) ([]syndicate.Article, error)
	// Format is that of the feeds. Default: RSS.
	Format syndicate.Format
	// Clock returns the current time. If the Source is an Archive with a Clock, set the same one
	// here. Default: time.Now.
	Clock func() time.Time
	// Folder is the path of the files below the site's URL. Default: "comments".
	Folder string
}

var _ derived.Files = Comments{}

// stamp is the form of the date in a path, in UTC.
const stamp = "20060102150405"

// path returns the path of the feed for an article: its date, which finds it, and a digest of its
// id, which is its absolute URL if it has none.
func (c Comments) path(p *syndicate.Publication, a *syndicate.Article) string {
	id := a.ID
	if id == "" {
		id, _ = p.Resolve(a.URL)
	}
	sum := sha256.Sum256([]byte(id))
	return c.folder() + a.Published.UTC().Format(stamp) + "-" + hex.EncodeToString(sum[:4]) + c.ending()
}

// format returns Format with its default.
func (c Comments) format() syndicate.Format { return cmp.Or(c.Format, syndicate.RSS) }

// folder returns the beginning of all paths.
func (c Comments) folder() string { return strings.Trim(cmp.Or(c.Folder, "comments"), "/") + "/" }

// ending returns the end of all paths.
func (c Comments) ending() string {
	if c.Format == syndicate.JSON {
		return ".json"
	}
	return ".xml"
}

// FeedURL returns the address of the feed for an article, for [syndicate.Article.CommentsFeed]. The
// article needs its ID or URL, and the date of its publication.
func (c Comments) FeedURL(p *syndicate.Publication, a *syndicate.Article) string {
	address, err := p.Resolve(c.path(p, a))
	if err != nil {
		return ""
	}
	return address
}

// List yields the feed of each article that has comments.
func (c Comments) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		for a, err := range derived.Articles(ctx, source, syndicate.Everything()) {
			if err != nil {
				yield(derived.File{}, err)
				return
			}
			comments, err := c.Of(ctx, a.Article)
			if err != nil {
				yield(derived.File{}, err)
				return
			}
			isPublic := func(comment syndicate.Article) bool { return c.isPublic(&comment) }
			if slices.ContainsFunc(comments, isPublic) && !yield(c.file(source, a), nil) {
				return
			}
		}
	}
}

// Find returns the feed with a path. An article without comments has an empty one.
func (c Comments) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	missing := absent.Error(syndicate.Everything())
	name, isBelow := strings.CutPrefix(path, c.folder())
	date, _, hasDigest := strings.Cut(name, "-")
	published, err := time.Parse(stamp, date)
	if !isBelow || !hasDigest || err != nil {
		return derived.File{}, missing
	}
	a, err := derived.Find(ctx, source, syndicate.Everything(), published, func(a *syndicate.Article) bool { return c.path(source.Publication(), a) == path })
	if absent.Is(err) {
		return derived.File{}, missing
	}
	if err != nil {
		return derived.File{}, err
	}
	return c.file(source, a), nil
}

// file returns the feed for an article as a file.
func (c Comments) file(source syndicate.Source, a derived.Shown) derived.File {
	return derived.File{
		Path:        c.path(source.Publication(), a.Article),
		ContentType: c.format().ContentType(),
		Scope:       a.Feed.Scope,
		NextChange:  date.Earlier(a.Feed.NextChange, a.Expires),
		Append: func(ctx context.Context, dst []byte) ([]byte, error) {
			comments, err := c.Of(ctx, a.Article)
			if err != nil {
				return dst, err
			}
			return c.feed(source.Publication(), a.Article, comments).Append(dst, c.format()), nil
		},
	}
}

// isPublic reports whether a comment is to be shown now.
func (c Comments) isPublic(comment *syndicate.Article) bool {
	now := time.Now()
	if c.Clock != nil {
		now = c.Clock()
	}
	return !comment.Draft && !comment.Published.After(now) && (comment.Expires.IsZero() || comment.Expires.After(now))
}

// feed returns the feed of comments on an article.
func (c Comments) feed(p *syndicate.Publication, a *syndicate.Article, comments []syndicate.Article) *syndicate.Feed {
	site := p.Site()
	feed := &syndicate.Feed{
		ID:           c.FeedURL(p, a),
		Title:        "Comments on: " + cmp.Or(a.Title, a.URL),
		Description:  "Comments on: " + cmp.Or(a.Title, a.URL),
		URL:          cmp.Or(a.CommentsURL, a.URL),
		Language:     cmp.Or(a.Language, site.Language),
		Authors:      []syndicate.Author{site.Author},
		TagAuthority: site.TagAuthority,
		Updated:      a.Published, // the comments may be none
	}
	feed.Self.Set(c.format(), c.FeedURL(p, a))
	for i := range comments {
		if !c.isPublic(&comments[i]) {
			continue
		}
		feed.Articles = append(feed.Articles, &comments[i])
		feed.Updated = date.Later(feed.Updated, date.Later(comments[i].Published, comments[i].Updated))
	}
	feed.Clean(cleanhtml.Policy{})
	return feed
}
