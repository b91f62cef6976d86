package feeddir

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Publish writes all feeds of source below the folder dir, which is made if it does not exist. It is
// [Publisher.Publish] with the defaults.
func Publish(ctx context.Context, dir string, source syndicate.Source) error {
	_, err := Publisher{Source: source, Dir: dir}.Publish(ctx)
	return err
}

// Publisher writes all feeds of a Source into a folder. Source and Dir are enough to begin with.
type Publisher struct {
	// Source is where the feeds come from. Required.
	Source syndicate.Source
	// Dir is the folder that stands for [syndicate.Site.URL]. It is made if it does not exist, and may be a
	// symbolic link itself. Required.
	Dir string
	// Extra are files of one's own, kept in step with the feeds and by the same rules: a page, a list of
	// feeds, a stylesheet. One that is no longer among them is removed. Optional.
	//
	//	Extra: []feeddir.File{
	//		{Path: "feeds.opml", Append: opml.Append},
	//		{Path: "feeds/index.html", Append: feedpage.Page{OPML: "/feeds.opml"}.Append},
	//		{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
	//	}
	Extra []File
	// Gzip writes a compressed copy beside each file, "rss.xml.gz", for hosts that serve such (nginx
	// gzip_static). Optional; none.
	Gzip bool
	// Sync has each file forced to the disk before it takes its place, so that after a power failure too each
	// file is whole; it costs milliseconds a file. Without it the next run finds and mends what a power
	// failure did. Optional.
	Sync bool
	// Workers is how many feeds are made at once. Each of them holds one document in memory. Optional;
	// default runtime.GOMAXPROCS.
	Workers int
	// Timeout is how long the Source may take to list its scopes or to make one feed, and an Append of Extra for
	// one file. Optional; default one minute.
	Timeout time.Duration
	// Progress is told of each feed that is done, never twice at once. Optional.
	Progress func(Progress)
}

// File is a file of one's own among the feeds.
type File struct {
	Path string // below the folder, with slashes. Required.
	// Content is what it holds. Optional; an empty file.
	Content []byte
	// Append, if it is there, makes the content instead: it appends it to dst and returns the extended buffer.
	// It is called on each run with the Source that is published, may take as long as a feed may, and a file that
	// it fails on stays as it was. Optional.
	Append func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error)
}

// Progress tells of one feed, archive page or file of one's own that has been dealt with.
type Progress struct {
	// Done of Total feeds, archive pages and files of one's own.
	Done, Total int
	// Scope is what was dealt with, unless it is a file of one's own.
	Scope syndicate.Scope
	// Files are those of it that are right now, in the order of [syndicate.Formats], each with its
	// compressed copy behind it. None when the Source has no such feed any more.
	Files []Status
	// Err is what went wrong with it; it is part of what Publish returns.
	Err error
}

// Status is what became of one file.
type Status struct {
	Path    string // below the folder, with slashes
	Size    int64  // in bytes
	Written bool   // false for one that was right already
}

// Result is what a run did. Its numbers count files, compressed copies among them.
type Result struct {
	Feeds     int   // feeds and archive pages that are up to date
	Written   int   // files written, because they were missing or different
	Unchanged int   // files that were right already
	Removed   int   // files of feeds that are no more
	Bytes     int64 // size of the files written

	// Replaced are the paths of the written ones that stood there with contents which feeddir had not
	// written, sorted.
	Replaced []string
	// Left are the paths of files of feeds that are no more, but that somebody else has changed since
	// feeddir wrote them, and which are therefore not removed. They are told once. Sorted.
	Left []string

	// NextChange is when time alone changes some feed next, an embargo that ends for example: publish again
	// then. The zero time is never. One that has passed already did so during the run.
	NextChange time.Time
}

var (
	// ErrBusy tells that another run publishes to the folder.
	ErrBusy = errors.New("another run publishes to this folder")
	// ErrOccupied tells that where a file or folder belongs stands a symbolic link, or something else that is
	// none.
	ErrOccupied = errors.New("not a regular file or folder; left alone")
	// ErrPath tells that an address cannot be a file everywhere, or is another one's too.
	ErrPath = errors.New("not a path for a file")
	// ErrPanic tells that the Source, something in a feed, or what makes a file of one's own panicked.
	ErrPanic = errors.New("panic")
	// ErrManifest tells that the manifest cannot be read, or was written by a later release.
	ErrManifest = errors.New("not a manifest that can be read; without it, the folder can be published anew")
)

// Error is one thing that went wrong. Publish returns all of them joined, for errors.As to find.
type Error struct {
	Scope syndicate.Scope // of the feed
	Path  string          // of the file; "" when it is no matter of a single one
	Err   error
}

// Error says what: `feeddir: tag/turkey: tag/turkey/rss.xml: no space left on device`.
func (e *Error) Error() string {
	switch {
	case e.Path == "":
		return fmt.Sprintf("feeddir: %s: %v", e.Scope, e.Err)
	case e.Scope == syndicate.Everything():
		return fmt.Sprintf("feeddir: %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("feeddir: %s: %s: %v", e.Scope, e.Path, e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Publish brings the folder up to date. The error joins what went wrong with single feeds and files, each an
// [Error]; the Result tells what was done all the same. When ctx ends, what is being written is completed, and
// the rest stays as it was.
func (p Publisher) Publish(ctx context.Context) (Result, error) {
	if p.Source == nil || p.Dir == "" {
		return Result{}, errors.New("feeddir: a Publisher needs a Source and a Dir")
	}
	if p.Workers <= 0 {
		p.Workers = runtime.GOMAXPROCS(0)
	}
	if p.Timeout <= 0 {
		p.Timeout = time.Minute
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	folder, err := openFolder(p.Dir, p.Sync)
	if err != nil {
		return Result{}, fmt.Errorf("feeddir: %s: %w", p.Dir, err)
	}
	defer folder.close()
	old, err := folder.load()
	if err != nil {
		return Result{}, fmt.Errorf("feeddir: %s: %w", p.Dir, err)
	}
	r := &run{Publisher: p, folder: folder, old: old, next: make(map[string]record, len(old.records)), failed: map[string]bool{}}
	if r.plan, err = r.makePlan(ctx); err != nil {
		return Result{}, err
	}
	return r.publish(ctx)
}
