package wordpress

import (
	"encoding/json"
	"errors"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Comments of the block editor begin with blockStart. One for a block without a content ends with
// loneBlockEnd: WordPress makes what it shows from other data.
const (
	blockStart   = "<!-- wp:"
	loneBlockEnd = "/-->"
)

// loneBlock matches the comment of a block without a content. It has the name of the block and its
// attributes, which are JSON. The names of WordPress's own blocks have no prefix, or "core/".
var loneBlock = regexp.MustCompile(`(?s)^<!-- wp:(?:core/)?([a-z][a-z0-9/-]*)\s+(\{.*\}\s*)?/-->$`)

// silentBlock matches the blocks that show nothing that belongs to the text of a post: spaces, and
// parts of the page around the post.
var silentBlock = regexp.MustCompile(`^(?:(?:post|comments?|query|site)-[a-z-]+|spacer|separator|more|nextpage|` +
	`paragraph|group|columns?|buttons|shortcode|template-part|read-more|navigation|page-list|loginout|home-link|` +
	`search|comments|avatar|term-description)$`)

// comment handles a comment from i to end. The comment of a block without a content becomes what
// WordPress shows for the block. If the export does not have that, it is reported.
func (w *bodyWriter) comment(i, end int) int {
	if m := diviBlock.FindStringSubmatch(w.body[i:end]); m != nil {
		made, ok := w.divi(m[1], m[2])
		if !ok {
			w.note(ReasonBlock, "divi/"+m[1], "divi/"+m[1])
		}
		if made != "" {
			return w.replace(i, end, made)
		}
		return end
	}
	if !strings.HasSuffix(w.body[i:end], loneBlockEnd) {
		return end
	}
	m := loneBlock.FindStringSubmatch(w.body[i:end])
	if m == nil {
		return end
	}
	var attrs struct {
		Ref            json.Number
		URL, Src, GUID string
	}
	// Attributes of another form have nothing that is used here.
	_ = json.Unmarshal([]byte(m[2]), &attrs)
	// Two kinds of blocks have their content elsewhere in the export. Others may have an address.
	switch name := m[1]; {
	case name == "block":
		return w.replace(i, end, w.pattern(attrs.Ref.String(), m[2]))
	case name == "footnotes":
		return w.replace(i, end, w.footnotes())
	case webAddress(attrs.URL) != "":
		return w.replace(i, end, link(webAddress(attrs.URL)))
	case webAddress(attrs.Src) != "":
		return w.replace(i, end, link(webAddress(attrs.Src)))
	case name == "videopress/video" && players["videopress"].match(attrs.GUID) != "":
		return w.replace(i, end, link(players["videopress"].address(attrs.GUID)))
	case !silentBlock.MatchString(name):
		w.note(ReasonBlock, name, name)
	}
	return end
}

// deepestPattern is how many synced patterns may be in each other.
const deepestPattern = 20

// pattern returns the content of a synced pattern. A pattern in itself is left out, as WordPress
// does.
func (w *bodyWriter) pattern(ref, attrs string) string {
	id, err := strconv.ParseInt(ref, 10, 64)
	body, ok := w.r.index.patterns[id]
	switch {
	case err != nil || !ok:
		w.note(ReasonNoPattern, ref, ref)
		return ""
	case slices.Contains(w.patterns, ref) || len(w.patterns) == deepestPattern:
		w.note(ReasonPatternCycle, ref, ref)
		return ""
	case !w.insert(len(body)):
		w.note(ReasonTooLong, "wp:block", ref)
		return ""
	}
	body = w.override(body, ref, attrs)
	w.patterns = append(w.patterns, ref)
	made := w.inner(body)
	w.patterns = w.patterns[:len(w.patterns)-1]
	return made
}

// insert reports whether a body may have n more bytes from elsewhere in the export: patterns,
// footnotes, addresses of attachments. Together they add at most the length that a body may have,
// so that a short body that refers to a long text many times cannot fill the memory.
func (w *bodyWriter) insert(n int) bool {
	if n > w.left {
		return false
	}
	w.left -= n
	return true
}

// inner returns another body as convert writes it, as a part of this one.
func (w *bodyWriter) inner(body string) string {
	in := bodyWriter{bodyState: w.bodyState, verbatim: w.verbatim}
	in.convert(body)
	return in.b.String()
}

// footnotes returns the footnotes of the post. WordPress stores them in a postmeta, as JSON: a list
// of ids and HTML. The anchors have the same ids as the links to them in the body. WordPress allows
// one footnotes block in a post, so further ones show nothing.
func (w *bodyWriter) footnotes() string {
	if w.noted {
		return ""
	}
	w.noted = true
	if w.it.footnotes == "" {
		if strings.Contains(w.it.content.Text, "data-fn=") {
			w.note(ReasonNoFootnotes, "", "")
		}
		return ""
	}
	list, err := w.notes(json.NewDecoder(strings.NewReader(w.it.footnotes)))
	if err != nil {
		w.note(ReasonNoFootnotes, "", w.it.footnotes)
		return ""
	}
	if list == "" {
		return ""
	}
	return "<ol>" + list + "</ol>"
}

// notes reads footnotes one by one, and returns them as entries of a list.
func (w *bodyWriter) notes(d *json.Decoder) (string, error) {
	if start, err := d.Token(); err != nil || start == nil {
		return "", err // null is an empty list
	} else if start != json.Delim('[') {
		return "", errNotAList
	}
	var b strings.Builder
	for d.More() {
		// The content of a note is HTML, its id is not.
		var note struct{ ID, Content string }
		if err := d.Decode(&note); err != nil {
			return "", err
		}
		id := html.EscapeString(note.ID)
		entry := `<li id="` + id + `">` + w.inner(note.Content) + ` <a href="#` + id + `-link">↩︎</a></li>`
		if !w.insert(len(entry)) {
			w.note(ReasonTooLong, "footnotes", note.ID)
			return b.String(), nil
		}
		b.WriteString(entry)
	}
	_, err := d.Token() // the end of the list
	return b.String(), err
}

// errNotAList is the error for footnotes that are JSON, but not a list.
var errNotAList = errors.New("not a list")
