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
	nextChange time.Time // what the Source says of it, before it was asked for anything else
	unlisted   error     // why there may be more scopes than the Source has listed
}

// job is one feed, archive page or file of one's own.
type job struct {
	scope syndicate.Scope
	paths [len(syndicate.Formats)]string // by format; "" where the feed has no address
	extra *File                          // instead of a feed
}

// key tells the job from all others in the manifest.
func (j job) key() string {
	if j.extra != nil {
		return ""
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

func (p Publisher) plan(ctx context.Context) (plan, error) {
	plan, err := guarded(ctx, p.Timeout, func(ctx context.Context) (plan plan, err error) {
		if timed, ok := p.Source.(interface{ NextChange() time.Time }); ok {
			plan.nextChange = timed.NextChange()
		}
		addresses := p.Source.Site().Addresses
		if addresses == nil {
			addresses = syndicate.Files
		}
		for info, err := range p.Source.Scopes(ctx) {
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
	for i := range p.Extra {
		plan.jobs = append(plan.jobs, job{extra: &p.Extra[i]})
	}
	plan.names, err = checkPaths(plan.jobs, p.Gzip)
	return plan, err
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
