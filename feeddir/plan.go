package feeddir

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// This file lists what a run publishes. The list is complete and checked before anything is
// written.

// plan lists all files that belong in the folder.
type plan struct {
	jobs       []job
	names      namespace
	nextChange time.Time // NextChange of the site's feed, from before the scopes were listed
	unlisted   error     // why the Source may have more scopes, or files, than it listed
	// The versions of the feeds that derived files are made of, from before the files are made.
	versions map[origin]fingerprint
}

// job is one feed, archive page, additional file or derived file. The jobs of the files of a set
// follow one another.
type job struct {
	scope syndicate.Scope
	paths syndicate.Links // the files of the feed; "" in a format that is not published
	extra *File           // the additional file; nil for anything else
	set   int             // the number of the set that the derived file is in, from 1; 0 for no file
	file  string          // the path of the derived file
}

// isFeed reports whether the job is a feed or archive page.
func (j job) isFeed() bool { return j.extra == nil && j.set == 0 }

// key identifies the job. All of its records have the same key.
func (j job) key() string {
	if j.extra != nil {
		return record{Path: j.extra.Path}.key()
	}
	if j.set > 0 {
		return record{Path: j.file}.key()
	}
	return j.scope.String()
}

// files returns the paths of the job's files, without compressed copies.
func (j job) files() []string {
	if j.extra != nil {
		return []string{j.extra.Path}
	}
	if j.set > 0 {
		return []string{j.file}
	}
	var paths []string
	for _, format := range syndicate.Formats() {
		if path := j.paths.For(format); path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// makePlan lists the scopes of the Source and checks their paths. A list that breaks off is
// published as far as it goes; no file is removed then.
func (r *run) makePlan(ctx context.Context) (plan, error) {
	next := r.nextChange(ctx) // first, so that a change while the scopes are listed is not missed
	plan, err := guarded(ctx, r.Timeout, func(ctx context.Context) (plan plan, err error) {
		for info, err := range r.Source.Scopes(ctx) {
			if err != nil {
				plan.unlisted = fmt.Errorf("feeddir: list of scopes: %w", err)
				break
			}
			if !r.publication.Publishes(info.Scope) {
				continue
			}
			// An invalid scope has no text for the manifest.
			if _, err := info.Scope.MarshalText(); err != nil {
				return plan, err
			}
			// Page 0 is the current feed; its archive pages count from 1.
			pages := info.Pages
			if r.NoPages {
				pages = 0
			}
			for page := range pages + 1 {
				plan.jobs = append(plan.jobs, r.newJob(info.Scope.AtPage(page)))
			}
		}
		return plan, nil
	})
	if err != nil {
		return plan, fmt.Errorf("feeddir: list of scopes: %w", err)
	}
	// Without an error the function has returned, and no longer uses plan.
	plan.nextChange = next
	// Additional files come last, after the feeds that they may list.
	for i := range r.Extra {
		plan.jobs = append(plan.jobs, job{extra: &r.Extra[i]})
	}
	r.planFiles(ctx, &plan)
	plan.names, err = checkPaths(plan.jobs, r.Gzip)
	return plan, err
}

// nextChange returns when the passing of time changes the publication next. The site's feed
// contains that time. If the feed has not changed, the manifest contains it too, and the feed is
// not requested. A failure is not reported here, but when the feed is published.
func (r *run) nextChange(ctx context.Context) time.Time {
	feed, _ := guarded(ctx, r.Timeout, func(ctx context.Context) (*syndicate.Feed, error) {
		// Any of the feed's files will do, as all of their records have the same version.
		version, err := r.version(ctx, syndicate.Everything())
		for _, path := range r.newJob(syndicate.Everything()).files() {
			if rec, known := r.old.records[path]; known && version.known() && rec.Source == version.text {
				return &syndicate.Feed{NextChange: version.reveal(rec.Next)}, nil
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

// newJob returns the job of a feed or archive page, with a file for each format that the site
// publishes.
func (r *run) newJob(scope syndicate.Scope) job {
	j := job{scope: scope}
	for _, format := range r.formats {
		j.paths.Set(format, onDisk(fileOf(r.addresses.FeedPath(scope, format), format.ContentType())))
	}
	return j
}

// fileOf returns the path of the file that a host serves at an address. For an address that ends in
// a slash this is the index file of the folder.
func fileOf(address, contentType string) string {
	if !strings.HasSuffix(address, "/") {
		return address
	}
	for _, ending := range []string{"json", "html"} {
		if strings.Contains(contentType, ending) {
			return address + "index." + ending
		}
	}
	return address + "index.xml"
}
