package feeddir

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// giveUp is the number of consecutive failures after which a run stops. Only failures that make
// others likely count: a write that failed, as on a full disk, or a Source that did not answer in
// time.
const giveUp = 20

// run is one call of Publish.
//
// The workers do the jobs of the plan at the same time and send an outcome for each. One goroutine
// collects the outcomes, and then removes files and writes the manifest.
type run struct {
	Folder
	publication *syndicate.Publication
	addresses   syndicate.Addresses
	formats     []syndicate.Format // that the site publishes

	plan plan
	disk *disk
	old  *manifest

	// These belong to the one goroutine that collects the outcomes.
	result   Result
	next     map[string]record // the new manifest, by path
	failed   map[string]bool   // keys of jobs whose files stay as they are
	errs     []error
	hopeless int // consecutive failures that make others likely
}

// outcome is the result of one job.
type outcome struct {
	job
	number   int          // index of the job in the plan
	records  []record     // the files that are up to date
	statuses []FileStatus // the same files, for Progress
	pending  []pending    // those of the files that are not yet at their paths
	replaced []string     // paths for Result.Replaced
	absent   bool         // the Source has no such feed
	cut      bool         // ctx ended before the job was done
	kept     bool         // the files stay as they are, because their set could not be listed
	next     time.Time    // NextChange of the feed
	errs     []error
	hopeless bool // other jobs will probably fail as well
}

// fail records a failure; path is "" if it is not about one file.
func (o *outcome) fail(path string, err error) {
	o.errs = append(o.errs, &Error{Scope: o.scope, Path: path, Err: err})
}

// publish does all jobs, then removes the files that nothing needs and writes the manifest.
func (r *run) publish(ctx context.Context) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.result.NextChange = r.plan.nextChange
	r.makeRoom()
	done := 0
	errs := make([][]error, len(r.plan.jobs)) // puts the errors in the order of the jobs
	finish := func(o *outcome) {
		done++
		r.collect(o)
		if r.hopeless == giveUp {
			cancel(fmt.Errorf("feeddir: stopped after %d failures in a row", giveUp))
		}
		r.report(o, done)
		errs[o.number] = o.errs
	}
	var held batch
	settle := func() {
		r.settle(&held)
		for _, o := range held.outcomes {
			finish(o)
		}
		held = batch{}
	}
	for o := range r.work(ctx) {
		if len(o.pending) > 0 {
			held.add(&o)
		} else {
			finish(&o)
		}
		if held.isFull() || o.hopeless { // the room on the disk may be what a batch occupies
			settle()
		}
	}
	settle()
	r.errs = append(r.errs, slices.Concat(errs...)...)
	cut := context.Cause(ctx)
	r.errs = append(r.errs, r.plan.unlisted, cut)
	// If not every feed was dealt with, a file that no job mentions may still belong to a feed.
	all := cut != nil || r.plan.unlisted != nil
	r.keep(func(rec record) bool { return all || r.failed[rec.key()] })
	r.removeAllStale()
	if err := r.disk.store(r.old, r.next); err != nil {
		r.errs = append(r.errs, fmt.Errorf("feeddir: manifest: %w", err))
	}
	slices.Sort(r.result.Replaced)
	slices.Sort(r.result.Kept)
	return r.result, errors.Join(r.errs...)
}

// work starts the workers and returns the channel of their outcomes. It is closed when all jobs
// are done, or, after ctx has ended, those that were begun.
func (r *run) work(ctx context.Context) <-chan outcome {
	// The numbers of the jobs, in order. After ctx has ended no further job is begun.
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for number, job := range r.plan.jobs {
			if job.set > 0 && job.set == r.plan.jobs[max(0, number-1)].set && number > 0 {
				continue // the worker of the first file of a set makes all of them
			}
			select {
			case numbers <- number:
			case <-ctx.Done():
				return
			}
		}
	}()
	// Each worker owns its outcome until it sends it.
	outcomes := make(chan outcome)
	var workers sync.WaitGroup
	for range min(r.Workers, len(r.plan.jobs)) {
		workers.Go(func() {
			var w worker
			for number := range numbers {
				if r.plan.jobs[number].set > 0 {
					w.doFiles(ctx, r, number, outcomes)
					continue
				}
				o := outcome{job: r.plan.jobs[number], number: number}
				w.do(ctx, r, &o)
				o.forgive(ctx)
				outcomes <- o
			}
		})
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()
	return outcomes
}

// forgive drops the errors that only report the end of ctx, which Publish reports once.
func (o *outcome) forgive(ctx context.Context) {
	if ctx.Err() == nil {
		return
	}
	kept := slices.DeleteFunc(o.errs, func(err error) bool {
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	})
	o.cut = len(kept) < len(o.errs)
	o.errs = kept
}

// collect adds the outcome of a job to the result and to the new manifest.
func (r *run) collect(o *outcome) {
	if len(o.errs) > 0 || o.kept {
		r.failed[o.key()] = true
	} else if !o.absent && !o.cut && o.isFeed() {
		r.result.Feeds++
	}
	// One success shows that further attempts are worth making.
	r.hopeless++
	if !o.hopeless {
		r.hopeless = 0
	}
	for i, rec := range o.records {
		r.next[rec.Path] = rec
		if o.statuses[i].Written {
			r.result.Written++
			r.result.Bytes += rec.Size
		} else {
			r.result.Unchanged++
		}
	}
	r.result.Replaced = append(r.result.Replaced, o.replaced...)
	if next := o.next; !next.IsZero() && (r.result.NextChange.IsZero() || next.Before(r.result.NextChange)) {
		r.result.NextChange = next
	}
}

// report calls Progress. After a panic, Progress is not called again.
func (r *run) report(o *outcome, done int) {
	if r.Progress == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			r.Progress = nil
			r.errs = append(r.errs, fmt.Errorf("feeddir: Progress: %w: %v", ErrPanic, p))
		}
	}()
	r.Progress(Progress{
		Done: done, Total: len(r.plan.jobs), Scope: o.scope, Files: o.statuses, Err: errors.Join(o.errs...),
	})
}

// keep takes records that no job has replaced from the old manifest into the new one, and so keeps
// their files.
func (r *run) keep(which func(record) bool) {
	for path, rec := range r.old.records {
		if _, dealtWith := r.next[path]; !dealtWith && which(rec) {
			r.next[path] = rec
		}
	}
}

// makeRoom removes the files of earlier runs that occupy the path of a folder, or that are in a
// folder whose path a file needs.
func (r *run) makeRoom() {
	// A file that could not be removed stays in the manifest; writing the feed then fails.
	for _, path := range r.recorded(r.plan.names.isInTheWayOf) {
		if r.removeStale(path) {
			delete(r.old.records, path)
			r.old.outdated = true
		}
	}
}

// removeAllStale removes the files of earlier runs that are not in the new manifest. A file that
// cannot be removed stays in the manifest, so that the next run tries again.
func (r *run) removeAllStale() {
	stale := func(path string) bool { _, wanted := r.next[path]; return !wanted }
	for _, path := range r.recorded(stale) {
		if !r.removeStale(path) {
			r.next[path] = r.old.records[path]
		}
	}
}

// recorded returns the paths of the old manifest for which which returns true, sorted.
func (r *run) recorded(which func(path string) bool) (paths []string) {
	for path := range r.old.records {
		if which(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths) // the order of a map changes from run to run
	return paths
}

// removeStale removes a file that earlier runs wrote. It leaves the file alone if somebody has
// changed it. It returns false if the file could not be removed.
func (r *run) removeStale(path string) bool {
	info, err := r.disk.stat(path)
	switch {
	// Somebody else has removed the file, or renamed it to a path that differs only in case.
	case err == nil && info == nil, r.isPublished(path, info):
		return true
	// Somebody has replaced the file by something else, or changed it.
	case errors.Is(err, ErrOccupied), err == nil && !r.disk.isOurs(r.old.records[path], info):
		r.result.Kept = append(r.result.Kept, path)
		return true
	case err == nil:
		err = r.disk.remove(path)
	}
	if err != nil {
		r.errs = append(r.errs, &Error{Path: path, Err: err})
		return false
	}
	r.result.Removed++
	return true
}

// isPublished reports whether a file is also the file of another published path. On a system that
// ignores case, "Tag/rss.xml" and "tag/rss.xml" are the same file.
func (r *run) isPublished(path string, info fs.FileInfo) bool {
	// Only a path that folds to the same text can be the same file.
	other, found := r.plan.names.files[fold(path)]
	if !found || other == path || info == nil {
		return false
	}
	published, err := r.disk.stat(other)
	return err == nil && published != nil && os.SameFile(info, published)
}

// isAsWritten reports whether the recorded file exists and has its recorded size and time, and with
// verify its recorded contents.
func (d *disk) isAsWritten(rec record) bool {
	info, err := d.stat(rec.Path)
	return err == nil && info != nil && rec.matches(info) && (!d.verify || d.isOurs(rec, info))
}

// isOurs reports whether a file has the recorded contents. Without verify, the contents are read
// only if the modification time differs.
func (d *disk) isOurs(rec record, info fs.FileInfo) bool {
	if rec.matches(info) && !d.verify {
		return true
	}
	if rec.Size != info.Size() {
		return false // without reading it
	}
	same, err := d.hasSum(rec.Path, rec.Sum)
	return err == nil && same
}

// worker does jobs one after another and reuses its memory.
type worker struct {
	text    []byte // buffer of the last document
	deflate deflater
}

// do does one job.
func (w *worker) do(ctx context.Context, r *run, o *outcome) {
	if o.extra != nil {
		w.doExtra(ctx, r, o)
		return
	}
	// The version is requested before and after the feed. If it is the same, it is the feed's.
	version, err := r.version(ctx, o.scope)
	if err != nil {
		o.hopeless = errors.Is(err, context.DeadlineExceeded)
		o.fail("", err)
		return
	}
	if version.known() && r.upToDate(o, version) {
		return
	}
	// An absent feed is no failure. Its files are not in the new manifest and are removed.
	feed, err := guarded(ctx, r.Timeout, func(ctx context.Context) (*syndicate.Feed, error) {
		return r.Source.Feed(ctx, o.scope)
	})
	if feed != nil && r.NoPages {
		feed = withoutPages(feed)
	}
	switch {
	case absent.Is(err):
		o.absent = true
		return
	case err != nil:
		o.hopeless = errors.Is(err, context.DeadlineExceeded)
		o.fail("", err)
		return
	}
	if after, err := r.version(ctx, o.scope); err != nil || after != version {
		version = fingerprint{} // the feed may be newer than the version, to which the Source can return
	}
	rec := record{Scope: o.key(), Source: version.text}
	if feed != nil {
		// A page has the NextChange of its scope's feed, which is published too. The version of the
		// page does not depend on it, so the manifest would keep it when it has passed.
		if o.scope.Page() == 0 {
			o.next = feed.NextChange
		}
		rec.Next = version.hide(o.next)
	}
	// A format that cannot be encoded does not affect the others.
	for _, format := range r.formats {
		path := o.paths.For(format)
		if path == "" {
			continue
		}
		rec.Path = path
		text, err := w.encode(ctx, r, feed, format)
		if err != nil {
			o.fail(path, err)
			continue
		}
		w.put(r, o, rec, text)
	}
}

// withoutPages returns a copy of feed without the links to its archive pages.
func withoutPages(feed *syndicate.Feed) *syndicate.Feed {
	short := *feed
	short.PrevArchive, short.NextArchive = syndicate.Links{}, syndicate.Links{}
	return &short
}

// doExtra writes an additional file.
func (w *worker) doExtra(ctx context.Context, r *run, o *outcome) {
	content := o.extra.Content
	if appendTo := o.extra.Append; appendTo != nil {
		var err error
		content, err = guarded(ctx, r.Timeout, func(ctx context.Context) ([]byte, error) {
			return appendTo(ctx, nil, r.Source) // may still run when Publish has returned
		})
		if err != nil {
			o.fail(o.extra.Path, err)
			return
		}
	}
	w.put(r, o, record{Path: o.extra.Path}, content)
}

// fingerprint stands for a version of a feed, as this program renders it. The zero fingerprint
// stands for an unknown version.
type fingerprint struct {
	text string // for the manifest
	// mask hides times in the manifest. It follows from the version and not from text, so the
	// manifest alone does not reveal it.
	mask int64
}

// known reports whether the fingerprint stands for a version.
func (f fingerprint) known() bool { return f.text != "" }

// hide returns a time for the manifest.
func (f fingerprint) hide(t time.Time) int64 {
	if !f.known() {
		return 0
	}
	return secondOf(t) ^ f.mask
}

// reveal is the reverse of hide. The time is rounded up to seconds.
func (f fingerprint) reveal(hidden int64) time.Time {
	seconds := hidden ^ f.mask
	if !f.known() || seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// version returns a fingerprint of this program and the version of a feed. It returns the zero
// fingerprint if the Source has no versions.
func (r *run) version(ctx context.Context, scope syndicate.Scope) (fingerprint, error) {
	return r.versionBy(ctx, func(ctx context.Context, source syndicate.Versioner) (string, error) {
		return source.Version(ctx, scope)
	})
}

// versionBy is [run.version] for what ask returns as the version.
func (r *run) versionBy(
	ctx context.Context, ask func(context.Context, syndicate.Versioner) (string, error),
) (fingerprint, error) {
	source, ok := r.Source.(syndicate.Versioner)
	if !ok || program() == "" {
		return fingerprint{}, nil
	}
	version, err := guarded(ctx, r.Timeout, func(ctx context.Context) (string, error) {
		return ask(ctx, source)
	})
	switch {
	case absent.Is(err):
		return fingerprint{}, nil // Feed returns the same error
	case err != nil || version == "":
		return fingerprint{}, err
	}
	// Half of the digest keeps the lines of the manifest short. The mask is of the other half.
	sum := sha256.Sum256(fmt.Appendf(nil, "%s%t %s", program(), r.NoPages, version))
	return fingerprint{hex.EncodeToString(sum[:16]), int64(binary.BigEndian.Uint64(sum[16:]))}, nil
}

// program returns the SHA-256 digest of this executable, or "" if it cannot be read. Another build
// may render other bytes for the same version, so the fingerprints of versions include it.
var program = sync.OnceValue(func() string {
	// Reading the executable takes a few milliseconds, once.
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return ""
	}
	return string(hash.Sum(nil))
})

// upToDate reports whether the manifest has all files of a feed in this version, and all of them
// exist as they were written. If so, it records them in the outcome.
func (r *run) upToDate(o *outcome, version fingerprint) bool {
	var records []record
	for _, path := range r.files(o.job) {
		rec, known := r.old.records[path]
		if !known || rec.Source != version.text || !r.disk.isAsWritten(rec) {
			return false
		}
		records = append(records, rec)
	}
	for _, rec := range records {
		o.next = version.reveal(rec.Next) // all records of a feed have the same
		o.done(rec, false)
	}
	return true
}

// files returns the paths of a job's files, each followed by that of its compressed copy.
func (r *run) files(j job) (paths []string) {
	for _, path := range j.files() {
		if paths = append(paths, path); r.Gzip {
			paths = append(paths, path+gzipEnding)
		}
	}
	return paths
}

// done records that a file is up to date.
func (o *outcome) done(rec record, written bool) {
	o.records = append(o.records, rec)
	status := FileStatus{Path: rec.Path, Size: rec.Size, Written: written}
	for _, format := range syndicate.Formats() {
		if path := o.paths.For(format); path != "" && path == strings.TrimSuffix(rec.Path, gzipEnding) {
			status.Format = format
		}
	}
	o.statuses = append(o.statuses, status)
}

// undo takes back [outcome.done] for a file that was not written after all.
func (o *outcome) undo(path string) {
	o.records = slices.DeleteFunc(o.records, func(rec record) bool { return rec.Path == path })
	o.statuses = slices.DeleteFunc(o.statuses, func(s FileStatus) bool { return s.Path == path })
	o.replaced = slices.DeleteFunc(o.replaced, func(replaced string) bool { return replaced == path })
}

// encode returns the feed in a format. The result is valid until the next call.
func (w *worker) encode(ctx context.Context, r *run, feed *syndicate.Feed, format syndicate.Format) ([]byte, error) {
	buf := w.text
	w.text = nil // an extension that never returns keeps the buffer
	text, err := guarded(ctx, r.Timeout, func(context.Context) ([]byte, error) {
		return feed.Append(buf[:0], format), nil
	})
	if err == nil {
		w.text = text
	}
	return text, err
}

// put brings a file up to date, and its compressed copy if one is wanted.
func (w *worker) put(r *run, o *outcome, rec record, content []byte) {
	rec, ok := r.put(o, rec, content)
	if !ok || !r.Gzip {
		return
	}
	zipped := rec
	zipped.Path, zipped.Of = rec.Path+gzipEnding, rec.Sum
	// Compressing takes longer than everything else, so it is avoided if the copy is up to date. A
	// checksum does not prove that: the original must not have been written either.
	written := o.statuses[len(o.statuses)-1].Written
	if old := r.old.records[zipped.Path]; old.Of == zipped.Of && !(written && isChecksum(rec.Sum)) &&
		r.disk.isAsWritten(old) {
		old.Scope, old.Source, old.Next = zipped.Scope, zipped.Source, zipped.Next
		o.done(old, false)
		return
	}
	r.put(o, zipped, w.deflate.gzip(content))
}

// put writes content to the path of rec, unless the file there has this content already. It returns
// the complete record, and false if the file could not be written.
func (r *run) put(o *outcome, rec record, content []byte) (record, bool) {
	rec.Sum, rec.Size = sumOf(content, rec.Source != ""), int64(len(content))
	info, err := r.disk.stat(rec.Path)
	if err != nil {
		o.fail(rec.Path, err)
		return rec, false
	}
	// The file is known if it still has the contents that an earlier run wrote. It needs no writing
	// if these are the new contents, whoever has put them there. Equal digests prove that.
	old, known := r.old.records[rec.Path]
	known = known && info != nil && r.disk.isOurs(old, info)
	same := known && old.Sum == rec.Sum && !isChecksum(rec.Sum)
	if same || info != nil && info.Size() == rec.Size && r.disk.holds(rec.Path, content) {
		rec.Modified = info.ModTime().UnixNano()
		o.done(rec, false)
		return rec, true
	}
	// A disk that refuses one file will probably refuse the others.
	file, err := r.disk.prepare(rec, content)
	switch {
	case err != nil:
	case r.Sync:
		o.pending = append(o.pending, file)
	default:
		err = r.disk.settle(file)
	}
	if rec = file.record; err != nil {
		o.hopeless = true
		o.fail(rec.Path, err)
		return rec, false
	}
	// An existing file that feeddir had not written is named in the result.
	if info != nil && !known {
		o.replaced = append(o.replaced, rec.Path)
	}
	o.done(rec, true)
	return rec, true
}
