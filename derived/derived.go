// Package derived describes files that are made of the articles of a [syndicate.Source] and are
// published beside its feeds: the chapters and transcripts of episodes, sitemaps.
//
// A [Files] lists the files and finds each by its path. Package feedhttp serves them and package
// feeddir writes them to a folder:
//
//	handler := &feedhttp.Handler{Source: archive, Files: []derived.Files{podcast.Files{}}}
//	folder := feeddir.Folder{Source: archive, Dir: "public", Files: handler.Files}
//
// A [File] is made on demand. It names the feed that it is made of, so that servers and folders
// keep what they made of it while the version of that feed stays the same. For a single document
// with a fixed path, such as a list of all feeds, use feedhttp.Page and feeddir.File instead.
package derived

import (
	"context"
	"iter"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Files is a set of files that are derived from a Source. Its methods must be safe for concurrent
// use, and must return the same for the same contents of the Source.
type Files interface {
	// List yields every file once, in any order. The memory that it needs must not grow with the
	// number of articles: read one archive page after the other. An error ends the list.
	List(ctx context.Context, source syndicate.Source) iter.Seq2[File, error]
	// Find returns the file with a path. The error is [syndicate.ErrNotFound] if there is no such
	// file (test with errors.Is), or [syndicate.ErrGone] if there never will be one again. Any
	// other error means that the Source failed. Paths come from requests, so Find should return
	// fast for a path that the set does not use.
	Find(ctx context.Context, source syndicate.Source, path string) (File, error)
}

// File is a file that is derived from a Source.
type File struct {
	// Path is the path below [syndicate.Site.URL], unescaped and without a slash at its beginning:
	// "sitemaps/3.xml". It ends in the usual ending of the ContentType, because hosts of files
	// derive the type from it. A path that ends in a slash is the index file of a folder on disk:
	// index.json, index.html or index.xml, by its type. Required.
	Path string
	// ContentType is the value of the Content-Type header: "text/vtt; charset=utf-8". Required.
	ContentType string
	// Scope is the feed or archive page that the file is made of. The file is made again when the
	// version of this feed changes (see [syndicate.Versioner]). Default: the feed of the whole
	// site, whose version changes with nearly every change of the publication.
	Scope syndicate.Scope
	// FirstPage and LastPage are the numbers of the archive pages of Scope that the file is made of
	// as well, for a file that is made of many. The file is made again when the version of one of
	// them changes. Default: none.
	FirstPage, LastPage int
	// Exact promises that Append writes the same bytes as long as the versions of Scope and of the
	// pages are the same.
	// Default: false. The file is then also made again in every run of package feeddir, and after
	// the MaxAge of package feedhttp.
	Exact bool
	// Tokens promises that a feedhttp.TokenPlaceholder in the file is the publisher's: nothing in
	// it was written by a guest. In a private file, package feedhttp then replaces it by the token
	// of the reader. Default: false, it stays as it is.
	Tokens bool
	// Modified is when the file last changed, or a later time that is not in the future. Default:
	// unknown.
	Modified time.Time
	// NextChange is when the passage of time changes the file or removes it. Default: never.
	NextChange time.Time
	// Append appends the contents of the file to dst and returns the extended buffer. Required.
	Append func(ctx context.Context, dst []byte) ([]byte, error)
}
