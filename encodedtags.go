package syndicate

import (
	"strings"

	"github.com/syndicate-go/syndicate/internal/legal"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Some hundred tags stand in thousands of articles. What items of the XML formats say of a tag is encoded once for a
// site, and copied into every article that is encoded for its feeds (pieces.go): a fifth of what encoding one takes.
// Feeds that a program filled by hand write each tag anew.

// encodedTag is a tag as items of RSS and Atom hold it.
type encodedTag [Atom + 1]legal.Elements

// appendEncodedTags appends what the article's tags are in items of f, which says of items what all the site's feeds say;
// nothing of those that there is no room to remember.
func (s *Publication) appendEncodedTags(dst []encodedTag, f *Feed, a *Article) []encodedTag {
	for i := range a.Tags {
		t := &a.Tags[i]
		key := Tag{Name: t.Name, Slug: t.Slug} // what items say of it
		known, ok := s.encodedTags.Get(key)
		if !ok && s.encodedTags.HasRoom() {
			known = encodeTag(f, t)
			key = Tag{Name: strings.Clone(t.Name), Slug: strings.Clone(t.Slug)}
			s.encodedTags.Put(key, known, len(t.Name)+len(t.Slug)+len(known[RSS].String)+len(known[Atom].String))
		}
		dst = append(dst, known)
	}
	return dst
}

func encodeTag(f *Feed, t *Tag) (encoded encodedTag) {
	for format, write := range [...]func(*xmltext.Writer, *Feed, *Tag){RSS: rssTag, Atom: atomTag} {
		if write == nil {
			continue // the zero Format
		}
		w := newWriter(nil)
		write(w, f, t)
		encoded[format].String = string(w.Bytes())
		keepWriter(w)
	}
	return encoded
}

// writeTags writes the tags of an article: copies of what is known of them, and each anew of which nothing is.
func (f *Feed) writeTags(w *xmltext.Writer, format Format, a *Article, known []encodedTag) {
	for i := range a.Tags {
		switch {
		case i < len(known) && known[i][format].String != "": // an extension may have added tags since
			w.Encoded(known[i][format])
		case format == RSS:
			rssTag(w, f, &a.Tags[i])
		default:
			atomTag(w, f, &a.Tags[i])
		}
	}
}
