package wordpress

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// reading is the state of reading an export.
//
// Files are read twice. The first time, indexing is true: the head and the attachments go into the
// index, posts are skipped. The second time, again is true: the head is skipped, posts become
// articles. An input that cannot seek is read once, and both are false.
type reading struct {
	export                    *Export
	deep, items, text, memory int // the limits of the Export, or their defaults

	// files are the files of the export, and file is the number of the current one. once is set if
	// they are read once, because one of them cannot seek.
	files []file
	file  int
	once  bool
	// failures are the errors that ended files before the current one.
	failures []error
	// read and total are the numbers of bytes for Progress.
	read, total int64

	in *xmlreader.Input
	p  *xmlreader.Parser
	// wordpress is set if the current file declares a namespace of WordPress.
	wordpress bool
	// count is the number of items read so far.
	count int
	// ended is set when the end tag of rss has been read in the current file, done when the last
	// file has ended.
	ended, done bool
	// channels are the elements around items, rss and channel. It is nil before the start of the
	// channel.
	channels []xml.Name
	channel  channel
	index    *index

	// kept has the bytes of the body of the current item while indexing; see keep. keptCut is set
	// if the body is longer than the limit.
	kept    []byte
	keptCut bool
	// plugins says which shortcodes package cleanhtml removes by their names.
	plugins map[string]bool

	indexing, again bool
	// For an input that is read once: used is set when Articles has been called, and atItem is the
	// first item, whose start tag has been read with the head.
	used   bool
	atItem item
	// failed is the error of prepare, indexErr the error that ended the first reading.
	failed, indexErr error
}

// file is one file of an export. The seeker is nil if the reader cannot seek; start is where the
// export begins.
type file struct {
	reader io.Reader
	seeker io.Seeker
	start  int64
}

// channel holds what the export says about the publication.
// Its fields are plain text.
type channel struct {
	title, description, language string
	link, siteURL, blogURL       string
	version                      string
}

// site returns the site that the channel describes. A missing title becomes the host. A language
// that is not a language tag is dropped, since some exports have the name of a locale there.
func (c *channel) site() syndicate.Site {
	site := syndicate.Site{
		Title:       c.title,
		Description: c.description,
		Language:    strings.ReplaceAll(c.language, "_", "-"),
		Addresses:   syndicate.WordPress,
		Bodies:      cleanhtml.Policy{Shortcodes: true}, // those of plug-ins are still in the bodies
	}
	site.URL = c.address()
	if site.Title == "" {
		_, site.Title, _ = strings.Cut(strings.TrimSuffix(site.URL, "/"), "://")
	}
	// The check of a site that is otherwise in order shows whether the language is usable.
	check := syndicate.Site{URL: "http://localhost/", Title: "x", Language: site.Language}
	check.Warn = func(*syndicate.Problem) { site.Language = "" }
	if _, err := check.Check(); err != nil {
		site.Language = ""
	}
	return site
}

// address returns the address of the site: the first usable one of the channel's addresses, or "".
// WordPress writes the same address in all three, or that of the network of sites in siteURL.
func (c *channel) address() string {
	for _, address := range []string{c.link, c.blogURL, c.siteURL} {
		if isWeb(address) {
			return address
		}
	}
	return ""
}

// resolve returns an address of an item. Exporters of other systems write addresses relative to the
// site's. Anything else, such as a guid that is no address, is returned as it is.
func (c *channel) resolve(ref string) string {
	if ref == "" || ref[0] == '#' || strings.ContainsAny(ref, " \t\n") || schemePart.MatchString(ref) {
		return ref
	}
	home := c.address()
	if home == "" {
		return ref
	}
	_, folder, _ := uri.Base(home)
	if address, fault := uri.Resolve(folder, ref); fault == "" {
		return address
	}
	return ref
}

// schemePart matches the scheme of an absolute address.
var schemePart = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// begin starts reading a file.
func (r *reading) begin(number int) error {
	if number == 0 {
		r.count, r.failures, r.done = 0, nil, false
	}
	r.file, r.channels, r.ended, r.wordpress = number, nil, false, false
	f := r.files[number]
	if !r.once {
		if _, err := f.seeker.Seek(f.start, io.SeekStart); err != nil {
			return failed(err)
		}
	}
	r.in = xmlreader.NewInput(f.reader, r.progress)
	r.in.Sniff()
	r.p = xmlreader.NewParser(r.in, r.deep, spacePrefixes, r.spaceOf)
	r.p.Slow = r.export.slow // tests only
	if r.in.SkipJunk() {
		r.report(r.here(ReasonJunk))
	}
	if err := r.in.Failure(); err != nil {
		return failed(err)
	}
	return nil
}

// failed returns the error of an input that cannot be read.
func failed(err error) error { return fmt.Errorf("wordpress: reading the export: %w", err) }

// progress counts n bytes as read.
func (r *reading) progress(n int) {
	r.read += int64(n)
	if r.export.Progress != nil {
		r.export.Progress(r.read, r.total)
	}
}

// report reports an issue that occurs in each reading of the file. It does so in the last reading
// only.
func (r *reading) report(p *Issue) {
	if !r.indexing {
		r.callOnIssue(p)
	}
}

// here returns an issue at the current place of the file.
func (r *reading) here(reason Reason) *Issue {
	return &Issue{File: r.file, Line: r.in.Line(), Offset: r.in.Offset(), Reason: reason}
}

// callOnIssue calls OnIssue with an issue.
func (r *reading) callOnIssue(p *Issue) {
	if r.export.OnIssue != nil {
		r.export.OnIssue(p)
	}
}

// nextPost reads the next item that is well-formed XML; ok is false at the end of the export.
func (r *reading) nextPost(it *item) (ok bool, err error) {
	for {
		// Of an input that is read once, prepare has read the start tag of the first item.
		if r.atItem.line > 0 {
			*it, r.atItem = r.atItem, item{}
		} else if ok, err := r.nextItem(it); err != nil || !ok {
			return false, err
		}
		err := r.readItem(it)
		if err == nil {
			if r.once { // the first reading has not indexed it
				err = r.index.add(it)
			}
			return true, err
		}
		if err := r.skipBroken(it, err); r.done {
			return false, err
		}
	}
}

// skipBroken reports an item that cannot be read and moves to the next one. If the error ends the
// file, it moves to the next file, and sets done if there is none.
func (r *reading) skipBroken(it *item, err error) error {
	if err = r.broken(it, err); err != nil {
		return r.leave(err)
	}
	return nil
}

// nextItem reads up to and including the start tag of the next item; ok is false at the end of the
// last file. It reads the elements of the head that come before the item.
func (r *reading) nextItem(it *item) (ok bool, err error) {
	for !r.done {
		ok, err := r.nextOfFile(it)
		// By the first item, or by the end of the file, an export has declared WordPress's
		// namespace.
		if !r.wordpress || r.channels == nil {
			ok, err = false, r.noExport(err)
			r.channels = nil
		}
		if ok {
			return true, nil
		}
		if err = r.leave(err); err != nil {
			return false, err
		}
	}
	return false, nil
}

// leave moves on to the next file. The error is what ended the current file, nil at its end. It is
// kept until the last file has ended, since the other files have articles too. An error that leave
// returns ends the reading: one of the limits, one in the head of the first file, or those that
// were kept.
func (r *reading) leave(err error) error {
	for {
		// The first file describes the site, so nothing can be read without it.
		final := r.file == 0 && r.channels == nil || errors.Is(err, ReasonTooMany) || errors.Is(err, ReasonIndex)
		if err != nil {
			r.failures = append(r.failures, err)
		}
		if final || r.file+1 == len(r.files) {
			r.done = true
			if len(r.failures) == 1 {
				return r.failures[0]
			}
			return errors.Join(r.failures...)
		}
		// A file that cannot be read at all is left too.
		if err = r.begin(r.file + 1); err == nil {
			return nil
		}
	}
}

// nextOfFile reads up to and including the start tag of the next item of the current file; ok is
// false at its end.
func (r *reading) nextOfFile(it *item) (ok bool, err error) {
	for !r.ended {
		ok, err := r.step(it)
		if err != nil {
			if err = r.broken(nil, err); err != nil {
				return false, err
			}
			continue
		}
		if ok {
			// Broken items count too.
			if r.count++; r.count > r.items {
				return false, &Issue{File: it.input, Line: it.line, Offset: it.offset, Reason: ReasonTooMany}
			}
			return true, nil
		}
		// What follows the root element is ignored.
		r.ended = len(r.p.Open()) == 0 && r.channels != nil
	}
	return false, nil
}

// step reads one element outside of items, or the start tag of an item. Which elements count
// depends on how many are open: rss is the first, channel the second, items and the head are the
// third.
func (r *reading) step(it *item) (isItem bool, err error) {
	line, offset := r.in.Line(), r.in.Offset()
	start, err := r.p.Next(0)
	if err != nil {
		return false, err
	}
	if start.Kind != xmlreader.StartToken {
		return false, nil
	}
	in, local := r.p.Space(start.Name.Space), start.Name.Local
	switch {
	case len(r.p.Open()) == 1 && local == "rss":
		return false, nil
	case len(r.p.Open()) == 1: // the root element of another kind of document
		return false, &Issue{
			File: r.file, Line: line, Offset: offset, Field: xmlreader.TagName(start.Name), Reason: ReasonNoExport,
		}
	case len(r.p.Open()) == 2 && in == rssSpace && local == "channel":
		r.channels = append(r.channels[:0], r.p.Open()...)
		return false, nil
	case len(r.p.Open()) == 3 && r.channels != nil && in == rssSpace && local == "item":
		it.reset(r.file, line, offset)
		return true, nil
	case len(r.p.Open()) == 3 && r.channels != nil && !r.again:
		// An element of the head. The second reading skips them.
		return false, r.head(in, local)
	}
	return false, r.p.Skip()
}

// head reads an element of the channel. If an element occurs twice, the first with a text counts.
func (r *reading) head(in xmlreader.Space, local string) (err error) {
	var field *string
	switch in {
	case rssSpace:
		switch local {
		case "title":
			field = &r.channel.title
		case "description":
			field = &r.channel.description
		case "language":
			field = &r.channel.language
		case "link":
			field = &r.channel.link
		}
	case wpSpace:
		switch local {
		case "wxr_version":
			field = &r.channel.version
		case "base_site_url":
			field = &r.channel.siteURL
		case "base_blog_url":
			field = &r.channel.blogURL
		case "author":
			return r.index.readAuthor()
		case "category", "tag", "term":
			return r.index.readTerm(local)
		}
	}
	if field == nil {
		return r.p.Skip()
	}
	v, err := r.short()
	if err == nil && *field == "" && !v.Cut {
		*field = v.plain()
	}
	return err
}

// broken handles an error in an item, or outside of items if it is nil. It reports the item and
// moves to the next one, or returns the error that ends the reading: an issue of that kind, a
// failure of the input, or an error before the first item.
func (r *reading) broken(it *item, err error) error {
	// An issue among the errors is one of the limits, and a ReadError a failure of the input. Both
	// end the reading.
	var final *Issue
	if errors.As(err, &final) {
		return err
	}
	if failure := (*xmlreader.ReadError)(nil); errors.As(err, &failure) {
		return failed(failure.Err)
	}
	p := r.here(ReasonBroken)
	p.Err = err
	if it != nil {
		p.Post, p.Type, p.Title = it.id, it.kind, shorten(it.title.plain())
	}
	switch {
	case err == io.ErrUnexpectedEOF:
		p.Reason, p.Err = ReasonTruncated, nil
		return p
	case err == xmlreader.ErrEntities:
		p.Reason, p.Err = ReasonEntities, nil
		return p
	case err == xmlreader.ErrDeep:
		p.Reason, p.Err = ReasonTooDeep, nil
	}
	// Resume at the next item. Before the first item there is nothing to resume, and the file may
	// be anything.
	p.Skipped = it != nil
	if r.channels == nil || !r.p.Recover(r.channels) {
		return p
	}
	r.report(p)
	return nil
}
