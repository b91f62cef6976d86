package wordpress

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// reading is how far an export has been read, and what is known of it.
type reading struct {
	export                    *Export
	deep, items, text, memory int // limits

	seeker      io.Seeker // nil when the input is read once
	start       int64     // where the export begins in it
	read, total int64     // bytes, for Progress

	in       *input
	p        *parser
	count    int        // items so far
	ended    bool       // </rss> was read
	channels []xml.Name // the elements that items stand in
	channel  channel
	index    *index

	indexing bool // reads what posts refer to
	again    bool // reads the posts, after that
	used     bool // the posts of an input that is read once are being read, or were
	atItem   item // where the first of them begins
	failed   error
	indexErr error // what ended the first reading
}

// channel is what the export says of the publication.
type channel struct {
	title, description, language string
	link, siteURL, blogURL       string
	version                      string
}

func (c *channel) site() syndicate.Site {
	site := syndicate.Site{
		Title:       c.title,
		Description: c.description,
		Language:    strings.ReplaceAll(c.language, "_", "-"),
		Addresses:   syndicate.WordPress,
	}
	for _, address := range []string{c.link, c.blogURL, c.siteURL} {
		if isWeb(address) {
			site.URL = address
			break
		}
	}
	if site.Title == "" {
		_, site.Title, _ = strings.Cut(strings.TrimSuffix(site.URL, "/"), "://")
	}
	if _, err := (syndicate.Site{URL: "http://localhost/", Title: "x", Language: site.Language}).Check(); err != nil {
		site.Language = ""
	}
	return site
}

// begin begins to read the file.
func (r *reading) begin() error {
	r.in = newInput(r.export.Input, r.progress)
	r.p = newParser(r.in, r.deep)
	r.p.slow = r.export.slow
	r.count, r.channels, r.ended = 0, nil, false
	if r.in.skipJunk() {
		r.report(&Problem{Line: r.in.line(), Offset: r.in.offset(), Rule: RuleJunk})
	}
	if err := r.in.failure(); err != nil {
		return &readError{err}
	}
	return nil
}

// skipJunk goes to where the XML begins. It reports whether there was more before it than white space and byte
// order marks: a warning that PHP has printed, for example.
func (in *input) skipJunk() bool {
	const bom = "\ufeff"
	for {
		start := in.peek(len(bom))
		if startsWith(start, bom) {
			in.skip(len(bom))
		} else if len(start) > 0 && start[0] <= ' ' {
			in.skip(1)
		} else {
			break
		}
	}
	start := in.peek(1)
	if startsWith(start, "<") {
		if start = in.peek(5); startsWith(start, "<?xml") || startsWith(start, "<rss") || startsWith(start, "<!") {
			return false
		}
	}
	for in.n < len(in.buf) && in.fill() {
	}
	for _, mark := range []string{"<?xml", "<rss"} {
		if at := strings.Index(string(in.buf[in.i:in.n]), mark); at >= 0 {
			in.skip(at)
			return at > 0
		}
	}
	return false
}

func (r *reading) progress(n int) {
	r.read += int64(n)
	if r.export.Progress != nil {
		r.export.Progress(r.read, r.total)
	}
}

// report tells of a problem that comes up in each reading of the file, in the last of them.
func (r *reading) report(p *Problem) {
	if !r.indexing {
		r.tell(p)
	}
}

func (r *reading) tell(p *Problem) {
	if r.export.Report != nil {
		r.export.Report(p)
	}
}

// nextPost reads the next item; false at the end of the export.
func (r *reading) nextPost(it *item) (ok bool, err error) {
	for {
		if r.atItem.line > 0 {
			*it, r.atItem = r.atItem, item{}
		} else if ok, err := r.nextItem(it); err != nil || !ok {
			return false, err
		}
		err := r.readItem(it)
		if err == nil {
			if r.seeker == nil {
				err = r.index.add(it)
			}
			return true, err
		}
		if err := r.broken(it, err); err != nil {
			return false, err
		}
	}
}

// nextItem goes into the next item, reading what stands before it; false at the end of the export.
func (r *reading) nextItem(it *item) (ok bool, err error) {
	for !r.ended {
		ok, err := r.step(it)
		if err != nil {
			if err = r.broken(nil, err); err != nil {
				return false, err
			}
			continue
		}
		if ok {
			if r.count++; r.count > r.items {
				return false, &Problem{Line: it.line, Offset: it.offset, Rule: RuleTooMany}
			}
			return true, nil
		}
		r.ended = len(r.p.open) == 0 && r.channels != nil
	}
	return false, nil
}

// step reads one thing outside of items, or goes into an item.
func (r *reading) step(it *item) (isItem bool, err error) {
	line, offset := r.in.line(), r.in.offset()
	start, err := r.p.next(0)
	if err != nil {
		return false, err
	}
	if start.kind != startToken {
		return false, nil
	}
	in, local := r.p.spaces[start.name.Space], start.name.Local
	switch {
	case len(r.p.open) == 1 && local == "rss":
		return false, nil
	case len(r.p.open) == 1:
		return false, &Problem{Line: line, Offset: offset, Field: tagName(start.name), Rule: RuleNoExport}
	case len(r.p.open) == 2 && in == rssSpace && local == "channel":
		r.channels = append(r.channels[:0], r.p.open...)
		return false, nil
	case len(r.p.open) == 3 && r.channels != nil && in == rssSpace && local == "item":
		it.reset(line, offset)
		return true, nil
	case len(r.p.open) == 3 && r.channels != nil && !r.again:
		return false, r.head(in, local)
	}
	return false, r.p.skip()
}

// head reads an element of the channel.
func (r *reading) head(in space, local string) (err error) {
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
		return r.p.skip()
	}
	v, err := r.p.text(longestField)
	if err == nil && *field == "" && !v.cut {
		*field = v.plain()
	}
	return err
}

// broken deals with an error that came up in an item, or outside of them: it goes on with the next item, or
// returns what the reading ends with.
func (r *reading) broken(it *item, err error) error {
	var final *Problem
	if errors.As(err, &final) {
		return err
	}
	if failure := (*readError)(nil); errors.As(err, &failure) {
		return err
	}
	p := &Problem{Line: r.in.line(), Offset: r.in.offset(), Rule: RuleBroken, Err: err}
	if it != nil {
		p.Post, p.Type, p.Title = it.id, it.kind, shorten(it.title.plain())
	}
	switch {
	case err == io.ErrUnexpectedEOF:
		p.Rule, p.Err = RuleTruncated, nil
		return p
	case err == errEntities:
		p.Rule, p.Err = RuleEntities, nil
		return p
	case err == errDeep:
		p.Rule, p.Err = RuleTooDeep, nil
	}
	p.Skipped = it != nil
	if r.channels == nil || !r.p.recover(r.channels) {
		return p
	}
	r.report(p)
	return nil
}
