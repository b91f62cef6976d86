package syndicate

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Validate tells what the feed lacks, in [Problems]: errors make it invalid in a format, warnings say
// what a format cannot hold or a reader will miss. It returns nil when there is nothing to say. The
// feeds of a [Source] have no errors but those of extensions and of a publisher's own sanitizer.
func (f *Feed) Validate() error {
	var r report
	f.validateHead(&r)
	ids := map[string]bool{}
	for i, a := range f.Articles {
		if a == nil {
			r.warn(fmt.Sprintf("Articles[%d]", i), "", RuleMissing, "left out")
			continue
		}
		item := r.of(a)
		f.validateArticle(item, a)
		if id := atomID(a, f.tagAuthority()); id != "" && ids[id] {
			item.refuse("ID", a.key(), RuleDuplicateID, "RFC 4287 section 4.1.1")
		} else {
			ids[id] = true
		}
		r.add(item)
	}
	f.validateExtensions(&r)
	return r.problems.err()
}

func (f *Feed) validateHead(r *report) {
	r.needText("Title", f.Title, "RSS 2.0, required channel elements")
	r.needText("Description", f.Description, "RSS 2.0, required channel elements")
	r.needURL("URL", f.URL, "RSS 2.0, required channel elements")
	if id := strings.TrimSpace(f.ID); id == "" {
		r.refuse("ID", "", RuleMissing, "RFC 4287 section 4.1.1")
	} else {
		r.needIRI("ID", id)
	}
	for _, format := range Formats {
		field := "Self." + [...]string{"RSS", "Atom", "JSON"}[format]
		if self := f.Self[format]; self == "" {
			r.warn(field, "", RuleMissing, "RSS profile, atom:link; RFC 4287 section 4.1.1; JSON Feed 1.1, feed_url")
		} else {
			r.needURL(field, self, "")
		}
	}
	if f.Language == "" {
		r.warn("Language", "", RuleMissing, "RSS 2.0, optional channel elements")
	} else {
		r.language("Language", f.Language)
	}
	if f.updated().IsZero() {
		r.warn("Updated", "", RuleMissing, "RFC 4287 section 4.1.1")
	} else {
		r.needDate("Updated", f.updated())
	}
	if len(f.Authors) == 0 {
		for _, a := range f.Articles {
			if a != nil && len(a.Authors) == 0 {
				r.refuse("Authors", "", RuleMissing, "RFC 4287 section 4.1.1")
				break
			}
		}
	}
	r.validateAuthors("Authors", f.Authors)
	r.contact("ManagingEditor", f.ManagingEditor)
	r.contact("WebMaster", f.WebMaster)
	r.schedule(f.Schedule)
	f.validatePictures(r)
	for i, hub := range f.Hubs {
		r.needURL(fmt.Sprintf("Hubs[%d]", i), hub, "WebSub section 4")
	}
	for i, t := range f.Tombstones {
		r.needText(fmt.Sprintf("Tombstones[%d].ID", i), t.ID, "RFC 6721 section 3")
		r.needDate(fmt.Sprintf("Tombstones[%d].When", i), t.When)
	}
}

func (f *Feed) validatePictures(r *report) {
	const spec = "RSS 2.0, image"
	r.optionalURL("Icon", f.Icon)
	r.optionalURL("Favicon", f.Favicon)
	r.optionalURL("Stylesheet", f.Stylesheet)
	if f.Logo.URL == "" {
		return
	}
	r.needURL("Logo.URL", f.Logo.URL, spec)
	switch {
	case !rssImageType(f.Logo):
		r.warn("Logo.Type", mediatype.Of(f.Logo.Type, f.Logo.URL), RuleDegraded, "left out of RSS, which takes GIF, JPEG or PNG")
	case f.Logo.Width > 144 || f.Logo.Height > 400:
		r.warn("Logo.Width", fmt.Sprintf("%d x %d", f.Logo.Width, f.Logo.Height), RuleDegraded, "size left out of RSS, which allows 144 x 400")
	}
}

func (f *Feed) validateArticle(r *report, a *Article) {
	if a.prepared != nil && a.prepared.owner == a {
		r.problems = append(r.problems, a.prepared.problems...)
	} else {
		validateBody(r, a)
	}
	if a.key() == "" {
		r.refuse("ID", "", RuleMissing, "RFC 4287 section 4.1.2")
	}
	r.needURL("URL", a.URL, "RFC 4287 section 4.1.2")
	if strings.TrimSpace(xmltext.Legal(a.Title+a.Summary+a.Content)) == "" {
		r.refuse("Title", a.Title, RuleMissing, "RSS 2.0, elements of item: a title or a description")
	}
	r.legal("Title", a.Title)
	r.legal("Summary", a.Summary)
	r.legal("Rights", a.Rights)
	if a.Published.IsZero() {
		r.warn("Published", "", RuleMissing, "RSS 2.0, pubDate")
	} else {
		r.needDate("Published", a.Published)
	}
	if !a.Updated.IsZero() && a.Updated.Before(a.Published) {
		r.warn("Updated", a.Updated.UTC().Format(time.RFC3339), RuleBeforePublish, "RFC 4287 section 4.2.15")
	}
	r.validateAuthors("Authors", a.Authors)
	r.validateAuthors("Contributors", a.Contributors)
	for i, c := range a.Categories {
		at := fmt.Sprintf("Categories[%d]", i)
		if c == nil {
			r.warn(at, "", RuleMissing, "left out")
		} else if _, ok := c.path(); !ok {
			r.refuse(at, c.Name, RuleCycle, "")
		} else {
			r.needText(at+".Name", c.Name, "RSS 2.0, category")
		}
	}
	for i, t := range a.Tags {
		r.needText(fmt.Sprintf("Tags[%d].Name", i), t.Name, "RSS 2.0, category")
	}
	for i, e := range a.Enclosures {
		at := fmt.Sprintf("Enclosures[%d].", i)
		r.needURL(at+"URL", e.URL, "RSS 2.0, enclosure")
		if kind := mediatype.Of(e.Type, e.URL); kind == "" || !mediatype.Valid(kind) {
			r.refuse(at+"Type", kind, RuleBadType, "RSS 2.0, enclosure")
		}
		if e.Size < 0 || e.Duration < 0 {
			r.refuse(at+"Size", fmt.Sprintf("%d, %v", e.Size, e.Duration), RuleNegative, "RSS 2.0, enclosure")
		}
	}
	r.optionalURL("Image.URL", a.Image.URL)
	r.optionalURL("Banner", a.Banner)
	r.optionalURL("ExternalURL", a.ExternalURL)
	r.optionalURL("CommentsURL", a.CommentsURL)
	r.optionalURL("CommentsFeed", a.CommentsFeed)
	if a.CommentCount < 0 {
		r.refuse("CommentCount", fmt.Sprint(a.CommentCount), RuleNegative, "RSS 1.0 module Slash")
	}
	if a.Origin != (Origin{}) {
		r.needURL("Origin.URL", a.Origin.URL, "RSS 2.0, source")
	}
	if id := strings.TrimSpace(a.Origin.ID); id != "" {
		r.needIRI("Origin.ID", id)
	}
	if a.Language != f.Language {
		r.language("Language", a.Language)
	}
	f.validateDegradations(r, a)
}

// validateDegradations tells what a format cannot hold of an article.
func (f *Feed) validateDegradations(r *report, a *Article) {
	if n := len(a.Enclosures); n > 1 {
		r.warn("Enclosures", fmt.Sprintf("%d files", n), RuleDegraded, "RSS holds one; the others are links")
	}
	if len(a.Contributors) > 0 {
		r.warn("Contributors", a.Contributors[0].Name, RuleDegraded, "Atom alone")
	}
	if a.edited() {
		r.warn("Updated", a.Updated.UTC().Format(time.RFC3339), RuleDegraded, "RSS has no date of change")
	}
	if a.Language != "" && a.Language != f.Language {
		r.warn("Language", a.Language, RuleDegraded, "RSS has one language for all items")
	}
	if a.Origin != (Origin{}) {
		r.warn("Origin", a.Origin.URL, RuleDegraded, "JSON Feed has no source")
	}
	if a.Rights != "" {
		r.warn("Rights", a.Rights, RuleDegraded, "JSON Feed has no rights")
	}
	if a.CommentsURL != "" || a.CommentsFeed != "" || a.CommentCount != 0 {
		r.warn("CommentsURL", cmp.Or(a.CommentsURL, a.CommentsFeed), RuleDegraded, "JSON Feed has no comments")
	}
	if !f.AuthorEmails {
		return
	}
	if len(a.Authors) > 1 {
		r.warn("Authors", fmt.Sprintf("%d authors", len(a.Authors)), RuleDegraded, "RSS holds one e-mail address; names are given instead")
	}
	for i, author := range a.Authors {
		if author.Email == "" {
			r.warn(fmt.Sprintf("Authors[%d].Email", i), "", RuleMissing, "RSS 2.0, author; dc:creator is written instead")
		}
	}
}

func validateBody(r *report, a *Article) {
	if a.Content == "" {
		return
	}
	clean, found := cleanhtml.Policy{}.Append(nil, a.Content, a.URL)
	if string(clean) == a.Content {
		return
	}
	r.warn("Content", strings.Join(append(found.Removed, found.Dropped...), ", "), RuleUnclean, "call Feed.Clean")
}

func (r *report) validateAuthors(field string, authors []Author) {
	for i, a := range authors {
		at := fmt.Sprintf("%s[%d].", field, i)
		r.needText(at+"Name", a.Name, "RFC 4287 section 3.2.1")
		r.optionalURL(at+"URL", a.URL)
		r.optionalURL(at+"Avatar", a.Avatar)
		if a.Email != "" && !uri.IsMail(strings.TrimSpace(a.Email)) {
			r.refuse(at+"Email", a.Email, RuleBadMail, "RFC 4287 section 3.2.3")
		}
	}
}

// validateExtensions writes the feed in every format to see which extensions fail.
func (f *Feed) validateExtensions(r *report) {
	seen := map[string]bool{}
	for _, format := range Formats {
		var found report
		f.encode(nil, format, &found)
		for _, p := range found.problems {
			if text := p.Error(); !seen[text] {
				seen[text] = true
				r.problems = append(r.problems, p)
			}
		}
	}
}

func (r *report) needText(field, text, spec string) {
	if strings.TrimSpace(xmltext.Legal(text)) == "" {
		r.refuse(field, text, RuleMissing, spec)
		return
	}
	r.legal(field, text)
}

func (r *report) legal(field, text string) {
	if legal := xmltext.Legal(text); legal != text && !plaintext.OnlyLineEnds(text, legal) {
		r.warn(field, text, RuleIllegalText, "XML 1.0 section 2.2")
	}
}

// needURL wants an absolute http(s) URL in its canonical form; one that only differs in form is a
// warning, since readers cope.
func (r *report) needURL(field, given, spec string) {
	given = strings.TrimSpace(given)
	canonical, rule := uri.Resolve(nil, given)
	switch {
	case rule != "":
		r.refuse(field, given, Rule(rule), spec)
	case canonical != given:
		r.warn(field, given, Rule("not in its canonical form, "+canonical), "RFC 3986 section 6")
	}
}

// needIRI wants an id as Atom has them; one that only differs in form is written in its canonical one.
func (r *report) needIRI(field, given string) {
	if iri, ok := uri.IRI(given); !ok {
		r.refuse(field, given, "not an absolute IRI", "RFC 4287 section 4.2.6")
	} else if iri != given {
		r.warn(field, given, Rule("not in its canonical form, "+iri), "RFC 4287 section 4.2.6.1")
	}
}

func (r *report) optionalURL(field, given string) {
	if strings.TrimSpace(given) != "" {
		r.needURL(field, given, "")
	}
}

func (r *report) needDate(field string, t time.Time) {
	if !date.Representable(t.UTC()) {
		r.refuse(field, t.String(), "year is not from 1 to 9999", "RFC 3339 section 5.6")
	}
}
