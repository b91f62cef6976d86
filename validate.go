package syndicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// Validate checks the feed for the given formats. By default it checks the formats in which
// [Feed.Self] has an address, and all of them if Self is empty.
//
// A problem that is not a warning makes the document invalid in one of the formats, as the
// format's specification and the W3C feed validator judge it. A warning says what a format cannot
// hold, what the encoders leave out or replace, or what readers will miss or misread. A fault of a
// field that a format does not carry is a warning for that format.
//
// A feed from a [Source] has warnings only, unless an extension or the publisher's own sanitizer
// failed.
func (f *Feed) Validate(formats ...Format) []*Problem {
	if len(formats) == 0 {
		for _, format := range Formats() {
			if f.Self.For(format) != "" || f.Self == (Links{}) {
				formats = append(formats, format)
			}
		}
	}
	formats = slices.DeleteFunc(slices.Clone(formats), func(format Format) bool { return !format.valid() })
	v := validation{feed: f, report: newReport(findings.Feed, "")}
	v.Formats = formats
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
	v.Soften(f.AuthorEmails)
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
	feed *Feed
	*report
}

// head checks everything but the articles. What only one format requires is checked only for that
// format. A feed can do without a self link or a language, but readers of a copy then cannot tell
// its address, or in which language to read it aloud.
func (v *validation) head() {
	const channel = "RSS 2.0, required channel elements"
	f := v.feed
	v.NeedText("Title", f.Title, channel)
	// Readers show these texts as they are, and compare the schemes byte for byte.
	v.Shown("Copyright", f.Copyright)
	v.Shown("Generator", f.Generator)
	v.Garbled("CategoryScheme", f.CategoryScheme)
	v.Garbled("TagScheme", f.TagScheme)
	v.Only(RSS, func() {
		v.NeedText("Description", f.Description, channel)
		v.NeedURL("URL", f.URL, channel)
		v.contact("ManagingEditor", f.ManagingEditor)
		v.contact("WebMaster", f.WebMaster)
		v.Schedule("Schedule", findings.Schedule(f.Schedule))
	})
	if !v.Checks(RSS) { // no other format requires them
		v.NeedURL("URL", f.URL, "JSON Feed 1.1, home_page_url")
		v.Shown("Description", f.Description)
	} else if updated := f.updated(); !updated.IsZero() && !v.Checks(Atom) {
		v.NeedDate("Updated", updated)
	}
	v.Only(Atom, v.atomHead)
	for _, format := range v.Formats {
		v.Only(format, func() {
			name := [...]string{RSS: ".RSS", Atom: ".Atom", JSON: ".JSON"}[format]
			field := "Self" + name
			if self := f.Self.For(format); self == "" {
				v.Warn(field, "", RuleMissing,
					"RSS profile, atom:link; RFC 4287 section 4.1.1; JSON Feed 1.1, feed_url")
			} else {
				v.NeedURL(field, self, "")
			}
			// Archive documents (RFC 5005 section 4). JSON Feed has the first link only.
			v.URL("PrevArchive"+name, f.PrevArchive.For(format), nil)
			v.URL("Current"+name, f.Current.For(format), nil)
			v.URL("NextArchive"+name, f.NextArchive.For(format), nil)
			if f.linkedArchive(format) && trimmed(f.Current.For(format)) == "" {
				v.Warn("Current"+name, "", RuleMissing, "RFC 5005 section 4")
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
	// The encoder leaves out authors without a name.
	named := func(a Author) bool { return !escape.IsEmpty(a.Name) }
	if !slices.ContainsFunc(f.Authors, named) &&
		f.has(func(a *Article) bool { return !slices.ContainsFunc(a.Authors, named) }) {
		v.Refuse("Authors", "", RuleMissing, "RFC 4287 section 4.1.1")
	}
	// Entries carry the schemes, and the authority if an ID is not an IRI.
	v.Scheme("CategoryScheme", f.CategoryScheme, f.has(func(a *Article) bool { return len(a.Categories) > 0 }))
	v.Scheme("TagScheme", f.TagScheme, f.has(func(a *Article) bool { return len(a.Tags) > 0 }))
	v.TagAuthority("TagAuthority", f.tagAuthority(),
		f.has(func(a *Article) bool { return strings.HasPrefix(atomID(a, "?"), "tag:?:") }))
	for i, t := range f.Tombstones {
		v.NeedText(fmt.Sprintf("Tombstones[%d].ID", i), t.ID, "RFC 6721 section 3")
		v.NeedDate(fmt.Sprintf("Tombstones[%d].When", i), t.When)
	}
}

// has reports whether an article of the feed meets a condition. What no article needs is in no
// document, and cannot make it invalid.
func (f *Feed) has(condition func(*Article) bool) bool {
	return slices.ContainsFunc(f.Articles, func(a *Article) bool { return a != nil && condition(a) })
}

// pictures checks the addresses of what readers show beside the feed. RSS allows a logo of three
// types and at most 144 by 400 pixels; Atom and JSON Feed take any.
func (v *validation) pictures() {
	f := v.feed
	v.URL("Icon", f.Icon, nil)
	v.URL("Favicon", f.Favicon, nil)
	v.Stylesheet("Stylesheet", f.Stylesheet, nil)
	found := len(v.Found)
	v.image("Logo", f.Logo, nil)
	size := fmt.Sprintf("%d x %d", f.Logo.Width, f.Logo.Height)
	isOld, isLarge := rssImageType(f.Logo), f.Logo.Width > 144 || f.Logo.Height > 400
	// RSS writes a logo of these types only, and JSON Feed none.
	v.Forgive(found, !isOld && !v.Checks(Atom))
	v.Degraded(f.Logo.URL != "" && !isOld, "Logo.Type", mediatype.Of(f.Logo.Type, f.Logo.URL),
		"left out; RSS takes GIF, JPEG or PNG", RSS)
	v.Degraded(isOld && mediatype.IsNamedOther(f.Logo.URL), "Logo.URL", f.Logo.URL,
		"kept; readers expect a name that ends in .gif, .jpg or .png", RSS)
	v.Degraded(f.Logo.URL != "" && isOld && isLarge, "Logo.Width", size, "size left out; RSS allows 144 x 400", RSS)
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
	case len(id) < 9 && strings.Trim(id, "0123456789") == "" && (v.Checks(RSS) || v.Checks(JSON)):
		v.Warn("ID", id, RuleNumericID, "RSS 2.0, guid; JSON Feed 1.1, id")
	}
	// Only an entry without content needs a page.
	if trimmed(a.URL) == "" && a.Content != "" && guid(a) != "" {
		v.Warn("URL", a.URL, RuleMissing, "readers have nothing to open")
	} else {
		v.NeedURL("URL", a.URL, "RFC 4287 section 4.1.2")
	}
	v.Garbled("Content", a.Content)
	v.Garbled("ID", a.ID)
	if trimmed(a.Origin.URL) != "" && trimmed(a.Origin.ID) == "" { // the URL stands for it
		v.Only(Atom, func() { v.NeedIRI("Origin.ID", trimmed(a.Origin.URL)) })
	}
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
	v.Degraded(files > 1, "Enclosures", fmt.Sprintf("%d files", files), "RSS holds one; the others are links", RSS)
	if c := a.Contributors; len(c) > 0 {
		v.Degraded(true, "Contributors", c[0].Name, "only Atom has contributors", RSS, JSON)
	}
	v.Degraded(a.Language != "" && a.Language != v.feed.Language, "Language", a.Language,
		"RSS has one language for all items", RSS)
	v.Degraded(a.Origin != (Origin{}), "Origin", a.Origin.URL, "JSON Feed has no source", JSON)
	v.Degraded(a.Rights != "", "Rights", a.Rights, "JSON Feed has no rights", JSON)
	v.Degraded(comments != "" || a.CommentCount != 0, "CommentsURL", comments, "JSON Feed has no comments", JSON)
	// RSS 2.0 knows a single author by the e-mail address. Others have only names in it.
	if !v.feed.AuthorEmails {
		return
	}
	v.Degraded(len(a.Authors) > 1, "Authors", fmt.Sprintf("%d authors", len(a.Authors)),
		"RSS holds one e-mail address; names are written instead", RSS)
	v.Only(RSS, func() {
		for i, author := range a.Authors {
			if author.Email != "" {
				v.Comment(fmt.Sprintf("Authors[%d].Name", i), author.Name)
			} else {
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
	for _, format := range v.Formats {
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
