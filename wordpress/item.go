package wordpress

import (
	"strings"
)

// item is one item of an export: a post, a page, an attachment, a part of a menu, …
type item struct {
	line, offset int64 // where it begins

	id, kind, status        string
	title, content, excerpt value
	link, guid, creator     string
	protected               bool
	date, dateGMT, pubDate  string
	changed, changedGMT     string
	terms                   []itemTerm
	enclosures              []string
	thumbnail               string

	// of attachments
	parent, order string
	file          string
	alt, metadata string

	tooLong string // an element that is longer than the limit
	tooMany string // an element of which there are more than the limit
}

// itemTerm is a category, tag or other term of a post.
type itemTerm struct{ taxonomy, slug, name string }

func (it *item) reset(line, offset int64) {
	*it = item{line: line, offset: offset, terms: it.terms[:0], enclosures: it.enclosures[:0]}
}

// readItem reads the item that has just begun to its end. While indexing only that is read which others refer to.
func (r *reading) readItem(it *item) error {
	p := r.p
	return p.children(func(in space, local string, start token) error {
		switch in {
		case rssSpace:
			switch local {
			case "title":
				return r.value(it, start, &it.title, longestField)
			case "link":
				return r.field(it, start, &it.link)
			case "guid":
				return r.field(it, start, &it.guid)
			case "pubDate":
				return r.field(it, start, &it.pubDate)
			case "category":
				return r.readItemTerm(it, start)
			}
		case dcSpace:
			if local == "creator" {
				return r.field(it, start, &it.creator)
			}
		case contentSpace:
			if local == "encoded" && !r.indexing {
				return r.value(it, start, &it.content, r.text)
			}
		case excerptSpace:
			if local == "encoded" && !r.indexing {
				return r.value(it, start, &it.excerpt, r.text)
			}
		case wpSpace:
			switch local {
			case "post_id":
				return r.field(it, start, &it.id)
			case "post_type":
				return r.field(it, start, &it.kind)
			case "status":
				return r.status(it, start)
			case "post_password":
				v, err := p.text(longestField)
				it.protected = it.protected || v.trimmed() != "" || v.html && v.text != ""
				return err
			case "post_date":
				return r.field(it, start, &it.date)
			case "post_date_gmt":
				return r.field(it, start, &it.dateGMT)
			case "post_modified":
				return r.field(it, start, &it.changed)
			case "post_modified_gmt":
				return r.field(it, start, &it.changedGMT)
			case "post_parent":
				return r.field(it, start, &it.parent)
			case "menu_order":
				return r.field(it, start, &it.order)
			case "attachment_url":
				return r.field(it, start, &it.file)
			case "postmeta":
				return r.readMeta(it)
			}
		}
		return p.skip()
	})
}

// field reads a short element.
func (r *reading) field(it *item, start token, to *string) error {
	var v value
	err := r.value(it, start, &v, longestField)
	*to = v.trimmed()
	return err
}

func (r *reading) value(it *item, start token, to *value, most int) error {
	v, err := r.p.text(most)
	if v.cut {
		it.tooLong = tagName(start.name)
	}
	*to = v
	return err
}

// status reads wp:status. Where there are several, one that is not published counts (LIFE-1).
func (r *reading) status(it *item, start token) error {
	var status string
	err := r.field(it, start, &status)
	if it.status == "" || it.status == statusPublished {
		it.status = status
	}
	return err
}

// readItemTerm reads a category of an item: <category domain="post_tag" nicename="slug">Name</category>.
func (r *reading) readItemTerm(it *item, start token) error {
	if r.indexing {
		return r.p.skip()
	}
	var t itemTerm
	for _, a := range start.attr {
		switch a.Name.Local {
		case "domain":
			t.taxonomy = strings.Clone(a.Value)
		case "nicename":
			t.slug = strings.Clone(a.Value)
		}
	}
	v, err := r.p.text(longestField)
	if err != nil {
		return err
	}
	t.name = v.plain()
	if len(it.terms) == mostParts || v.cut {
		it.tooMany = "category"
		return nil
	}
	it.terms = append(it.terms, t)
	return nil
}

// readMeta reads one wp:postmeta.
func (r *reading) readMeta(it *item) error {
	var key string
	var early value // a value that stands before its key
	err := r.p.children(func(in space, local string, _ token) error {
		switch {
		case in == wpSpace && local == "meta_key":
			v, err := r.p.text(longestField)
			key = v.trimmed()
			return err
		case in == wpSpace && local == "meta_value" && (key == "" || r.wants(key)):
			v, err := r.p.text(longestField)
			early = v
			return err
		}
		return r.p.skip()
	})
	if err != nil || early.cut || !r.wants(key) {
		return err
	}
	switch text := early.trimmed(); key {
	case "_thumbnail_id":
		it.thumbnail = text
	case "enclosure":
		if len(it.enclosures) == mostParts {
			it.tooMany = "enclosure"
		} else {
			it.enclosures = append(it.enclosures, text)
		}
	case "_wp_attachment_image_alt":
		it.alt = text
	case "_wp_attachment_metadata":
		it.metadata = text
	}
	return nil
}

// wants reports whether a postmeta of this name is looked at.
func (r *reading) wants(key string) bool {
	switch key {
	case "_thumbnail_id", "enclosure":
		return !r.indexing
	case "_wp_attachment_image_alt", "_wp_attachment_metadata":
		return r.indexing || r.seeker == nil
	}
	return false
}
