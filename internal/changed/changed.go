// Package changed says when a feed changed.
package changed

import (
	"time"

	"github.com/syndicate-go/syndicate"
)

// At returns the time of the newest change that a feed shows, as its formats state it. Set it as
// the feed's Updated before articles are dropped, and the feed that is left states the same.
func At(feed *syndicate.Feed) time.Time {
	if !feed.Updated.IsZero() {
		return feed.Updated
	}
	var newest time.Time
	later := func(at time.Time) {
		if at.After(newest) {
			newest = at
		}
	}
	for _, a := range feed.Articles {
		later(a.Published)
		later(a.Updated)
	}
	for _, t := range feed.Tombstones {
		later(t.When)
	}
	return newest
}
