package destination

import (
	"context"
	"iter"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// A Source is also a set of files beside the public feeds, so that one server serves both and one
// folder holds both. The files are made of the feeds of the same scopes.

var _ derived.Files = (*Source)(nil)

// List yields the feeds as files. The argument is not used: the feeds are those of s.
func (s *Source) List(ctx context.Context, _ syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		for info, err := range s.Scopes(ctx) {
			if !yield(s.file(info.Scope), err) {
				return
			}
		}
	}
}

// Find returns the feed with a path as a file. The argument is not used: the feeds are those of s.
func (s *Source) Find(ctx context.Context, _ syndicate.Source, path string) (derived.File, error) {
	scope, format, ok := s.publication.Site().Addresses.Parse(path)
	if !ok || format != syndicate.RSS {
		return derived.File{}, absent.Error(scope)
	}
	feed, err := s.Feed(ctx, scope)
	if err != nil {
		return derived.File{}, err
	}
	file := s.file(scope)
	file.Modified, file.NextChange = feed.Modified, feed.NextChange
	return file, nil
}

// file returns the file of a scope's feed. It is not exact, because the same version of the public
// feed makes another file when the settings of the destination change.
func (s *Source) file(scope syndicate.Scope) derived.File {
	return derived.File{
		Path:        s.publication.Site().Addresses.FeedPath(scope, syndicate.RSS),
		ContentType: syndicate.RSS.ContentType(),
		Scope:       scope,
		Append: func(ctx context.Context, dst []byte) ([]byte, error) {
			feed, err := s.Feed(ctx, scope)
			if err != nil {
				return dst, err
			}
			return feed.Append(dst, syndicate.RSS), nil
		},
	}
}
