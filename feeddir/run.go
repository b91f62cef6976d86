package feeddir

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
)

// giveUp is after how many failures in a row to write, or to get an answer in time, the rest is not tried: the
// disk is full, or the database does not answer.
const giveUp = 20

// run is one call of Publish.
type run struct {
	Publisher
	plan   plan
	folder *folder
	old    *manifest

	// Of the one goroutine that collects.
	result   Result
	next     map[string]record // the manifest to be
	failed   map[string]bool   // keys of jobs whose files stay as they are
	errs     []error
	hopeless int // failures in a row that others will follow
}

// outcome is what became of a job.
type outcome struct {
	job
	number   int
	records  []record // what lies there now and is right
	statuses []Status // the same, for Progress
	replaced []string
	absent   bool // the Source has no such feed
	cut      bool // ctx ended before it was done
	next     time.Time
	errs     []error
	hopeless bool // the others will probably fail as well
}

func (o *outcome) fail(path string, err error) {
	o.errs = append(o.errs, &Error{Scope: o.scope, Path: path, Err: err})
}

func (r *run) publish(ctx context.Context) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.result.NextChange = r.plan.nextChange
	r.makeRoom()
	done := 0
	outcomes := make([]outcome, len(r.plan.jobs)) // for their errors, in order
	for o := range r.work(ctx) {
		done++
		r.collect(&o)
		if r.hopeless == giveUp {
			cancel(fmt.Errorf("feeddir: given up after %d failures in a row", giveUp))
		}
		r.tell(&o, done)
		outcomes[o.number].errs = o.errs
	}
	for _, o := range outcomes {
		r.errs = append(r.errs, o.errs...)
	}
	cut := context.Cause(ctx)
	r.errs = append(r.errs, r.plan.unlisted, cut)
	all := cut != nil || r.plan.unlisted != nil
	r.keep(func(rec record) bool { return all || r.failed[rec.key()] })
	r.removeAllStale()
	if err := r.folder.store(r.old, r.next); err != nil {
		r.errs = append(r.errs, fmt.Errorf("feeddir: manifest: %w", err))
	}
	slices.Sort(r.result.Replaced)
	slices.Sort(r.result.Left)
	return r.result, errors.Join(r.errs...)
}

// work does the jobs, several at once, until ctx ends, and yields what became of each.
func (r *run) work(ctx context.Context) <-chan outcome {
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for number := range r.plan.jobs {
			select {
			case numbers <- number:
			case <-ctx.Done():
				return
			}
		}
	}()
	outcomes := make(chan outcome)
	var workers sync.WaitGroup
	for range r.Workers {
		workers.Go(func() {
			var w worker
			for number := range numbers {
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

// forgive drops the errors that only say that ctx has ended.
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

// collect takes over what became of a job.
func (r *run) collect(o *outcome) {
	if len(o.errs) > 0 {
		r.failed[o.key()] = true
	} else if !o.absent && !o.cut && o.extra == nil {
		r.result.Feeds++
	}
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

// tell calls Progress, which is not called again once it has panicked.
func (r *run) tell(o *outcome, done int) {
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

// keep leaves files as they are, and in the manifest, that were not dealt with.
func (r *run) keep(which func(record) bool) {
	for path, rec := range r.old.records {
		if _, dealtWith := r.next[path]; !dealtWith && which(rec) {
			r.next[path] = rec
		}
	}
}

// makeRoom removes files of ours that stand where a folder is to be, or in a folder where a file is to be.
func (r *run) makeRoom() {
	for _, path := range r.recorded(r.plan.names.isInTheWayOf) {
		if r.removeStale(path) {
			delete(r.old.records, path)
			r.old.outdated = true
		}
	}
}

// removeAllStale removes what the manifest lists and nothing asks for any more.
func (r *run) removeAllStale() {
	stale := func(path string) bool { _, wanted := r.next[path]; return !wanted }
	for _, path := range r.recorded(stale) {
		if !r.removeStale(path) {
			r.next[path] = r.old.records[path]
		}
	}
}

// recorded lists, in order, which paths of the old manifest are such.
func (r *run) recorded(which func(path string) bool) (paths []string) {
	for path := range r.old.records {
		if which(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// removeStale removes a file as long as it is ours, and returns false when it cannot.
func (r *run) removeStale(path string) bool {
	info, err := r.folder.stat(path)
	switch {
	case err == nil && info == nil, r.isPublished(path, info): // somebody else has removed or renamed it
		return true
	case errors.Is(err, ErrOccupied), err == nil && !r.folder.isOurs(r.old.records[path], info):
		r.result.Left = append(r.result.Left, path)
		return true
	case err == nil:
		err = r.folder.remove(path)
	}
	if err != nil {
		r.errs = append(r.errs, &Error{Path: path, Err: err})
		return false
	}
	r.result.Removed++
	return true
}

// isPublished reports whether a file is also that of another path, of which nothing but the case differs.
func (r *run) isPublished(path string, info fs.FileInfo) bool {
	other, found := r.plan.names.files[fold(path)]
	if !found || other == path || info == nil {
		return false
	}
	published, err := r.folder.stat(other)
	return err == nil && published != nil && os.SameFile(info, published)
}

// isAsWritten reports whether a file stands where it was recorded, and is by size and time the same.
func (f *folder) isAsWritten(rec record) bool {
	info, err := f.stat(rec.Path)
	return err == nil && info != nil && rec.matches(info)
}

// isOurs reports whether a file has the content that was recorded.
func (f *folder) isOurs(rec record, info fs.FileInfo) bool {
	if rec.matches(info) {
		return true
	}
	if rec.Size != info.Size() {
		return false
	}
	sum, err := f.sum(rec.Path)
	return err == nil && sum == rec.SHA256
}

// worker does one job after the other, in memory that it uses again.
type worker struct {
	text    []byte
	deflate deflater
}

func (w *worker) do(ctx context.Context, r *run, o *outcome) {
	if o.extra != nil {
		w.doExtra(ctx, r, o)
		return
	}
	version, err := r.version(ctx, o.scope)
	if err != nil {
		o.hopeless = errors.Is(err, context.DeadlineExceeded)
		o.fail("", err)
		return
	}
	if version != "" && r.upToDate(o, version) {
		return
	}
	feed, err := guarded(ctx, r.Timeout, func(ctx context.Context) (*syndicate.Feed, error) {
		return r.Source.Feed(ctx, o.scope)
	})
	switch {
	case isAbsent(err):
		o.absent = true
		return
	case err != nil:
		o.hopeless = errors.Is(err, context.DeadlineExceeded)
		o.fail("", err)
		return
	}
	if after, err := r.version(ctx, o.scope); err != nil || after != version {
		version = "" // the feed may be newer than the version, and that come true again
	}
	rec := record{Scope: o.key(), Source: version}
	if feed != nil {
		if o.next = feed.NextChange; version != "" {
			rec.Next = secondOf(o.next)
		}
	}
	for format, path := range o.paths {
		if path == "" {
			continue
		}
		rec.Path = path
		text, err := w.encode(ctx, r, feed, syndicate.Format(format))
		if err != nil {
			o.fail(path, err)
			continue
		}
		w.put(r, o, rec, text)
	}
}

// doExtra does a file of one's own.
func (w *worker) doExtra(ctx context.Context, r *run, o *outcome) {
	content := o.extra.Content
	if appendTo := o.extra.Append; appendTo != nil {
		var err error
		content, err = guarded(ctx, r.Timeout, func(ctx context.Context) ([]byte, error) {
			return appendTo(ctx, nil, r.Source) // which may go on when the caller has its Extra again
		})
		if err != nil {
			o.fail(o.extra.Path, err)
			return
		}
	}
	w.put(r, o, record{Path: o.extra.Path}, content)
}

// version returns the fingerprint of the program and of what the Source says of a feed; "" if it does not.
func (r *run) version(ctx context.Context, scope syndicate.Scope) (string, error) {
	source, ok := r.Source.(syndicate.Versioner)
	if !ok || program() == "" {
		return "", nil
	}
	version, err := guarded(ctx, r.Timeout, func(ctx context.Context) (string, error) { return source.Version(ctx, scope) })
	switch {
	case isAbsent(err):
		return "", nil // Feed says so too
	case err != nil || version == "":
		return "", err
	}
	sum := sha256.Sum256([]byte(program() + version))
	return hex.EncodeToString(sum[:16]), nil
}

// isAbsent reports whether err says that there is no such feed, rather than that the Source failed.
func isAbsent(err error) bool {
	return errors.Is(err, syndicate.ErrNotFound) || errors.Is(err, syndicate.ErrGone) || errors.Is(err, syndicate.ErrMoved)
}

// program returns what tells this program from other ones and from other releases of it: the SHA-256 of the
// executable, "" if that cannot be read.
var program = sync.OnceValue(func() string {
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

// upToDate reports whether the manifest knows all files of a feed in this version, and they are as they were
// written; then they are its outcome.
func (r *run) upToDate(o *outcome, version string) bool {
	var records []record
	for _, path := range r.files(o.job) {
		rec, known := r.old.records[path]
		if !known || rec.Source != version || !r.folder.isAsWritten(rec) {
			return false
		}
		records = append(records, rec)
	}
	for _, rec := range records {
		o.next = rec.nextChange() // the same in all of them
		o.took(rec, false)
	}
	return true
}

// files lists the paths of what belongs to a job, each with its compressed copy behind it.
func (r *run) files(j job) (paths []string) {
	for _, path := range j.files() {
		if paths = append(paths, path); r.Gzip {
			paths = append(paths, path+gzipEnding)
		}
	}
	return paths
}

// took notes that a file is right.
func (o *outcome) took(rec record, written bool) {
	o.records = append(o.records, rec)
	o.statuses = append(o.statuses, Status{Path: rec.Path, Size: rec.Size, Written: written})
}

// encode returns the feed in a format. The text is good until the next call.
func (w *worker) encode(ctx context.Context, r *run, feed *syndicate.Feed, format syndicate.Format) ([]byte, error) {
	buf := w.text
	w.text = nil // an extension that does not come back keeps it
	text, err := guarded(ctx, r.Timeout, func(context.Context) ([]byte, error) { return feed.Append(buf[:0], format), nil })
	if err == nil {
		w.text = text
	}
	return text, err
}

// put makes a file hold content, and its compressed copy too.
func (w *worker) put(r *run, o *outcome, rec record, content []byte) {
	rec, ok := r.put(o, rec, content)
	if !ok || !r.Gzip {
		return
	}
	zipped := record{Path: rec.Path + gzipEnding, Scope: rec.Scope, Source: rec.Source, Next: rec.Next, Of: rec.SHA256}
	if old := r.old.records[zipped.Path]; old.Of == zipped.Of && r.folder.isAsWritten(old) {
		old.Scope, old.Source, old.Next = zipped.Scope, zipped.Source, zipped.Next
		o.took(old, false)
		return
	}
	r.put(o, zipped, w.deflate.gzip(content))
}

// put makes the file that rec names hold content, unless it does already.
func (r *run) put(o *outcome, rec record, content []byte) (record, bool) {
	sum := sha256.Sum256(content)
	rec.SHA256, rec.Size = hex.EncodeToString(sum[:]), int64(len(content))
	info, err := r.folder.stat(rec.Path)
	if err != nil {
		o.fail(rec.Path, err)
		return rec, false
	}
	old, known := r.old.records[rec.Path]
	known = known && info != nil && r.folder.isOurs(old, info)
	if known && old.SHA256 == rec.SHA256 || !known && info != nil && r.folder.isOurs(rec, info) {
		rec.Modified = info.ModTime().UnixNano()
		o.took(rec, false)
		return rec, true
	}
	if rec, err = r.folder.write(rec, content); err != nil {
		o.hopeless = true
		o.fail(rec.Path, err)
		return rec, false
	}
	if info != nil && !known {
		o.replaced = append(o.replaced, rec.Path)
	}
	o.took(rec, true)
	return rec, true
}
