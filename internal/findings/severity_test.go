package findings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
)

// inFeed returns a report on an article of a feed in a format.
func inFeed(format syndicate.Format) *report {
	return &report{Mode: findings.Feed, Article: "a", Formats: []syndicate.Format{format}}
}

// Only what a format writes, and writes as it was given, can make it invalid.
func TestAFaultIsAnErrorInTheFormatsThatWriteTheField(t *testing.T) {
	const rss, atom, json = syndicate.RSS, syndicate.Atom, syndicate.JSON
	tests := []struct {
		field, rule, value string
		invalid            []syndicate.Format
	}{
		{"Banner", "not a URL", "http://[", []syndicate.Format{json}},
		{"Contributors[1].URL", "not a URL", "http://[", []syndicate.Format{atom}},
		{"Tags[0].URL", "not a URL", "http://[", nil},
		{"Enclosures[0].URL", "not a URL", "http://[", []syndicate.Format{rss, atom, json}},
		{"Enclosures[0].URL", "URL scheme is not http or https", "ftp://e.org/a", []syndicate.Format{rss, json}},
		{"CommentsURL", "URL scheme is not http or https", "ftp://e.org/a", nil},
		{"CommentsURL", "URL scheme is not http or https", "javascript:x()", []syndicate.Format{rss, atom}},
		{"CommentsURL", "not an absolute http or https URL", "a", []syndicate.Format{rss}},
		{"ExternalURL", "not an absolute http or https URL", "a", []syndicate.Format{json}},
		{"ExternalURL", "not an absolute http or https URL", "a b", []syndicate.Format{rss, atom, json}},
		{"Enclosures[0].Size", "negative", "-1", nil},
		{"Language", "not a BCP 47 language tag", "??", []syndicate.Format{atom, json}},
		{"Origin.ID", "not an absolute IRI", "wire", []syndicate.Format{atom}},
		{"Title", "missing", "", []syndicate.Format{json}},
		{"URL", "missing", "", []syndicate.Format{atom}},
		{"Updated", "year is not from 1 to 9999", "x", nil},
		{"Authors[0].Email", "not an e-mail address", "x", []syndicate.Format{rss, atom}},
		{"Extensions[0].Text", "missing", "", []syndicate.Format{rss, atom, json}},
	}
	for _, tt := range tests {
		var invalid []syndicate.Format
		for _, format := range syndicate.Formats() {
			r := inFeed(format)
			r.Refuse(tt.field, tt.value, syndicate.Rule(tt.rule), "")
			r.Soften(true)
			if !r.Found[0].Warning {
				invalid = append(invalid, format)
			}
		}
		assert.Equal(t, tt.invalid, invalid, fmt.Sprint(tt))
	}
	r := inFeed(atom)
	r.Refuse("Authors[0].Email", "x", "not an e-mail address", "")
	r.Soften(false)
	assert.True(t, r.Found[0].Warning, "the feed shows no e-mail addresses")
}

func TestAFaultOfAnotherFormatIsNoError(t *testing.T) {
	r := inFeed(syndicate.RSS)
	r.Formats = syndicate.Formats()
	r.Only(syndicate.RSS, func() { r.Refuse("Banner", "a", "not a URL", "") })
	r.Refuse("Banner", "a", "not a URL", "")
	r.Soften(false)
	assert.Equal(t, []bool{true, false}, []bool{r.Found[0].Warning, r.Found[1].Warning})
}

func TestTextThatReadersMayShowWronglyIsAWarningInAFeed(t *testing.T) {
	for text, rule := range map[string]string{
		"Using </code>": "looks like HTML", "&copy 2024": "looks like HTML", "CafÃ©": "looks wrongly decoded",
		"A\ufffd": "looks wrongly decoded", "  ": "missing", "AT&T < x": "", "": "", "À côté": "",
	} {
		r := inFeed(syndicate.RSS)
		r.Shown("Rights", text)
		if rule == "" {
			assert.Empty(t, r.Found, text)
			continue
		}
		assert.Len(t, r.Found, 1, text)
		assert.Equal(t, rule, string(r.Found[0].Rule), text)
		assert.True(t, r.Found[0].Warning, text)
	}
	var article report
	for _, text := range []string{"Using </code>", "CafÃ©"} {
		article.Text("Title", &text)
	}
	assert.Empty(t, article.Found, "an archive may hold a title about them")
}

// RSS-4
func TestANameInACommentOfRFC822(t *testing.T) {
	r := inFeed(syndicate.RSS)
	for _, name := range []string{"Roe, Jane", "Jane (Reuters)"} {
		r.Comment("Name", name)
	}
	r.Comment("Name", "Jane Roe")
	assert.Len(t, r.Found, 2)
	assert.False(t, r.Refused)
	var site report
	site.Comment("Name", "Roe, Jane")
	assert.Empty(t, site.Found)
}

func TestASlugOfAFeedIsShown(t *testing.T) {
	r := inFeed(syndicate.Atom)
	r.Slug("Slug", "", "X", "\x00")
	r.Slug("Slug", "", "X", "A\xff")
	assert.Equal(t, []string{"missing", "looks wrongly decoded"}, []string{string(r.Found[0].Rule), string(r.Found[1].Rule)})
}

func TestDatesThatReadersMisreadAreWarnings(t *testing.T) {
	r := inFeed(syndicate.Atom)
	for _, date := range []time.Time{time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC), time.Now().AddDate(0, 0, 2)} {
		r.NeedDate("Updated", date)
	}
	assert.Equal(t, []string{"before 1990", "in the future"}, []string{string(r.Found[0].Rule), string(r.Found[1].Rule)})
	r.NeedDate("Updated", time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))
	r.Date("Expires", time.Now().AddDate(1, 0, 0))
	assert.Len(t, r.Found, 2)
}

// ATOM-1
func TestIDsOfAFeedNeedNoCanonicalForm(t *testing.T) {
	r := report{Mode: findings.Feed}
	for _, id := range []string{"https://e.org/", "tag:localhost,2026:feed:all", "tag:e.org,2026:a", "http://[::1]/"} {
		r.NeedIRI("ID", id)
	}
	assert.Empty(t, texts(&r))
	r.NeedIRI("ID", "info:x/y")
	r.NeedIRI("ID", "https://e.org:99999/")
	assert.Len(t, r.Found, 2)
	assert.False(t, r.Refused)
	for _, id := range []string{"a b", "tag:e.org:x", "urn:x:y", "x", "info:", "http:a", "https://e.org:a/"} {
		r = report{Mode: findings.Feed}
		r.NeedIRI("ID", id)
		assert.True(t, r.Refused, id)
	}
}

func TestSchemesAndAuthoritiesThatNobodyNeedsAreNotChecked(t *testing.T) {
	r := report{Mode: findings.Feed}
	r.Scheme("TagScheme", "x", false)
	r.Scheme("TagScheme", "", true)
	r.TagAuthority("TagAuthority", "x", false)
	r.TagAuthority("TagAuthority", "localhost,2026", true)
	assert.Empty(t, texts(&r))
	r.Scheme("TagScheme", "x", true)
	r.TagAuthority("TagAuthority", "e_org.com,2026", true)
	assert.Len(t, r.Found, 2)
	assert.True(t, r.Refused)
}
