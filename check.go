package syndicate

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// The checks of sites and articles. A check brings its value into the one form that feeds carry,
// and reports what it refused or mended. The checks of lists are in check_terms.go, those of
// single fields in package findings.
//
// The same checks serve Site.Check, Publication.Article and Feed.Validate. What they do about a
// fault in an optional field depends on the subject: a site is configured once, so its owner
// should hear of every mistake at once; an article comes from an editor, and must not be missing
// from the feed because of a detail; a feed that a program filled in is judged as it is.

// The defaults of [Site].
const (
	undetermined    = "und" // BCP 47: the language is not known
	defaultLimit    = 20
	defaultMaxBytes = 1_000_000
	defaultMaxBody  = 256 << 10
)

// Check checks the settings, fills in defaults and makes URLs absolute. The error is a [Problems]
// that names every setting that cannot be used. Warnings go to [Site.Warn].
func (s Site) Check() (*Publication, error) {
	r := newReport(findings.Site, "")
	home, base, fault := uri.Base(s.URL)
	if fault != "" {
		r.Refuse("URL", s.URL, Rule(fault), "")
	}
	s.URL = home
	idBase := r.MovedFrom("IDBase", &s.IDBase, base)
	r.site(&s, base)
	p := &Publication{site: s, base: base, idBase: idBase}
	p.defaults = s.withDefaults(FeedOptions{})
	p.feeds = make(map[Scope]FeedOptions, len(s.Scopes))
	for scope, o := range s.Scopes {
		p.feeds[scope] = s.withDefaults(o)
	}
	p.categoryScheme, p.tagScheme = p.below(KindCategory.String()+"/"), p.below(KindTag.String()+"/")
	if !r.Refused { // only then do feeds have addresses
		r.heads(p)
	}
	p.warn(r.Found)
	if err := r.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// heads adds what extensions find in the feeds that they belong to: those of the site in the feed
// of everything, and those of a scope in its own. The feeds have no articles yet.
func (r *report) heads(p *Publication) {
	check := func(within string, scope Scope, extensions []Extension) {
		found, head := len(r.Found), p.head(scope, p.options(scope), Selection{})
		r.extensions(extensions, func(ext Checker) []*Problem { return ext.CheckFeed(head) })
		r.Within(within, found)
	}
	check("", Everything(), p.site.Extensions)
	for _, scope := range slices.SortedFunc(maps.Keys(p.site.Scopes), Scope.Compare) {
		check(fmt.Sprintf("Scopes[%s].", scope), scope, p.site.Scopes[scope].Extensions)
	}
}

// addressless returns the publication of the zero [Archive]: its site has no address and no title.
// Such a site cannot be checked, so it takes those of another one and loses them afterwards.
func addressless() *Publication {
	p, _ := Site{URL: "http://localhost/", Title: "?"}.Check()
	p.site.URL, p.site.Title, p.site.Description, p.site.Author, p.base = "", "", "", Author{}, &url.URL{Path: "/"}
	p.defaults = p.site.withDefaults(FeedOptions{})
	return p
}

// site checks everything but the addresses, and fills in the defaults. An author without a name
// stands for the site itself: Atom requires a name (RFC 4287 section 3.2.1).
func (r *report) site(s *Site, base *url.URL) {
	// What every feed says of the publication. RSS requires a description, so the title stands in
	// for one.
	r.Text("Title", &s.Title)
	r.Text("Description", &s.Description)
	r.Text("Copyright", &s.Copyright)
	if s.Title == "" {
		r.Refuse("Title", "", RuleMissing, "RSS 2.0, required channel elements")
	}
	s.Description = cmp.Or(s.Description, s.Title)
	s.Language = cmp.Or(r.Language("Language", s.Language), undetermined)
	r.Masked("Author.Name", &s.Author.Name, &s.Author.Email)
	r.Name("Author.Name", &s.Author.Name)
	s.Author.Name = cmp.Or(s.Author.Name, s.Title)
	s.Author = r.person("Author", s.Author, base)
	s.Author.URL = cmp.Or(s.Author.URL, s.URL)
	s.ManagingEditor = r.contact("ManagingEditor", s.ManagingEditor)
	s.WebMaster = r.contact("WebMaster", s.WebMaster)
	// Which feeds exist.
	if len(s.Formats) == 0 {
		s.Formats = Formats()
	}
	s.Formats = findings.Between(&r.Report, "Formats", s.Formats, RSS, JSON, "unknown", "")
	if len(s.Kinds) == 0 {
		s.Kinds = Kinds()
	}
	s.Kinds = append([]Kind{KindSite}, s.Kinds...) // the whole site always has a feed
	s.Kinds = findings.Between(&r.Report, "Kinds", s.Kinds, KindSite, KindAuthor, "unknown", "")
	// What readers, browsers and hubs load or call. JSON Feed alone has a favicon.
	s.Logo = r.image("Logo", s.Logo, base)
	s.Icon = r.URL("Icon", s.Icon, base)
	s.Favicon = r.URL("Favicon", s.Favicon, base)
	s.Stylesheet = r.Stylesheet("Stylesheet", s.Stylesheet, base)
	s.Hubs = r.Hubs("Hubs", s.Hubs, base)
	s.Schedule = Schedule(r.Schedule("Schedule", findings.Schedule(s.Schedule)))
	// Where feeds are, and which ids they and their articles have.
	if s.Addresses == nil {
		s.Addresses = Files
	}
	if s.TagAuthority != "" && !uri.IsTagAuthority(s.TagAuthority) {
		r.Refuse("TagAuthority", s.TagAuthority, "not a domain or mail address, a comma and a date",
			"RFC 4151 section 2.1")
	}
	s.TagAuthority = uri.TagAuthority(s.TagAuthority, s.IDBase)
	// How much feeds hold. Tombstones are announced for a time, so theirs is no number.
	s.Limit = cmp.Or(r.Limit("Limit", s.Limit), defaultLimit)
	s.MaxBytes = cmp.Or(r.Limit("MaxBytes", s.MaxBytes), defaultMaxBytes)
	s.MaxBody = cmp.Or(r.Limit("MaxBody", s.MaxBody), defaultMaxBody)
	findings.NotNegative(&r.Report, "Tombstones", &s.Tombstones, "")
	s.Scopes = r.scopes(s, base)
	s.Extensions = findings.Clipped(slices.Clone(s.Extensions))
}

// scopes checks the settings of single feeds. They fall back to those of the site, so empty
// fields are left empty; only an author who is given gets the name of the site if the author has
// none. Archive pages have the settings of their current feed.
func (r *report) scopes(s *Site, base *url.URL) map[Scope]FeedOptions {
	checked := make(map[Scope]FeedOptions, len(s.Scopes))
	ids := map[string]Scope{} // two feeds with one id are one feed to readers
	for _, scope := range slices.SortedFunc(maps.Keys(s.Scopes), Scope.Compare) {
		found := len(r.Found)
		o := s.Scopes[scope]
		switch { // options that no feed would ever have
		case !scope.valid() || scope.page > 0:
			r.Refuse("", "", "not the scope of a current feed", "")
		case !slices.Contains(s.Kinds, scope.kind):
			r.Warn("", "", "not a feed that is published", "Site.Kinds lacks its kind")
		}
		if o.ID = strings.TrimSpace(o.ID); o.ID != "" {
			r.NeedIRI(".ID", o.ID)
			if other, taken := ids[o.ID]; taken {
				r.Refuse(".ID", o.ID, "another feed has this id", other.String())
			}
			ids[o.ID] = scope
		}
		r.Text(".Title", &o.Title)
		r.Text(".Description", &o.Description)
		r.Text(".Copyright", &o.Copyright)
		o.Language = r.Language(".Language", o.Language)
		o.Logo = r.image(".Logo", o.Logo, base)
		o.Icon = r.URL(".Icon", o.Icon, base)
		if o.Author != (Author{}) {
			r.Masked(".Author.Name", &o.Author.Name, &o.Author.Email)
			r.Name(".Author.Name", &o.Author.Name)
			o.Author.Name = cmp.Or(o.Author.Name, s.Title)
			o.Author = r.person(".Author", o.Author, base)
		}
		o.Schedule = Schedule(r.Schedule(".Schedule", findings.Schedule(o.Schedule)))
		o.Limit = r.Limit(".Limit", o.Limit)
		o.MaxBytes = r.Limit(".MaxBytes", o.MaxBytes)
		o.Extensions = findings.Clipped(slices.Clone(o.Extensions))
		checked[scope] = o
		r.Within(fmt.Sprintf("Scopes[%s]", scope), found)
	}
	return checked
}

// contact checks an Author that RSS shows as an e-mail address with a name (managingEditor,
// webMaster). Without an address there is nothing to show.
func (r *report) contact(field string, a Author) Author {
	if a == (Author{}) {
		return a
	}
	r.Text(field+".Name", &a.Name)
	r.Comment(field+".Name", a.Name)
	a.Email = r.NeedMail(field+".Email", a.Email, "RSS 2.0, managingEditor and webMaster")
	return a
}

// Article checks an article and returns it in the form that a [Source] keeps: URLs absolute,
// dates in UTC and whole seconds, text legal, everything copied. [Publication.Feed] cleans the
// body later. Give it the article as it was filled in, or one that it returned before.
//
// The error is a [Problems] that says why the article cannot be published: it has no usable
// address, neither title, summary nor content, no date, or a category that is its own ancestor; or
// a [Checker] refused it. Anything else that is wrong is mended or left out, and passed to
// [Site.Warn].
func (p *Publication) Article(a Article) (*Article, error) {
	var r report
	checked := p.check(&r, a)
	p.warn(r.Found)
	if checked == nil {
		return nil, r.err()
	}
	return checked, nil
}

// check returns the checked article, nil if it is refused, and reports everything that it finds.
// The argument is a copy, so the caller's article stays as it is. Lists that change are copied too.
func (p *Publication) check(r *report, a Article) (checked *Article) {
	given := a.URL
	r.address(&a, p.base) // first: the address names the article in all other findings
	a.ID = strings.TrimSpace(r.Legal("ID", a.ID))
	if a.ID == "" && p.idBase != nil {
		a.ID = uri.Moved(given, p.base, p.idBase)
	}
	a.Content = r.body(a.Content, p.site.MaxBody)
	r.contents(&a, p.base, p.site.Language)
	a.Extensions = findings.Clipped(slices.Clone(a.Extensions))

	// A copy of an article that a feed shows carries the state of that one. The new article gets
	// its own, and with it the right to be shown without another check.
	a.shown = nil
	checked = &a
	checked.checked = &checkedState{article: checked, publication: p, content: checked.Content}
	extensions := slices.Concat(p.site.Extensions, a.Extensions)
	r.extensions(extensions, func(ext Checker) []*Problem { return ext.CheckArticle(checked) })
	// Everything was looked at, so that one call reports every fault of the article.
	if r.Refused {
		return nil
	}
	return checked
}

// contents checks everything of an article but its address, id, body and extensions. Language is
// that of its feeds: an article in the same language need not name it, and many articles do.
func (r *report) contents(a *Article, base *url.URL, language string) {
	r.Plain("Title", &a.Title)
	r.Plain("Summary", &a.Summary)
	r.Text("Rights", &a.Rights)
	if a.Title == "" && a.Summary == "" && strings.TrimSpace(escape.Legal(a.Content)) == "" {
		r.Refuse("Title", "", RuleMissing, "RSS 2.0, elements of item: a title or a description")
	}
	r.dates(a)
	// The people and terms that the article is filed under.
	a.Authors = r.people("Authors", a.Authors, base)
	a.Contributors = r.people("Contributors", a.Contributors, base)
	a.Categories = r.categories(a.Categories, base)
	a.Tags = r.tags(a.Tags, base)
	// What readers load beside the text.
	a.Image = r.image("Image", a.Image, base)
	a.Banner = r.URL("Banner", a.Banner, base)
	a.Enclosures = r.enclosures(a.Enclosures, base)
	// The rest is metadata. An address that cannot be used costs only the link.
	if a.Language != language {
		a.Language = r.Language("Language", a.Language)
	}
	a.ExternalURL = r.URL("ExternalURL", a.ExternalURL, base)
	a.CommentsURL = r.URL("CommentsURL", a.CommentsURL, base)
	a.CommentsFeed = r.URL("CommentsFeed", a.CommentsFeed, base)
	findings.NotNegative(&r.Report, "CommentCount", &a.CommentCount, "RSS 1.0 module Slash")
	a.Origin = r.origin(a.Origin, base)
}

// address makes the article's URL absolute and names the article in everything that is reported. An
// article without an address is named by whatever else it has.
func (r *report) address(a *Article, base *url.URL) {
	absolute, fault := uri.Resolve(base, a.URL)
	if fault != "" {
		r.Article = findings.Shorten(strings.TrimSpace(cmp.Or(a.URL, a.ID, a.Title)))
		r.Refuse("URL", a.URL, Rule(fault), "")
		return
	}
	r.Article = absolute
	r.Userinfo("URL", a.URL, absolute)
	a.URL = absolute
}

// body returns the body in legal characters, "" if there is only white space. A body that is too
// long is kept, so that the summary can be made of it; feeds show the summary and a link instead.
func (r *report) body(content string, limit int) string {
	content = r.Legal("Content", content)
	if strings.TrimSpace(content) == "" {
		return ""
	}
	if len(content) > limit {
		r.Warn("Content", fmt.Sprintf("%d bytes", len(content)), RuleBodyTooLong, "")
	}
	return content
}

// dates checks the dates. All formats write whole seconds. A date of change before the
// publication would contradict it, so the publication date takes its place. An article that is to
// be published and has no date is refused: an invented one would put it in a place that its
// publisher did not choose. A feed that a program filled in may leave it out, for only Atom needs
// one.
func (r *report) dates(a *Article) {
	const missing, order = "RFC 4287 section 4.1.2", "RFC 4287 section 4.2.15"
	given := a.Published
	switch a.Published = findings.InSeconds(given); {
	case given.IsZero() && r.Mode == findings.Feed:
		r.Warn("Published", "", RuleMissing, "RSS 2.0, pubDate")
	case given.IsZero():
		r.Refuse("Published", "", RuleMissing, missing)
	case !date.Representable(a.Published):
		r.Refuse("Published", given.String(), "year is not from 1 to 9999", "RFC 3339 section 5.6")
	default:
		r.Plausible("Published", a.Published)
	}
	a.Updated = r.Date("Updated", a.Updated)
	a.Expires = r.Date("Expires", a.Expires)
	if !a.Updated.IsZero() && a.Updated.Before(a.Published) {
		r.Warn("Updated", a.Updated.Format(time.RFC3339), RuleBeforePublish, order)
		a.Updated = a.Published
	}
	if r.Mode == findings.Article && !a.Expires.IsZero() && !a.Expires.After(a.Published) {
		r.Warn("Expires", a.Expires.Format(time.RFC3339),
			"not after the publication date; no feed will show the article", "")
	}
}

// origin checks where an article was taken from. RSS requires the address of the feed it came
// from, so without one the whole Origin is left out.
func (r *report) origin(o Origin, base *url.URL) Origin {
	if o == (Origin{}) {
		return o
	}
	o.URL = r.HasURL("Origin.URL", o.URL, "RSS 2.0, source", base)
	r.Text("Origin.Title", &o.Title)
	o.ID = r.IRI("Origin.ID", o.ID)
	o.Updated = r.Date("Origin.Updated", o.Updated)
	if o.URL == "" {
		return Origin{}
	}
	return o
}

// extensions adds what each extension that is a [Checker] finds. An extension is code of the
// program. If it panics, that is a warning and the article is published: the encoders leave out
// its elements likewise.
func (r *report) extensions(extensions []Extension, check func(Checker) []*Problem) {
	for _, ext := range extensions {
		checker, ok := ext.(Checker)
		if !ok {
			continue
		}
		var found []*Problem
		if err := findings.Recovered(func() { found = check(checker) }); err != nil {
			r.Warn("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, "")
		}
		for _, problem := range found {
			if problem != nil {
				r.Add(finding(*problem))
			}
		}
	}
}
