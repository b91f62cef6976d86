package syndicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// Validate checks the feed for the given formats. By default it checks the formats in which
// [Feed.Self] has an address, and all of them if Self is empty.
//
// A problem that is not a warning makes the feed invalid. A warning says what a format cannot
// hold, or what readers will miss. A feed from a [Source] has warnings only, unless an extension
// or the publisher's own sanitizer failed.
func (f *Feed) Validate(formats ...Format) []*Problem {
	if len(formats) == 0 {
		for _, format := range Formats() {
			if f.Self.For(format) != "" || f.Self == (Links{}) {
				formats = append(formats, format)
			}
		}
	}
	formats = slices.DeleteFunc(slices.Clone(formats), func(format Format) bool { return !format.valid() })
	v := validation{feed: f, formats: formats, report: newReport(findings.Feed, "")}
	v.head()
	// Readers identify articles by their ids, so no two articles of a feed may share one.
	ids := map[string]bool{}
	for i, a := range f.Articles {
		if v.Article = ""; a == nil {
			v.Warn(fmt.Sprintf("Articles[%d]", i), "", RuleMissing, "left out")
			continue
		}
		v.Article = a.label()
		v.entry(a)
		id := atomID(a, f.tagAuthority())
		if id != "" && ids[id] {
			v.Refuse("ID", a.key(), RuleDuplicateID, "RFC 4287 section 4.1.1")
		}
		ids[id] = true
	}
	v.Article = ""
	v.extensionsFail()
	problems := make([]*Problem, len(v.Found))
	for i, found := range v.Found {
		problems[i] = (*Problem)(found)
	}
	return problems
}

// validation is one run of [Feed.Validate]. Its methods are made of the checks that articles and
// sites pass, in the mode that mends nothing: a feed that passes is one that needs no mending.
type validation struct {
	feed    *Feed
	formats []Format // to be checked
	*report
}

// checks reports whether a format is to be checked. A program that publishes RSS alone needs
// no warning that Atom requires more.
func (v *validation) checks(format Format) bool { return slices.Contains(v.formats, format) }

// only runs a check of one format, if that is to be checked, and names the format in what it finds.
// What the format requires is no fault of the others, and a program may ignore it by the format.
func (v *validation) only(format Format, check func()) {
	if !v.checks(format) {
		return
	}
	found := len(v.Found)
	check()
	for _, p := range v.Found[found:] {
		p.Format = format
	}
}

// degraded warns, if that is so, that some formats cannot hold a value. If only one of them is to
// be checked, the warning names it.
func (v *validation) degraded(is bool, field, value, why string, formats ...Format) {
	formats = slices.DeleteFunc(formats, func(f Format) bool { return !v.checks(f) })
	if !is || len(formats) == 0 {
		return
	}
	warning := finding{Warning: true, Field: field, Value: value, Rule: RuleDegraded, Spec: why}
	if len(formats) == 1 {
		warning.Format = formats[0]
	}
	v.Add(warning)
}

// head checks everything but the articles. What only one format requires is checked only for that
// format. A feed can do without a self link or a language, but readers of a copy then cannot tell
// its address, or in which language to read it aloud.
func (v *validation) head() {
	const channel = "RSS 2.0, required channel elements"
	f := v.feed
	v.NeedText("Title", f.Title, channel)
	v.only(RSS, func() {
		v.NeedText("Description", f.Description, channel)
		v.NeedURL("URL", f.URL, channel)
		v.contact("ManagingEditor", f.ManagingEditor)
		v.contact("WebMaster", f.WebMaster)
		v.schedule("Schedule", f.Schedule)
	})
	if !v.checks(RSS) {
		v.URL("URL", f.URL, nil) // no other format requires it
	}
	v.only(Atom, v.atomHead)
	for _, format := range v.formats {
		v.only(format, func() {
			field := [...]string{RSS: "Self.RSS", Atom: "Self.Atom", JSON: "Self.JSON"}[format]
			if self := f.Self.For(format); self == "" {
				v.Warn(field, "", RuleMissing,
					"RSS profile, atom:link; RFC 4287 section 4.1.1; JSON Feed 1.1, feed_url")
			} else {
				v.NeedURL(field, self, "")
			}
		})
	}
	if f.Language == "" {
		v.Warn("Language", "", RuleMissing, "RSS 2.0, optional channel elements")
	}
	v.Language("Language", f.Language)
	v.people("Authors", f.Authors, nil)
	v.pictures()
	for i, hub := range f.Hubs {
		v.NeedURL(fmt.Sprintf("Hubs[%d]", i), hub, "WebSub section 4")
	}
	v.extensions(f.Extensions, func(ext Checker) []*Problem { return ext.CheckFeed(f) })
}

// atomHead checks what Atom requires of a feed (RFC 4287 section 4.1.1): an id, a date, and an
// author unless each entry has one. A feed without articles has no date and is written with one
// that readers can treat as old, so that is a warning.
func (v *validation) atomHead() {
	f := v.feed
	if id := strings.TrimSpace(f.ID); id == "" {
		v.Refuse("ID", "", RuleMissing, "RFC 4287 section 4.1.1")
	} else {
		v.NeedIRI("ID", id)
	}
	if f.updated().IsZero() {
		v.Warn("Updated", "", RuleMissing, "RFC 4287 section 4.1.1")
	} else {
		v.NeedDate("Updated", f.updated())
	}
	without := func(a *Article) bool { return a != nil && len(a.Authors) == 0 }
	if len(f.Authors) == 0 && slices.ContainsFunc(f.Articles, without) {
		v.Refuse("Authors", "", RuleMissing, "RFC 4287 section 4.1.1")
	}
	for i, t := range f.Tombstones {
		v.NeedText(fmt.Sprintf("Tombstones[%d].ID", i), t.ID, "RFC 6721 section 3")
		v.NeedDate(fmt.Sprintf("Tombstones[%d].When", i), t.When)
	}
}

// pictures checks the addresses of what readers show beside the feed. RSS allows a logo of three
// types and at most 144 by 400 pixels; Atom and JSON Feed take any.
func (v *validation) pictures() {
	f := v.feed
	v.URL("Icon", f.Icon, nil)
	v.URL("Favicon", f.Favicon, nil)
	v.Stylesheet("Stylesheet", f.Stylesheet, nil)
	v.image("Logo", f.Logo, nil)
	size := fmt.Sprintf("%d x %d", f.Logo.Width, f.Logo.Height)
	isOld, isLarge := rssImageType(f.Logo), f.Logo.Width > 144 || f.Logo.Height > 400
	v.degraded(f.Logo.URL != "" && !isOld, "Logo.Type", mediatype.Of(f.Logo.Type, f.Logo.URL),
		"left out; RSS takes GIF, JPEG or PNG", RSS)
	v.degraded(f.Logo.URL != "" && isOld && isLarge, "Logo.Width", size, "size left out; RSS allows 144 x 400", RSS)
}

// entry checks an article. One from a Source was checked and cleaned, and brings what was found
// then. The checks that mend work on a copy, because Validate must not change the feed.
func (v *validation) entry(a *Article) {
	if s := a.isShown(); s != nil {
		v.Found = append(v.Found, s.found...)
	} else if a.isChecked() == nil {
		v.entryBody(a)
	}
	switch id := guid(a); {
	case id == "":
		v.Refuse("ID", "", RuleMissing, "RFC 4287 section 4.1.2")
	case len(id) < 9 && strings.Trim(id, "0123456789") == "" && (v.checks(RSS) || v.checks(JSON)):
		v.Warn("ID", id, RuleNumericID, "RSS 2.0, guid; JSON Feed 1.1, id")
	}
	v.NeedURL("URL", a.URL, "RFC 4287 section 4.1.2")
	// The copy is mended and not used. Its lists are new ones.
	mended := *a
	v.contents(&mended, nil, v.feed.Language)
	v.degradations(a)
	extensions := slices.Concat(v.feed.Extensions, a.Extensions)
	v.extensions(extensions, func(ext Checker) []*Problem { return ext.CheckArticle(a) })
}

// entryBody warns about a body that was never cleaned and needs it. The default policy is the
// measure: what it removes, some reader removes too, or shows wrongly.
func (v *validation) entryBody(a *Article) {
	if a.Content == "" {
		return
	}
	clean, found := cleanhtml.Policy{}.Append(nil, a.Content, a.URL)
	if string(clean) != a.Content {
		v.Warn("Content", strings.Join(append(found.Removed, found.Dropped...), ", "), RuleUnclean, "call Feed.Clean")
	}
}

// degradations warns about what a format cannot hold of an article. Each is written as well as
// the format allows, so none of them makes the feed invalid. The warnings name the formats that
// lose something; a program that needs all of it can publish another one beside them.
func (v *validation) degradations(a *Article) {
	files := len(a.Enclosures)
	comments := cmp.Or(a.CommentsURL, a.CommentsFeed)
	v.degraded(files > 1, "Enclosures", fmt.Sprintf("%d files", files), "RSS holds one; the others are links", RSS)
	if c := a.Contributors; len(c) > 0 {
		v.degraded(true, "Contributors", c[0].Name, "only Atom has contributors", RSS, JSON)
	}
	v.degraded(a.Language != "" && a.Language != v.feed.Language, "Language", a.Language,
		"RSS has one language for all items", RSS)
	v.degraded(a.Origin != (Origin{}), "Origin", a.Origin.URL, "JSON Feed has no source", JSON)
	v.degraded(a.Rights != "", "Rights", a.Rights, "JSON Feed has no rights", JSON)
	v.degraded(comments != "" || a.CommentCount != 0, "CommentsURL", comments, "JSON Feed has no comments", JSON)
	// RSS 2.0 knows a single author by the e-mail address. Others have only names in it.
	if !v.feed.AuthorEmails {
		return
	}
	v.degraded(len(a.Authors) > 1, "Authors", fmt.Sprintf("%d authors", len(a.Authors)),
		"RSS holds one e-mail address; names are written instead", RSS)
	v.only(RSS, func() {
		for i, author := range a.Authors {
			if author.Email == "" {
				v.Warn(fmt.Sprintf("Authors[%d].Email", i), "", RuleMissing,
					"dc:creator is written instead; RSS 2.0, author")
			}
		}
	})
}

// extensionsFail writes the feed in every format to find the extensions that fail. Most fail
// alike in several formats, and are reported once. A failure in one format names it.
func (v *validation) extensionsFail() {
	seen := map[string]*finding{}
	for _, format := range v.formats {
		var found report
		v.feed.encode(nil, format, &found)
		for _, p := range found.Found {
			text := p.String()
			if first := seen[text]; first == nil {
				p.Format, seen[text] = format, p
				v.Found = append(v.Found, p)
			} else if first.Format != format {
				first.Format = 0
			}
		}
	}
}
