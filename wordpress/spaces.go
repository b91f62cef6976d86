package wordpress

import (
	"regexp"
	"strings"

	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

// The vocabularies of WordPress exports.
const (
	rssSpace xmlreader.Space = iota + 1 // no prefix
	wpSpace
	excerptSpace
	contentSpace
	dcSpace
)

// spacePrefixes are the prefixes that WordPress uses, for files that do not declare them.
var spacePrefixes = map[string]xmlreader.Space{
	"": rssSpace, "wp": wpSpace, "excerpt": excerptSpace, "content": contentSpace, "dc": dcSpace,
}

// The namespaces occur with http and https, with and without www, and in several versions.
var (
	exportURI  = regexp.MustCompile(`^https?://(?:www\.)?wordpress\.org/export/[\d.]+/(excerpt/)?$`)
	contentURI = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/rss/1\.0/modules/content/$`)
	dcURI      = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/dc/elements/1\.1/$`)
)

// spaceOf returns the vocabulary with a namespace URI, and notes that of WordPress, without which a
// file is no export.
func (r *reading) spaceOf(uri string) xmlreader.Space {
	if m := exportURI.FindStringSubmatch(uri); m != nil {
		if m[1] != "" {
			return excerptSpace
		}
		r.wordpress = true
		return wpSpace
	}
	switch {
	case contentURI.MatchString(uri):
		return contentSpace
	case dcURI.MatchString(uri):
		return dcSpace
	}
	return 0
}

// value is the text of an element.
type value struct{ xmlreader.Value }

// plain returns the value as one line of plain text. HTML is decoded once and its tags are dropped.
func (v value) plain() string {
	if v.HTML { // WordPress writes HTML in CDATA sections
		return plainText(v.Text)
	}
	return strings.Join(strings.Fields(v.Text), " ")
}

// short reads the rest of an element with a text of at most [longestField] bytes.
func (r *reading) short() (v value, err error) {
	v.Value, err = r.p.Text(longestField)
	return v, err
}
