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

// Export is a WordPress export (WXR 1.0, 1.1 or 1.2). Input is enough to begin with. It must not be used by
// several goroutines at once.
type Export struct {
	// Input is the export, from where it stands now. One that can seek, as a file can, is read twice: first for
	// what posts refer to, which may stand behind them, and then for the posts. Of any other, attachments that
	// stand behind the post which shows them are not found, nor are terms; and it is read once only. Required.
	Input io.Reader

	// Types are the post types that become articles. Optional; default "post".
	Types []string
	// Scheduled takes in posts that WordPress would publish later, as articles under embargo: feeds show them
	// when their time has come. Optional; they are skipped.
	Scheduled bool
	// Location is the site's time zone, for the posts whose GMT date is missing. Optional; told from the posts that
	// have both dates.
	Location *time.Location
	// Clock tells which dates are in the future. Optional; default time.Now.
	Clock func() time.Time

	// Report is told of each item that is skipped and why, and of what was changed in others. Optional.
	Report func(*Problem)
	// Progress is told how many bytes were read, of how many: of a file that is read twice, twice its size. Total
	// is 0 when it is not known. It is called each 64 KB or so. Optional.
	Progress func(read, total int64)

	// MaxDepth is how deep elements may be nested. Optional; default 50.
	MaxDepth int
	// MaxItems is how many items there may be, posts and attachments and all. Optional; default 2,000,000.
	MaxItems int
	// MaxText is the longest body in bytes; a post with a longer one is skipped. Optional; default 16 MB
	// (16,777,216 bytes).
	MaxText int
	// MaxIndex is how many bytes of memory, about, may be taken by what posts refer to: authors, categories, tags,
	// ids, and an address for each attachment. Optional; default 256 MB (268,435,456 bytes).
	MaxIndex int

	reading *reading
	slow    bool // see parser.quick
}

const (
	defaultDepth = 50
	defaultItems = 2_000_000
	defaultText  = 16 << 20
	defaultIndex = 256 << 20

	longestField = 64 << 10 // bytes of everything that is not a body or excerpt
	mostParts    = 1000     // terms of a post, files of a post, pictures of its galleries
)

// Site returns what the export tells of the publication: address, title, description and language, and
// WordPress's addresses. It is a beginning; change what you like. The error tells that Input is no export, or could
// not be read; what is wrong with single items comes from Articles.
func (e *Export) Site() (syndicate.Site, error) {
	r, err := e.prepare()
	if err != nil {
		return syndicate.Site{}, err
	}
	return r.channel.site(), nil
}

// Articles reads the export and yields its public posts, in the order of the file. What is not public is not
// yielded but reported (WXR-3, WXR-4). An error is the last thing that is yielded: the articles before it are good.
//
// Bodies are as the post's page would show them: paragraphs made of the classic editor's blank lines, captions,
// galleries and players made of shortcodes. They are not cleaned yet; a [syndicate.Source] does that.
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

// Archive reads the whole export into an archive of the site, which is what Site returned or more. The error joins
// what the archive refused or warns of ([syndicate.Problems]) and what ended the reading; the archive, with
// everything before that, is nil only when there is no export or the site itself was refused.
func (e *Export) Archive(site syndicate.Site) (*syndicate.Archive, error) {
	if _, err := e.prepare(); err != nil {
		return nil, err
	}
	archive, err := syndicate.NewArchive(site)
	if archive == nil {
		return nil, err
	}
	archive.Clock = e.Clock
	errs := []error{err}
	const batchSize = 256
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

func (e *Export) now() time.Time {
	if e.Clock != nil {
		return e.Clock()
	}
	return time.Now()
}

// prepare reads what the articles need to know, once.
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

// prepare reads the head of the export, and all of it if it can be read again.
func (r *reading) prepare() error {
	if r.export.Input == nil {
		return errors.New("wordpress: Export.Input: missing")
	}
	if s, ok := r.export.Input.(io.Seeker); ok {
		start, err := s.Seek(0, io.SeekCurrent)
		if err == nil {
			var end int64
			if end, err = s.Seek(0, io.SeekEnd); err == nil {
				_, err = s.Seek(start, io.SeekStart)
				r.total = 2 * (end - start)
			}
		}
		if err == nil {
			r.seeker, r.start = s, start
		}
	}
	r.indexing = r.seeker != nil
	defer func() { r.indexing = false }()
	if err := r.begin(); err != nil {
		return err
	}
	var it item
	for {
		ok, err := r.nextItem(&it)
		if !r.p.wordpress || r.channels == nil {
			return r.noExport(err)
		}
		if err != nil || !ok {
			r.indexErr = err
			break
		}
		if r.seeker == nil { // the posts begin
			r.atItem = it
			break
		}
		if err := r.readItem(&it); err != nil {
			if err := r.broken(&it, err); err != nil {
				r.indexErr = err
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

// noExport tells that this is something else; cause is what the reading ended with, nil for nothing.
func (r *reading) noExport(cause error) error {
	var p *Problem
	switch {
	case errors.As(cause, &p) && (p.Rule == RuleEntities || p.Rule == RuleNoExport):
		return cause
	case cause != nil && p == nil: // it could not be read
		return cause
	}
	return &Problem{Line: r.in.line(), Offset: r.in.offset(), Rule: RuleNoExport, Err: cause}
}

// rewind makes ready for the posts.
func (r *reading) rewind() error {
	if r.seeker == nil {
		if r.indexErr != nil { // in the head
			return r.indexErr
		}
		if r.used {
			return errors.New("wordpress: an Input that cannot seek is read only once")
		}
		r.used = true
		return nil
	}
	if _, err := r.seeker.Seek(r.start, io.SeekStart); err != nil {
		return fmt.Errorf("wordpress: reading the export again: %w", err)
	}
	r.index.forget()
	r.read, r.again = r.total/2, true
	return r.begin()
}
