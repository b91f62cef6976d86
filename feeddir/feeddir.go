package feeddir

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// Publish writes all feeds of source to the folder dir, which is created if it does not exist. It
// calls [Folder.Publish] with the default options.
func Publish(ctx context.Context, dir string, source syndicate.Source) error {
	_, err := Folder{Source: source, Dir: dir}.Publish(ctx)
	return err
}

// Folder is a folder to which all feeds of a Source are written. Only Source and Dir are required.
type Folder struct {
	// Source provides the feeds. Required.
	Source syndicate.Source
	// Dir is the path of the folder that corresponds to [syndicate.Site.URL]. The folder is
	// created if it does not exist. Dir itself may be a symbolic link. Required.
	Dir string
	// Extra are additional files, which are updated and removed by the same rules as feeds: an
	// HTML page, a list of feeds, a style sheet. A file that is not in Extra in a later run is
	// removed. Default: none.
	//
	//	Extra: []feeddir.File{
	//		{Path: "feeds.opml", Append: opml.Append},
	//		{Path: "feeds/index.html", Append: feedpage.Index{OPML: "/feeds.opml"}.Append},
	//		{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
	//	}
	Extra []File
	// Files are sets of files that are made of the articles, such as the chapters and transcripts
	// of episodes. They are updated and removed by the same rules as feeds. Default: none.
	//
	//	Files: []derived.Files{podcast.Files{}}
	Files []derived.Files
	// Gzip also writes a compressed copy of each file, "rss.xml.gz", for hosts that can serve it,
	// such as nginx with gzip_static. Default: no copies.
	Gzip bool
	// NoPages leaves out the archive pages (RFC 5005) and the links to them. The pages of a scope
	// hold all of its articles, and each article is in the scopes of its categories, tags and
	// authors: in a publication of 20,000 articles the pages have 21 times the bytes of the
	// current feeds. Without them, readers cannot fetch articles that have left the current feed.
	// Default: the pages are written.
	NoPages bool
	// Sync forces the files to the disk before they are renamed, so that every file is complete
	// even after a power failure. Files are written and then renamed in batches of up to 2,000
	// files or 256 MiB, which the disk must have room for. On Linux, a batch of more than 16 files
	// is forced to the disk with syncfs(2), which also writes what other programs have written to
	// the same file system; elsewhere each file is forced on its own, which takes milliseconds.
	// Without Sync, the next run repairs what a power failure damaged. Default: no sync.
	Sync bool
	// Verify reads each file instead of trusting its size and modification time. It so finds and
	// repairs files that were damaged or edited without a change of either. It takes about as long
	// as copying the folder. Default: files are read only if their modification time differs.
	Verify bool
	// Workers is how many feeds are rendered at once. Each worker holds one document in memory.
	// Negative means the default. Default: runtime.GOMAXPROCS.
	Workers int
	// Timeout is how long the Source may take to list its scopes or to return one feed, and how
	// long Append may take for one file of Extra or Files. Negative means the default. Default: one
	// minute.
	Timeout time.Duration
	// Progress is called after each feed, archive page and other file. Calls do not overlap.
	// Default: none.
	Progress func(Progress)
}

// File is an additional file among the feeds.
type File struct {
	// Path is the path below the folder, with slashes. Required.
	Path string
	// Content is the contents of the file. It is ignored if Append is set. Default: an empty file.
	Content []byte
	// Append appends the contents of the file to dst and returns the extended buffer. It is called
	// in each run with the Source that is published, within [Folder.Timeout]. If it fails, the
	// file stays as it is. Default: the file contains Content.
	Append func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error)
}

// Progress reports that one feed, archive page or other file is done.
type Progress struct {
	// Done is how many feeds, archive pages and other files are done, out of Total.
	Done, Total int
	// Scope identifies the feed or archive page. It is the zero Scope for another file.
	Scope syndicate.Scope
	// Files are the files of the feed that are up to date, in the order of
	// [syndicate.Site.Formats], each followed by its compressed copy. It is empty if the feed no
	// longer exists.
	Files []FileStatus
	// Err is what failed, or nil. The error of Publish includes it.
	Err error
}

// FileStatus describes one file that is up to date.
type FileStatus struct {
	// Path is the path below the folder, with slashes.
	Path string
	// Format is the format of the feed, also of a compressed copy. It is 0 for another file.
	Format syndicate.Format
	// Size is the size in bytes.
	Size int64
	// Written reports whether this run wrote the file. It is false if the file was right already.
	Written bool
}

// Result summarizes a run. It counts compressed copies as separate files.
type Result struct {
	// Feeds is the number of feeds and archive pages that are up to date.
	Feeds int
	// Written is the number of files that were written because they were missing or different.
	Written int
	// Unchanged is the number of files that were right already.
	Unchanged int
	// Removed is the number of files that were removed because their feeds no longer exist.
	Removed int
	// Bytes is the total size of the files that were written.
	Bytes int64

	// Replaced lists the paths of files that feeddir had not written, or that somebody had
	// changed, and that a feed has replaced. It is sorted.
	Replaced []string
	// Kept lists the paths of files whose feeds no longer exist, but that were not removed because
	// somebody has changed them. Each is listed in one run only. It is sorted.
	Kept []string

	// NextChange is when the passing of time changes a feed next, for example because an embargo
	// ends: publish again then. The zero time means never. A time in the past means that a feed
	// changed during the run.
	NextChange time.Time
}

// Errors that Publish returns, joined or wrapped. Test with errors.Is.
var (
	// ErrBusy means that another run is publishing to the folder.
	ErrBusy = errors.New("another run is publishing to this folder")
	// ErrOccupied means that there is a symbolic link, or something else that is no regular file
	// or folder, at the path of a file or folder.
	ErrOccupied = errors.New("not a regular file or folder; left alone")
	// ErrPath means that an address cannot be a file, or that two addresses would be the same file
	// on some system.
	ErrPath = errors.New("not a path for a file")
	// ErrPanic means that the Source, an extension, a set of Files or an Append function panicked.
	ErrPanic = errors.New("panic")
	// ErrManifest means that the manifest is damaged, or that a later release has written it.
	ErrManifest = errors.New("the manifest cannot be read; to publish the folder without it, delete it")
)

// Error is one failure. Publish returns all failures joined; find them with errors.As.
type Error struct {
	// Scope identifies the feed. It is the zero Scope for another file.
	Scope syndicate.Scope
	// Path is the path of the file below the folder; "" if the failure is not about one file.
	Path string
	// Err is the cause.
	Err error
}

// Error returns a message such as
// "feeddir: tag/turkey: tag/turkey/rss.xml: no space left on device".
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

// Publish brings the folder up to date. If single feeds or files fail, it publishes all others,
// and the error joins an [Error] for each failure. The Result is valid even if the error is not
// nil. When ctx ends, Publish completes the files that it is writing and leaves the rest as it is.
func (f Folder) Publish(ctx context.Context) (Result, error) {
	if f.Source == nil || f.Dir == "" {
		return Result{}, errors.New("feeddir: a Folder needs a Source and a Dir")
	}
	if f.Workers <= 0 {
		f.Workers = runtime.GOMAXPROCS(0)
	}
	if f.Timeout <= 0 {
		f.Timeout = time.Minute
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	disk, err := openDisk(f.Dir, f.Sync)
	if err != nil {
		return Result{}, fmt.Errorf("feeddir: %s: %w", f.Dir, err)
	}
	defer disk.close()
	disk.verify = f.Verify
	old, err := disk.load()
	if err != nil {
		return Result{}, fmt.Errorf("feeddir: %s: %w", f.Dir, err)
	}
	publication, err := guarded(ctx, f.Timeout, func(context.Context) (*syndicate.Publication, error) {
		return f.Source.Publication(), nil
	})
	if err == nil && publication == nil {
		err = errors.New("the Source has no Publication")
	}
	if err != nil {
		return Result{}, fmt.Errorf("feeddir: %w", err)
	}
	site := publication.Site()
	r := &run{
		Folder:      f,
		publication: publication,
		addresses:   site.Addresses,
		formats:     site.Formats,
		disk:        disk,
		old:         old,
		next:        make(map[string]record, len(old.records)),
		failed:      map[string]bool{},
	}
	if r.plan, err = r.makePlan(ctx); err != nil {
		return Result{}, err
	}
	return r.publish(ctx)
}
