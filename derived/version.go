package derived

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// Version returns the version of everything that the file is made of: of the feed of Scope, and of
// the archive pages from FirstPage to LastPage. It changes when one of their versions changes, or
// when one of the pages appears or disappears. For a file without pages it is the version of the
// feed. "" means unknown. The error is that of [syndicate.Versioner] for Scope; a missing page is
// no error.
//
// A source of versions answers from memory, so a file of 500 pages costs about as much as 500
// requests for a feed that has not changed.
func (f File) Version(ctx context.Context, source syndicate.Versioner) (string, error) {
	version, err := source.Version(ctx, f.Scope)
	if err != nil || version == "" || f.LastPage < max(1, f.FirstPage) {
		return version, err
	}
	// Each version is preceded by a mark, so that no two lists have the same text.
	text := append([]byte("feed\n"), version...)
	for number := max(1, f.FirstPage); number <= f.LastPage; number++ {
		version, err := source.Version(ctx, f.Scope.AtPage(number))
		switch {
		case absent.Is(err):
			text = append(text, "\nabsent"...)
		case err != nil || version == "":
			return "", err
		default:
			text = append(append(text, "\npage "...), version...)
		}
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:16]), nil
}

// LastPage returns the number of the newest archive page of a scope, given its current feed: that
// of the page which is being filled, or of the newest closed page if it is empty. It returns 0 if
// there are no pages.
func LastPage(ctx context.Context, source syndicate.Source, current *syndicate.Feed) (int, error) {
	// The current feed continues on this page. Those above it hold nothing else than the feed does,
	// so they are few.
	for last := olderPage(source, current); ; last++ {
		if err := exists(ctx, source, current.Scope.AtPage(last+1)); err != nil {
			if absent.Is(err) {
				return last, nil
			}
			return 0, err
		}
	}
}

// exists returns nil if a scope has a feed, and otherwise the error of the Source.
func exists(ctx context.Context, source syndicate.Source, scope syndicate.Scope) error {
	if versioner, ok := source.(syndicate.Versioner); ok {
		// That does not make the feed. A Source may have versions of some feeds only.
		if version, err := versioner.Version(ctx, scope); err != nil || version != "" {
			return err
		}
	}
	feed, err := source.Feed(ctx, scope)
	if err == nil && feed == nil {
		err = errors.New("the Source returned neither a feed nor an error")
	}
	return err
}
