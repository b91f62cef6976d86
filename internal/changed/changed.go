// Package changed says when a feed changed.
package changed

import (
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/date"
)

// At returns the time of the newest change that a feed shows, as its formats state it. Set it as
// the feed's Updated before articles are dropped, and the feed that is left states the same.
func At(feed *syndicate.Feed) time.Time {
	if !feed.Updated.IsZero() {
		return feed.Updated
	}
	var newest time.Time
	for _, a := range feed.Articles {
		newest = date.Later(newest, date.Later(a.Published, a.Updated))
	}
	for _, t := range feed.Tombstones {
		newest = date.Later(newest, t.When)
	}
	return newest
}
