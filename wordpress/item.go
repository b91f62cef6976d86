package wordpress

import (
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// item is one item of an export: a post, a page, an attachment, an entry of a menu. Its texts are
// as they stand in the file, trimmed; article.go makes an article of them.
type item struct {
	// line and offset say where the item begins in the file with the number input.
	input        int
	line, offset int64

	// kind is the post type. status and protected decide whether the item is public.
	id, kind, status string
	protected        bool
	// title and excerpt are short HTML or text, content is the body as the editor stored it.
	title, content, excerpt value
	link, guid, creator     string
	// The dates of publication and of the last change, local and in GMT. pubDate is the publication
	// in the format of RSS.
	date, dateGMT, pubDate string
	changed, changedGMT    string
	terms                  []itemTerm
	// Each of enclosures is the value of a postmeta: URL, length and media type on lines of their
	// own.
	enclosures []string
	// podcast has the metas of podcast plug-ins, nil for none.
	podcast map[string]string
	// thumbnail is the id of the attachment that is the featured image.
	thumbnail string
	// footnotes has the notes of the footnotes block as JSON. encoded is set if SyntaxHighlighter
	// has stored the listings of the body escaped.
	footnotes string
	encoded   bool

	// These are set for attachments: the id of the post that it was uploaded for and its place
	// among the attachments of that post, the URL of the file, and the metas with its alternative
	// text and size.
	parent, order string
	file          string
	alt, metadata string

	// These are set for guest authors of Co-Authors Plus: the name and the login.
	guest, login string

	// tooLong names an element that is longer than the limit, so that the item is skipped. cut
	// names one that is left out for that reason, and tooMany one of which there are too many.
	tooLong, cut, tooMany string
	// shown is the title as issues have it; see issue.
	shown *string
}

// itemTerm is a category, tag or other term of a post.
// The taxonomy is "category", "post_tag" or the like, and "" in lists for readers of RSS.
type itemTerm struct{ taxonomy, slug, name string }

// reset makes it an empty item that begins at a place. The memory of its lists is used again.
func (it *item) reset(input int, line, offset int64) {
	*it = item{input: input, line: line, offset: offset, terms: it.terms[:0], enclosures: it.enclosures[:0]}
}

// short returns the field that holds the text of a short element, or nil if the element is not a
// short one or is not read.
func (it *item) short(in xmlreader.Space, local string) *string {
	switch in {
	case rssSpace:
		switch local {
		case "link":
			return &it.link
		case "guid":
			return &it.guid
		case "pubDate":
			return &it.pubDate
		}
	case dcSpace:
		if local == "creator" {
			return &it.creator
		}
	case wpSpace:
		switch local {
		case "post_id":
			return &it.id
		case "post_type":
			return &it.kind
		case "post_date":
			return &it.date
		case "post_date_gmt":
			return &it.dateGMT
		case "post_modified":
			return &it.changed
		case "post_modified_gmt":
			return &it.changedGMT
		case "post_parent":
			return &it.parent
		case "menu_order":
			return &it.order
		case "attachment_url":
			return &it.file
		}
	}
	return nil
}

// readItem reads the rest of an item whose start tag was just read. While indexing it skips what
// only the item's own article needs.
func (r *reading) readItem(it *item) error {
	r.kept, r.keptCut = r.kept[:0], false
	return r.p.Children(func(in xmlreader.Space, local string, start xmlreader.Token) error {
		if field := it.short(in, local); field != nil {
			return r.field(it, start, field)
		}
		switch {
		case in == rssSpace && local == "title":
			return r.value(it, start, &it.title, longestField)
		case in == rssSpace && local == "category" && !r.indexing:
			return r.readItemTerm(it, start)
		case in == contentSpace && local == "encoded" && r.indexing:
			return r.keep()
		case in == contentSpace && local == "encoded":
			return r.value(it, start, &it.content, r.text)
		case in == excerptSpace && local == "encoded" && !r.indexing:
			return r.value(it, start, &it.excerpt, r.text)
		case in == wpSpace && local == "status":
			return r.status(it, start)
		case in == wpSpace && local == "post_password":
			v, err := r.short()
			// White space is a password only in a CDATA section, where WordPress wrote it on
			// purpose.
			it.protected = it.protected || v.Trimmed() != "" || v.HTML && v.Text != ""
			return err
		case in == wpSpace && local == "postmeta":
			return r.readMeta(it)
		}
		return r.p.Skip()
	})
}

// field reads the text of a short element, trimmed. If the element occurs twice, the last counts.
func (r *reading) field(it *item, start xmlreader.Token, to *string) error {
	var v value
	err := r.value(it, start, &v, longestField)
	*to = v.Trimmed()
	return err
}

// value reads the text of an element. If it is longer than most bytes, the item is marked as too
// long, and the reader of articles skips it.
func (r *reading) value(it *item, start xmlreader.Token, to *value, most int) error {
	v, err := r.p.Text(most)
	if v.Cut {
		it.tooLong = xmlreader.TagName(start.Name)
	}
	*to = value{v}
	return err
}

// keep reads a body while indexing, for the case that it is a synced pattern. Its bytes stay in
// memory until the next body is read, since the type of the item comes after them: only those of
// synced patterns become texts.
func (r *reading) keep() error {
	v, err := r.p.Bytes(r.text)
	r.p.Buf, r.kept = r.kept, r.p.Buf
	r.keptCut = v.Cut
	return err
}

// status reads wp:status. If an item has several, the first that is not "publish" counts: a second
// element must not make a draft public.
func (r *reading) status(it *item, start xmlreader.Token) error {
	var status string
	err := r.field(it, start, &status)
	if it.status == "" || it.status == statusPublished {
		it.status = status
	}
	return err
}

// readItemTerm reads a term of an item:
//
//	<category domain="post_tag" nicename="slug">Name</category>
func (r *reading) readItemTerm(it *item, start xmlreader.Token) error {
	var t itemTerm
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "domain":
			t.taxonomy = strings.Clone(a.Value)
		case "nicename":
			t.slug = strings.Clone(a.Value)
		}
	}
	// The reader keeps the first terms of an item that has too many.
	v, err := r.short()
	if err != nil {
		return err
	}
	t.name = v.plain()
	switch {
	case v.Cut:
		it.cut = "category"
		return nil
	case len(it.terms) == mostParts:
		it.tooMany = "category"
		return nil
	}
	it.terms = append(it.terms, t)
	return nil
}

// readMeta reads one wp:postmeta, a pair of wp:meta_key and wp:meta_value. Plug-ins store long
// values in them, so those of keys that are not wanted are skipped, unless the value comes before
// its key.
func (r *reading) readMeta(it *item) error {
	var key string
	var found value
	err := r.p.Children(func(in xmlreader.Space, local string, _ xmlreader.Token) error {
		switch {
		case in == wpSpace && local == "meta_key":
			v, err := r.short()
			key = v.Trimmed()
			return err
		case in == wpSpace && local == "meta_value" && (key == "" || r.wants(key)):
			// Without a key yet, the value is kept until the key is known. Footnotes are a part of
			// the body, and may be as long as one.
			most := longestField
			if key == "footnotes" {
				most = r.text
			}
			v, err := r.p.Text(most)
			found = value{v}
			return err
		}
		return r.p.Skip()
	})
	if err != nil || !r.wants(key) {
		return err
	}
	if found.Cut { // a part of a value is of no use
		it.cut = key
		return nil
	}
	switch text := found.Trimmed(); key {
	case "_thumbnail_id":
		it.thumbnail = text
	case "footnotes":
		it.footnotes = text
	case "_syntaxhighlighter_encoded", "syntaxhighlighter_encoded":
		it.encoded = text != "" && text != "0"
	case "_wp_attachment_image_alt":
		it.alt = text
	case "_wp_attachment_metadata":
		it.metadata = text
	case "cap-display_name":
		it.guest = found.plain()
	case "cap-user_login":
		it.login = text
	default:
		switch {
		case !isEnclosure(key):
			if it.podcast == nil {
				it.podcast = map[string]string{}
			}
			it.podcast[key] = text
		case len(it.enclosures) == mostParts:
			it.tooMany = "enclosure"
		default:
			it.enclosures = append(it.enclosures, text)
		}
	}
	return nil
}

// wants reports whether the value of a postmeta with this key is used. Those of attachments and
// guest authors are read while indexing; an input that cannot be read twice is indexed while its
// posts are read.
func (r *reading) wants(key string) bool {
	switch key {
	case "_thumbnail_id", "footnotes", "_syntaxhighlighter_encoded", "syntaxhighlighter_encoded":
		return !r.indexing
	case "_wp_attachment_image_alt", "_wp_attachment_metadata", "cap-display_name", "cap-user_login":
		return r.indexing || r.once
	}
	return !r.indexing && (isEnclosure(key) || slices.Contains(podcastMetas, key))
}
