package feeddir

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// This file writes the files of [Folder.Files].
//
// Each set is listed twice: once for the plan, which holds the paths alone, and once to write the
// files. So no run holds more than one file of a set in memory, and every path is checked before
// anything is written. A file that appears between the lists is left to the next run.

// planFiles adds the files of all sets to a plan. After a set that cannot be listed, no file is
// removed in this run.
func (r *run) planFiles(ctx context.Context, plan *plan) {
	plan.versions = map[origin]fingerprint{}
	for i := range r.Files {
		for file, err := range r.list(ctx, i) {
			if err != nil {
				plan.unlisted = errors.Join(plan.unlisted, fmt.Errorf("feeddir: list of files: %w", err))
				break
			}
			plan.jobs = append(plan.jobs, job{set: i + 1, file: onDisk(fileOf(file.Path, file.ContentType))})
			if file.Exact {
				plan.versions[originOf(file)] = fingerprint{}
			}
		}
	}
	// The versions are requested now, before the files are made of the feeds: a file is at least as
	// new as its version. Without one, a file is made in every run.
	for of := range plan.versions {
		plan.versions[of], _ = r.fileVersion(ctx, of)
	}
}

// origin is what a derived file is made of: a feed, and the archive pages from first to last.
type origin struct {
	scope       syndicate.Scope
	first, last int
}

// originOf returns the origin of a file.
func originOf(file derived.File) origin { return origin{file.Scope, file.FirstPage, file.LastPage} }

// fileVersion is [run.version] for what a derived file is made of.
func (r *run) fileVersion(ctx context.Context, of origin) (fingerprint, error) {
	made := derived.File{Scope: of.scope, FirstPage: of.first, LastPage: of.last}
	return r.versionBy(ctx, made.Version)
}

// list lists the files of a set.
func (r *run) list(ctx context.Context, set int) iter.Seq2[derived.File, error] {
	return guardedSeq(ctx, r.Timeout, func(ctx context.Context) iter.Seq2[derived.File, error] {
		return r.Files[set].List(ctx, r.Source)
	})
}

// doFiles makes all files of a set, given the number of its first job, and sends an outcome for
// each job. When ctx ends it sends none for the rest.
func (w *worker) doFiles(ctx context.Context, r *run, first int, outcomes chan<- outcome) {
	jobs, set := r.plan.jobs, r.plan.jobs[first].set
	left := map[string]int{} // the numbers of the jobs by path
	for number := first; number < len(jobs) && jobs[number].set == set; number++ {
		left[jobs[number].file] = number
	}
	// The latest outcome is held back, so that it can carry the error at the end of the list.
	var latest *outcome
	send := func(o *outcome) {
		if latest != nil {
			latest.forgive(ctx)
			outcomes <- *latest
		}
		latest = o
	}
	var failure error
	for file, err := range r.list(ctx, set-1) {
		if failure = err; failure != nil {
			break
		}
		path := onDisk(fileOf(file.Path, file.ContentType))
		if number, planned := left[path]; planned {
			delete(left, path)
			o := &outcome{job: jobs[number], number: number}
			w.doFile(ctx, r, o, file)
			send(o)
		}
	}
	if ctx.Err() != nil {
		send(nil)
		return
	}
	// A file that has left the list is removed, unless the list broke off.
	for _, number := range slices.Sorted(maps.Values(left)) {
		send(&outcome{job: jobs[number], number: number, absent: failure == nil, kept: failure != nil})
	}
	if failure != nil && latest != nil {
		latest.errs = append(latest.errs, fmt.Errorf("feeddir: list of files: %w", failure))
	}
	send(nil)
}

// doFile makes one file, unless the manifest has it in the version of the feed that it is made of.
func (w *worker) doFile(ctx context.Context, r *run, o *outcome, file derived.File) {
	var version fingerprint
	if file.Exact {
		version = r.plan.versions[originOf(file)]
	}
	if version.known() && r.upToDate(o, version) {
		return
	}
	if file.Append == nil {
		o.fail(o.file, errors.New("the file has no Append"))
		return
	}
	content, err := guarded(ctx, r.Timeout, func(ctx context.Context) ([]byte, error) {
		return file.Append(ctx, nil) // may still run when Publish has returned
	})
	if err != nil {
		o.hopeless = errors.Is(err, context.DeadlineExceeded)
		o.fail(o.file, err)
		return
	}
	if version.known() {
		if after, err := r.fileVersion(ctx, originOf(file)); err != nil || after != version {
			version = fingerprint{} // the file may be newer than the version
		}
	}
	// A file of an archive page has the NextChange of the current feed, which is published too. The
	// manifest would keep it when it has passed, because the version of the page stays the same.
	if !version.known() || file.Scope.Page() == 0 {
		o.next = file.NextChange
	}
	w.put(r, o, record{Path: o.file, Source: version.text, Next: version.hide(o.next)}, content)
}
