package podcast

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// importing is the state of reading a feed.
//
// A feed that can seek is read twice: the first time for the channel, with items skipped, and the
// second time for the items. Any other feed is read once.
type importing struct {
	*Import
	items, text int // the limits of the Import, or their defaults

	// seeker is nil if the feed is read once. The feed begins at start.
	seeker io.Seeker
	start  int64
	// in and p read the feed; each reading has new ones.
	in *xmlreader.Input
	p  *xmlreader.Parser
	// count is the number of items read so far.
	count int

	// again is set while the items of a feed that can seek are read, atItem if the start tag of an
	// item was read with the channel, and used if Articles was called.
	again, atItem, used, ended bool
	// channels are the elements around items. It is nil before the start of the channel.
	channels []xml.Name
	// channel is what the feed says of the show, and failed the error of reading that.
	channel importedShow
	failed  error

	// label names the item that is read, in problems, and line is where it begins.
	label string
	line  int64
	// once has the names of elements that were reported as without a field.
	once map[string]bool
	// size and elements count what the current item has, inHead and headSize what the channel has.
	// One of them is beyond its limit if headFull.
	size, elements, inHead, headSize int
	headFull                         bool
}

// The vocabularies of podcast feeds.
const (
	rssSpace xmlreader.Space = iota + 1 // no prefix
	itunesSpace
	podcastSpace
	contentSpace
	dcSpace
	dctermsSpace
	atomSpace
	sySpace
	slashSpace
	wfwSpace
)

// importPrefixes are the usual prefixes, for feeds that do not declare them.
var importPrefixes = map[string]xmlreader.Space{
	"": rssSpace, "itunes": itunesSpace, "podcast": podcastSpace, "content": contentSpace, "dc": dcSpace,
	"dcterms": dctermsSpace, "atom": atomSpace, "sy": sySpace, "slash": slashSpace, "wfw": wfwSpace,
}

// importSpaces are the namespaces in lower case, without scheme and without a slash at the end.
// Hosts write them in several forms, and the podcast namespace under the address of its document.
var importSpaces = map[string]xmlreader.Space{
	"www.itunes.com/dtds/podcast-1.0.dtd":                                 itunesSpace,
	"podcastindex.org/namespace/1.0":                                      podcastSpace,
	"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": podcastSpace,
	"purl.org/rss/1.0/modules/content":                                    contentSpace,
	"purl.org/dc/elements/1.1":                                            dcSpace,
	"purl.org/dc/terms":                                                   dctermsSpace,
	"www.w3.org/2005/atom":                                                atomSpace,
	"purl.org/rss/1.0/modules/syndication":                                sySpace,
	"purl.org/rss/1.0/modules/slash":                                      slashSpace,
	"wellformedweb.org/commentapi":                                        wfwSpace,
}

// importSpace returns the vocabulary with a namespace URI, 0 for one that no field holds. A prefix
// alone says nothing: some feeds declare an old draft of a vocabulary under it.
func importSpace(uri string) xmlreader.Space {
	uri = strings.ToLower(strings.TrimSpace(uri))
	// http and https are the same namespace here, although XML compares namespaces byte by byte.
	if _, rest, found := strings.Cut(uri, "://"); found {
		uri = rest
	}
	return importSpaces[strings.TrimRight(uri, "/")]
}

// elem is an element of a feed. Its text is trimmed.
type elem struct {
	space    xmlreader.Space
	name     string // with the prefix that problems name, "itunes:season"
	text     string
	cdata    bool // the text was in a CDATA section
	tags     bool // elements were in the text, and are left out
	attrs    []xml.Attr
	used     []bool // the attributes that a field holds
	children []*elem
	line     int64
}

// attr returns an attribute without a prefix, trimmed, and marks it as held by a field.
func (e *elem) attr(name string) string {
	// Some hosts write isPermalink or startTime in other cases.
	for i, a := range e.attrs {
		if a.Name.Space == "" && strings.EqualFold(a.Name.Local, name) {
			e.used[i] = true
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// has reports whether there is an attribute of the name. It does not count as held by a field.
func (e *elem) has(name string) bool {
	for _, a := range e.attrs {
		if a.Name.Space == "" && strings.EqualFold(a.Name.Local, name) {
			return true
		}
	}
	return false
}

// is reports whether an attribute has one of the words that mean yes.
func (e *elem) is(name string) bool { yes, _ := parseFlag(e.attr(name)); return yes }

// parents are the elements whose children are read. Of others, only the text is.
var parents = map[string]bool{
	"item": true, "image": true, "itunes:category": true, "itunes:owner": true, "podcast:alternateEnclosure": true,
	"podcast:value": true, "podcast:valueTimeSplit": true, "podcast:podroll": true, "podcast:publisher": true,
	"podcast:liveItem": true, "skipHours": true, "skipDays": true,
}

// prefixes are the prefixes that problems name.
var prefixes = map[xmlreader.Space]string{
	itunesSpace: "itunes:", podcastSpace: "podcast:", contentSpace: "content:", dcSpace: "dc:", dctermsSpace: "dcterms:",
	atomSpace: "atom:", sySpace: "sy:", slashSpace: "slash:", wfwSpace: "wfw:",
}

// Errors that cost an item, and the text that is too long.
var (
	errLongItem = errors.New("longer than the limit")
	errManyTags = errors.New("more elements than the limit")
)

// readElem reads the rest of an element whose start tag was just read.
func (r *importing) readElem(start xmlreader.Token) (*elem, error) {
	e := &elem{space: r.p.Space(start.Name.Space), name: start.Name.Local, line: r.in.Line()}
	for _, a := range start.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "xml" || a.Name.Local == "xmlns" {
			continue // declarations, and what holds for every element
		}
		e.attrs = append(e.attrs, a)
		r.size += len(a.Name.Local) + len(a.Value)
	}
	e.used = make([]bool, len(e.attrs))
	if prefix := prefixes[e.space]; e.space != rssSpace {
		if e.name = prefix + e.name; prefix == "" {
			e.name = xmlreader.TagName(start.Name)
		}
	}
	// Elements without text cost memory too.
	if r.elements++; r.elements > importElements {
		return nil, errManyTags
	}
	if parents[e.name] {
		return e, r.p.Children(func(_ xmlreader.Space, _ string, start xmlreader.Token) error {
			child, err := r.readElem(start)
			if err == nil {
				e.children = append(e.children, child)
			}
			return err
		})
	}
	// Its name is reported; its content is skipped.
	if e.space == 0 { // of a vocabulary that no field holds
		return e, r.p.Skip()
	}
	// All texts of an item share one allowance.
	v, err := r.p.Text(max(0, r.text-r.size))
	r.size += len(v.Text)
	switch {
	case err != nil:
		return nil, err
	case v.Cut || r.size > r.text:
		return nil, errLongItem
	}
	e.text, e.cdata, e.tags = v.Trimmed(), v.HTML, v.Tags
	return e, nil
}

// open starts reading the feed, from where it was when Import got it.
func (r *importing) open() error {
	if r.seeker != nil {
		if _, err := r.seeker.Seek(r.start, io.SeekStart); err != nil {
			return readFailed(err)
		}
	}
	// A byte order mark or a text before the XML is no part of the feed.
	r.count, r.channels, r.ended, r.atItem = 0, nil, false, false
	r.in = xmlreader.NewInput(r.Input, nil)
	r.in.Sniff()
	r.p = xmlreader.NewParser(r.in, importDepth, importPrefixes, importSpace)
	r.in.SkipJunk()
	if err := r.in.Failure(); err != nil {
		return readFailed(err)
	}
	return nil
}

// readFailed returns the error of an input that cannot be read. The cause can be found with
// errors.Is.
func readFailed(err error) error { return fmt.Errorf("podcast: reading the feed: %w", err) }

// prepare reads the channel: all of it if the feed can seek, or else up to the first item.
func (r *importing) prepare() error {
	if r.Input == nil {
		return errors.New("podcast: Import.Input is missing")
	}
	// Some readers implement io.Seeker and cannot seek: a pipe that is an *os.File.
	if s, ok := r.Input.(io.Seeker); ok {
		if start, err := s.Seek(0, io.SeekCurrent); err == nil {
			r.seeker, r.start = s, start
		}
	}
	if err := r.open(); err != nil {
		return err
	}
	// Errors in the head of a feed that cannot seek end the reading. Those behind the first item
	// are left to the reading of the items, which has all articles before them.
	for {
		ok, err := r.step()
		switch {
		case r.channels == nil && (err != nil || r.ended):
			return r.notRSS(err)
		case err != nil && r.seeker == nil: // in the head
			return err
		case err != nil || r.ended: // the second reading reports the error
			r.channel.finish(r)
			return nil
		case ok && r.seeker == nil:
			r.atItem = true
			r.channel.finish(r)
			return nil
		case ok:
			if err := r.p.Skip(); err != nil && !r.resume() {
				r.channel.finish(r)
				return nil
			}
		}
	}
}

// notRSS returns the error of an input that is not a feed.
func (r *importing) notRSS(err error) error {
	var p *syndicate.Problem
	switch {
	case errors.As(err, &p) && (p.Rule == RuleEntities || p.Rule == RuleNotRSS):
		return err
	case err != nil && p == nil: // the input failed
		return err
	}
	spec := "RSS 2.0"
	if p != nil {
		spec = string(p.Rule) + "; " + p.Spec
	}
	return &syndicate.Problem{Field: "Input", Rule: RuleNotRSS, Spec: spec}
}

// rewind prepares the input for reading the items.
func (r *importing) rewind() error {
	if r.seeker != nil {
		r.again = true
		return r.open()
	}
	if r.used {
		return errors.New("podcast: an Input that is not an io.Seeker can be read only once")
	}
	r.used = true
	return nil
}

// nextItem reads the next item that is well-formed XML, nil at the end of the feed.
func (r *importing) nextItem() (*elem, error) {
	for {
		// The start tag of the first item may have been read with the channel.
		if !r.atItem {
			ok, err := r.step()
			if err != nil {
				return nil, err
			}
			if r.ended {
				return nil, nil
			}
			if !ok {
				continue
			}
		}
		r.atItem = false
		if r.count++; r.count > r.items {
			return nil, &syndicate.Problem{Field: "Import.MaxItems", Value: fmt.Sprint(r.items), Rule: RuleLimit, Spec: r.here()}
		}
		r.label, r.line, r.size, r.elements = "", r.in.Line(), 0, 0
		item := &elem{space: rssSpace, name: "item", line: r.line}
		err := r.p.Children(func(_ xmlreader.Space, _ string, start xmlreader.Token) error {
			child, err := r.readElem(start)
			if err == nil {
				item.children = append(item.children, child)
			}
			return err
		})
		if err == nil {
			return item, nil
		}
		r.label = labelOf(item)
		if err := r.broken(err, true); err != nil {
			return nil, err
		}
	}
}

// labelOf returns what names an item in problems: its link, guid or title.
func labelOf(item *elem) string {
	for _, name := range []string{"link", "guid", "title"} {
		for _, e := range item.children {
			if e.name == name && e.text != "" {
				return findings.Shorten(e.text)
			}
		}
	}
	return ""
}

// here says where in the feed the reading is.
func (r *importing) here() string { return fmt.Sprintf("line %d", r.in.Line()) }

// step reads one element outside of items, or the start tag of an item: then it returns true.
func (r *importing) step() (isItem bool, err error) {
	r.label, r.size, r.elements = "", 0, 0
	start, err := r.p.Next(0)
	if err != nil {
		return false, r.broken(err, false)
	}
	// Which elements count depends on how many are open: rss is the first, channel the second,
	// items and the head are the third.
	open := len(r.p.Open())
	if start.Kind != xmlreader.StartToken {
		r.ended = open == 0 && r.channels != nil // what follows the root element is ignored
		return false, nil
	}
	r.line = r.in.Line()
	space, local := r.p.Space(start.Name.Space), start.Name.Local
	switch {
	case open == 1 && strings.EqualFold(local, "rss"):
		return false, nil
	case open == 1: // the root element of another kind of document
		return false, &syndicate.Problem{Field: "Input", Value: xmlreader.TagName(start.Name), Rule: RuleNotRSS, Spec: "RSS 2.0"}
	case open == 2 && space == rssSpace && local == "channel":
		r.channels = append(r.channels[:0], r.p.Open()...)
		return false, nil
	case open == 3 && r.channels != nil && space == rssSpace && local == "item":
		return true, nil
	case open == 3 && r.channels != nil && !r.again:
		return false, r.head(start)
	}
	if err = r.p.Skip(); err != nil {
		err = r.broken(err, false)
	}
	return false, err
}

// head reads an element of the channel. What follows the items comes too late if the feed is read
// once.
func (r *importing) head(start xmlreader.Token) error {
	e, err := r.readElem(start)
	if err != nil {
		return r.broken(err, false)
	}
	// The options of the show have been returned by now.
	if r.used {
		r.warn(e.name, e.text, RuleLimit, "left out; it follows the items, and the Input cannot seek; RSS 2.0, elements of channel")
		return nil
	}
	r.inHead, r.headSize = r.inHead+r.elements, r.headSize+r.size
	if r.inHead > importElements || r.headSize > r.text {
		if !r.headFull {
			r.warn("channel", e.name, RuleLimit, "left out, with what follows it; 10,000 elements and Import.MaxText; "+r.here())
		}
		r.headFull = true
		return nil
	}
	r.channel.add(r, e)
	return nil
}

// resume continues at the next item after an error. It returns false if there is none.
func (r *importing) resume() bool {
	return r.channels != nil && r.p.Recover(r.channels)
}

// broken handles an error in an item or outside of items. It reports the error and moves to the
// next item, or returns the error that ends the reading.
func (r *importing) broken(err error, inItem bool) error {
	if failure := (*xmlreader.ReadError)(nil); errors.As(err, &failure) {
		return readFailed(failure.Err)
	}
	// A limit or a fault in an item costs that item. The end of the feed and entities end the
	// reading.
	p := &syndicate.Problem{Article: r.label, Field: "Input", Value: err.Error(), Rule: RuleNotXML}
	switch {
	case err == io.ErrUnexpectedEOF:
		p.Rule, p.Value, p.Spec = RuleTruncated, "", r.here()
		return p
	case err == xmlreader.ErrEntities:
		p.Rule, p.Value, p.Spec = RuleEntities, "", r.here()
		return p
	case err == xmlreader.ErrDeep, err == errManyTags:
		p.Rule = RuleLimit
	case err == errLongItem:
		p.Field, p.Rule = "Import.MaxText", RuleLimit
	}
	p.Spec = fmt.Sprintf("skipped; line %d", r.line)
	if !inItem {
		p.Spec = "skipped to the next item; " + r.here()
	}
	if !r.resume() {
		return p
	}
	if inItem || !r.again { // the first reading has reported the head
		r.report(p)
	}
	return nil
}

// report calls OnProblem. What the first reading of an item finds is left to the second.
func (r *importing) report(p *syndicate.Problem) {
	if r.OnProblem != nil {
		r.OnProblem(p)
	}
}

// warn reports a value that is mended or left out.
func (r *importing) warn(field, value string, rule syndicate.Rule, spec string) {
	r.report(&syndicate.Problem{
		Warning: true, Article: r.label, Field: field, Value: findings.Shorten(value), Rule: rule, Spec: spec,
	})
}

// noField reports what neither the types of this package nor those of package syndicate hold: an
// element or attribute for which there is no field, once for each name.
func (r *importing) noField(name, value string) {
	// An element that every item has would be reported thousands of times.
	if r.once[name] || len(r.once) >= importOnce {
		return
	}
	r.once[name] = true
	r.warn(name, value, RuleNoField, "left out, here and elsewhere")
}

// leftovers reports the attributes of an element and of those in it that no field holds, and
// elements in the place of a text.
func (r *importing) leftovers(e *elem) {
	if e.tags {
		r.warn(e.name, "", RuleNotXML, "the elements in the text are left out; escape them; RSS 2.0")
	}
	for i, a := range e.attrs {
		if !e.used[i] && (e.space == itunesSpace || e.space == podcastSpace) {
			r.noField(e.name+"/@"+xmlreader.TagName(a.Name), a.Value)
		}
	}
	for _, child := range e.children {
		r.leftovers(child)
	}
}
