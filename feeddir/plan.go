package feeddir

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// What is to be published, known and checked before anything is written.

// plan is all that belongs into the folder.
type plan struct {
	jobs       []job
	names      namespace
	nextChange time.Time // what the site's own feed said before the scopes were listed
	unlisted   error     // why there may be more scopes than the Source has listed
}

// job is one feed, archive page or file of one's own.
type job struct {
	scope syndicate.Scope
	paths [len(syndicate.Formats)]string // by format; "" where the feed has no address
	extra *File                          // instead of a feed
}

// key tells the job from all others; it is that of its records.
func (j job) key() string {
	if j.extra != nil {
		return record{Path: j.extra.Path}.key()
	}
	return j.scope.String()
}

// files lists the paths of what belongs to the job, without compressed copies.
func (j job) files() []string {
	if j.extra != nil {
		return []string{j.extra.Path}
	}
	var paths []string
	for _, path := range j.paths {
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// makePlan asks the Source for what there is.
func (r *run) makePlan(ctx context.Context) (plan, error) {
	next := r.nextChange(ctx) // first, so that what time changes while scopes are listed is not missed
	plan, err := guarded(ctx, r.Timeout, func(ctx context.Context) (plan plan, err error) {
		addresses := r.addresses()
		for info, err := range r.Source.Scopes(ctx) {
			if err != nil {
				plan.unlisted = fmt.Errorf("feeddir: list of scopes: %w", err)
				break
			}
			if _, err := info.Scope.MarshalText(); err != nil {
				return plan, err
			}
			for page := range info.Pages + 1 {
				plan.jobs = append(plan.jobs, newJob(addresses, info.Scope.AtPage(page)))
			}
		}
		return plan, nil
	})
	if err != nil {
		return plan, fmt.Errorf("feeddir: list of scopes: %w", err)
	}
	plan.nextChange = next
	for i := range r.Extra {
		plan.jobs = append(plan.jobs, job{extra: &r.Extra[i]})
	}
	plan.names, err = checkPaths(plan.jobs, r.Gzip)
	return plan, err
}

func (p Publisher) addresses() syndicate.Addresses {
	if addresses := p.Source.Site().Addresses; addresses != nil {
		return addresses
	}
	return syndicate.Files
}

// nextChange returns when time alone changes the publication next, which the site's own feed knows; the manifest
// does while that feed is what it was. What goes wrong is told when it is the feed's turn.
func (r *run) nextChange(ctx context.Context) time.Time {
	feed, _ := guarded(ctx, r.Timeout, func(ctx context.Context) (*syndicate.Feed, error) {
		version, err := r.version(ctx, syndicate.Everything())
		for _, path := range newJob(r.addresses(), syndicate.Everything()).files() {
			if rec, known := r.old.records[path]; known && version != "" && rec.Source == version {
				return &syndicate.Feed{NextChange: rec.nextChange()}, nil
			}
		}
		if err != nil {
			return nil, err
		}
		return r.Source.Feed(ctx, syndicate.Everything())
	})
	if feed == nil {
		return time.Time{}
	}
	return feed.NextChange
}

func newJob(addresses syndicate.Addresses, scope syndicate.Scope) job {
	j := job{scope: scope}
	for _, format := range syndicate.Formats {
		j.paths[format] = fileOf(addresses.FeedPath(scope, format), format)
	}
	return j
}

// fileOf returns the file that a host serves at an address: where that is a folder, the folder's index.
func fileOf(address string, format syndicate.Format) string {
	if !strings.HasSuffix(address, "/") {
		return address
	}
	if format == syndicate.JSON {
		return address + "index.json"
	}
	return address + "index.xml"
}
