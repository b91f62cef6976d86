package wordpress

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Export is a WordPress export (WXR 1.0, 1.1 or 1.2). Only Input is required. An Export must not be
// used by several goroutines at once.
type Export struct {
	// Input is the export, read from its current position. Required.
	//
	// If Input is an [io.Seeker], as a file is, it is read twice: first for what posts refer to,
	// which may come after them in the file, and then for the posts. Any other Input is read once:
	// terms, attachments and synced patterns that come after the post that refers to them are not
	// found, and Articles can be called only once.
	Input io.Reader

	// More are the other files of an export in several files, in order. They are read like Input:
	// posts find what they refer to in any of the files, and if one cannot seek, each is read once.
	// Default: none.
	More []io.Reader

	// Types are the post types to import. Default: "post".
	Types []string
	// Scheduled imports scheduled posts too, as embargoed articles: feeds show each at its date.
	// Default: they are skipped.
	Scheduled bool
	// Location is the site's time zone, for posts without a GMT date. Default: derived from the
	// posts that have both dates.
	Location *time.Location
	// Clock returns the current time, which decides what dates are in the future. Default:
	// time.Now.
	Clock func() time.Time

	// OnIssue is called with each skipped item and each change to an imported one. Default: issues
	// are dropped.
	OnIssue func(*Issue)
	// Progress is called about every 64 KB with the number of bytes read and the total, of all
	// files together. The total is twice the size of a file, which is read twice, and 0 if it is
	// unknown. Default: none.
	Progress func(read, total int64)

	// MaxDepth limits how deep elements may be nested. Default: 50.
	MaxDepth int
	// MaxItems limits the number of items, counting posts, pages, attachments and all others.
	// Default: 2,000,000.
	MaxItems int
	// MaxText limits the length of a body in bytes. Posts with a longer body are skipped. Default:
	// 16 MB (16,777,216 bytes).
	MaxText int
	// MaxIndex limits the memory, in bytes and approximately, for what posts refer to: authors,
	// categories, tags, ids, attachments and synced patterns. Default: 256 MB (268,435,456 bytes).
	MaxIndex int

	reading *reading
	slow    bool // for tests; see parser.quick
}

// The defaults of the limits in Export, and limits that are not fields because no real export comes
// near them.
const (
	defaultDepth = 50
	defaultItems = 2_000_000
	defaultText  = 16 << 20
	defaultIndex = 256 << 20

	longestField = 64 << 10 // bytes of an element that is not a body or excerpt
	mostParts    = 1000     // terms of a post, enclosures of a post, pictures of its galleries
)

// Site returns the site that the export describes: its URL, title, description and language, and
// [syndicate.WordPress] as its Addresses. Change any field before you pass it to Archive. Site
// returns an error if Input is not an export or cannot be read. Errors in single items are reported
// by Articles.
func (e *Export) Site() (syndicate.Site, error) {
	r, err := e.prepare()
	if err != nil {
		return syndicate.Site{}, err
	}
	return r.channel.site(), nil
}

// Articles reads the export and yields its public posts, in the order of the file. It calls
// [Export.OnIssue] with the items that it skips. An error ends the iteration; the articles before
// it are complete.
//
// Bodies have what the post's page showed, as far as the export has it. They are not cleaned: a
// [syndicate.Source] does that.
func (e *Export) Articles() iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		r, err := e.prepare()
		if err == nil {
			err = r.rewind()
		}
		if err != nil {
			yield(syndicate.Article{}, err)
			return
		}
		var it item
		for {
			ok, err := r.nextPost(&it)
			if err != nil {
				yield(syndicate.Article{}, err)
				return
			}
			if !ok {
				break
			}
			article, ok, err := r.article(&it)
			if err != nil {
				yield(syndicate.Article{}, err)
				return
			}
			if ok && !yield(article, nil) {
				return
			}
		}
		if r.indexErr != nil {
			yield(syndicate.Article{}, r.indexErr)
		}
	}
}

// Archive reads the whole export into an archive. Use the Site that [Export.Site] returned, with
// your changes. Archive sets [cleanhtml.Policy.Shortcodes] in its Bodies, because the shortcodes of
// plug-ins are still in the bodies of posts.
//
// The error joins the articles that were refused, as [syndicate.Problems], and the error that ended
// the reading. The archive has all other articles; it is nil only if Input is not an export or the
// site is refused. Warnings go to [syndicate.Site.Warn], skipped items to [Export.OnIssue].
func (e *Export) Archive(site syndicate.Site) (*syndicate.Archive, error) {
	if _, err := e.prepare(); err != nil {
		return nil, err
	}
	site.Bodies.Shortcodes = true
	archive, err := syndicate.NewArchive(site)
	if err != nil {
		return nil, err
	}
	archive.Clock = e.Clock
	var errs []error
	const batchSize = 256 // adding many articles at once is faster
	// The batch is used again: an Archive keeps copies of the articles.
	batch := make([]syndicate.Article, 0, batchSize)
	for article, err := range e.Articles() {
		if err != nil {
			errs = append(errs, err)
			break
		}
		if batch = append(batch, article); len(batch) == batchSize {
			errs = append(errs, archive.Add(batch...))
			batch = batch[:0]
		}
	}
	return archive, errors.Join(append(errs, archive.Add(batch...))...)
}

// now returns the time of the export's clock.
func (e *Export) now() time.Time {
	if e.Clock != nil {
		return e.Clock()
	}
	return time.Now()
}

// prepare makes the reading of this Export, on the first call, and returns it. Later calls return
// the same reading and error.
func (e *Export) prepare() (*reading, error) {
	if e.reading != nil {
		return e.reading, e.reading.failed
	}
	r := &reading{
		export: e,
		deep:   cmp.Or(max(e.MaxDepth, 0), defaultDepth),
		items:  cmp.Or(max(e.MaxItems, 0), defaultItems),
		text:   cmp.Or(max(e.MaxText, 0), defaultText),
		memory: cmp.Or(max(e.MaxIndex, 0), defaultIndex),
	}
	e.reading = r
	r.index = newIndex(r)
	r.failed = r.prepare()
	return r, r.failed
}

// prepare reads everything that posts refer to. An input that can seek is read to its end and
// indexed. Of any other, only the head is read, up to the first post.
//
// An error in the head is returned. An error after it is kept in indexErr: the posts before it are
// still read, and Articles yields it in its place.
func (r *reading) prepare() error {
	if err := r.open(); err != nil {
		return err
	}
	r.indexing = !r.once
	defer func() { r.indexing = false }()
	if err := r.begin(0); err != nil {
		return err
	}
	var it item
	for {
		ok, err := r.nextItem(&it)
		// Without a channel, the first file is no export.
		if r.file == 0 && r.channels == nil {
			return err
		}
		if err != nil || !ok {
			r.indexErr = err
			break
		}
		if r.once {
			r.atItem = it // the first post, whose start tag is read already
			break
		}
		// Index the item. One that is broken is reported by the second reading.
		if err := r.readItem(&it); err != nil {
			if r.indexErr = r.skipBroken(&it, err); r.done {
				break
			}
			continue
		}
		if err := r.index.add(&it); err != nil {
			r.indexErr = err
			break
		}
	}
	r.index.build()
	return nil
}

// open finds out which of the files can seek, and where the export begins in them.
func (r *reading) open() error {
	if r.export.Input == nil {
		return errors.New("wordpress: Export.Input is missing")
	}
	r.files = append(r.files, file{reader: r.export.Input})
	for i, reader := range r.export.More {
		if reader == nil {
			return fmt.Errorf("wordpress: Export.More[%d] is missing", i)
		}
		r.files = append(r.files, file{reader: reader})
	}
	var size int64
	for i := range r.files {
		// Some readers implement io.Seeker and cannot seek: a pipe that is an *os.File. Such an
		// input is read once.
		s, ok := r.files[i].reader.(io.Seeker)
		if !ok {
			r.once = true
			continue
		}
		start, err := s.Seek(0, io.SeekCurrent)
		if err == nil {
			var end int64
			if end, err = s.Seek(0, io.SeekEnd); err == nil {
				_, err = s.Seek(start, io.SeekStart)
				size += end - start
			}
		}
		r.once = r.once || err != nil
		r.files[i].seeker, r.files[i].start = s, start
	}
	if !r.once {
		r.total = 2 * size
	}
	return nil
}

// noExport returns the error for an input that is not an export. Cause is the error that ended the
// reading, or nil. A cause that says more than "not an export" is returned as it is.
func (r *reading) noExport(cause error) error {
	var p *Issue
	switch {
	case errors.As(cause, &p) && (p.Reason == ReasonEntities || p.Reason == ReasonNoExport):
		return cause
	case cause != nil && p == nil: // the input failed
		return cause
	}
	issue := r.here(ReasonNoExport)
	issue.Err = cause
	return issue
}

// rewind prepares the input for reading the posts. Files that can seek are read again. Any other
// input continues after its head, once.
func (r *reading) rewind() error {
	if !r.once {
		r.index.forget()
		r.read, r.again = r.total/2, true
		return r.begin(0)
	}
	if r.indexErr != nil { // an error in the head
		return r.indexErr
	}
	if r.used {
		return errors.New("wordpress: an Input that is not an io.Seeker can be read only once")
	}
	r.used = true
	return nil
}
