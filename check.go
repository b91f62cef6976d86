package syndicate

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Every check is in the files check.go (sites and articles), check_terms.go (authors, categories, tags)
// and check_fields.go (single fields). A check brings its value into the one form that feeds carry, and
// reports what it refused or mended.

const (
	undetermined    = "und" // BCP 47: the language is not known
	defaultLimit    = 20
	defaultMaxBytes = 1_000_000
	defaultMaxBody  = 256 << 10
	maxLimit        = 1 << 30 // no limit in effect, with room to count one more
)

// Check checks the settings, fills in defaults and makes URLs absolute. The error is a [Problems] that
// names every setting that cannot be used. Warnings go to [Site.Warn].
func (s Site) Check() (*Publication, error) {
	r := report{mode: ofSite}
	p := &Publication{base: r.base(&s)}
	r.site(&s, p.base)
	p.site = s
	p.defaults = s.withDefaults(FeedOptions{})
	p.feeds = make(map[Scope]FeedOptions, len(s.Scopes))
	for scope, o := range s.Scopes {
		p.feeds[scope] = s.withDefaults(o)
	}
	p.categoryScheme, p.tagScheme = p.below(KindCategory.String()+"/"), p.below(KindTag.String()+"/")
	p.warn(r.problems)
	if err := r.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// addressless returns the publication of the zero [Archive]: its site has no address and no title.
func addressless() *Publication {
	p, _ := Site{URL: "http://localhost/", Title: "?"}.Check()
	p.site.URL, p.site.Title, p.site.Description, p.site.Author, p.base = "", "", "", Author{}, &url.URL{Path: "/"}
	p.defaults = p.site.withDefaults(FeedOptions{})
	return p
}

// base checks the address of the site and returns the folder that relative URLs are resolved against.
func (r *report) base(s *Site) *url.URL {
	home, fault := uri.Resolve(nil, s.URL)
	base, err := url.Parse(home)
	switch {
	case fault != "":
		r.refuse("URL", s.URL, Rule(fault), "")
	case err != nil:
		r.refuse("URL", s.URL, RuleBadURL, "")
	case base.User != nil:
		r.refuse("URL", s.URL, "contains a user name or password, which every feed would publish", "")
	}
	if err != nil {
		base = &url.URL{}
	}
	s.URL = home
	base.RawQuery, base.Fragment, base.ForceQuery = "", "", false
	if !strings.HasSuffix(base.Path, "/") {
		base = base.JoinPath("/")
	}
	return base
}

// site checks everything but the address.
func (r *report) site(s *Site, base *url.URL) {
	r.text("Title", &s.Title)
	r.text("Description", &s.Description)
	r.text("Copyright", &s.Copyright)
	if s.Title == "" {
		r.refuse("Title", "", RuleMissing, "RSS 2.0, required channel elements")
	}
	s.Description = cmp.Or(s.Description, s.Title)
	s.Language = cmp.Or(r.language("Language", s.Language), undetermined)
	r.text("Author.Name", &s.Author.Name)
	s.Author.Name = cmp.Or(s.Author.Name, s.Title)
	s.Author = r.person("Author", s.Author, base)
	s.Author.URL = cmp.Or(s.Author.URL, s.URL)
	s.ManagingEditor = r.contact("ManagingEditor", s.ManagingEditor)
	s.WebMaster = r.contact("WebMaster", s.WebMaster)
	s.Formats = choices(r, "Formats", s.Formats, Formats())
	if len(s.Kinds) > 0 {
		s.Kinds = append([]Kind{KindSite}, s.Kinds...) // the whole site always has a feed
	}
	s.Kinds = choices(r, "Kinds", s.Kinds, Kinds())
	s.Logo = r.image("Logo", s.Logo, base)
	s.Icon = r.url("Icon", s.Icon, base)
	s.Favicon = r.url("Favicon", s.Favicon, base)
	s.Stylesheet = r.url("Stylesheet", s.Stylesheet, base)
	s.Hubs = r.hubs(s.Hubs, base)
	s.Schedule = r.schedule("Schedule", s.Schedule)
	if s.Addresses == nil {
		s.Addresses = Files
	}
	if s.TagAuthority != "" && !uri.IsTagAuthority(s.TagAuthority) {
		r.refuse("TagAuthority", s.TagAuthority, "not a domain or mail address, a comma and a date", "RFC 4151 section 2.1")
	}
	s.TagAuthority = uri.TagAuthority(s.TagAuthority, s.URL)
	s.Limit = cmp.Or(r.limit("Limit", s.Limit), defaultLimit)
	s.MaxBytes = cmp.Or(r.limit("MaxBytes", s.MaxBytes), defaultMaxBytes)
	s.MaxBody = cmp.Or(r.limit("MaxBody", s.MaxBody), defaultMaxBody)
	if s.Tombstones < 0 {
		r.refuse("Tombstones", s.Tombstones.String(), RuleNegative, "")
	}
	s.Scopes = r.scopes(s.Scopes, s.Title, base)
	s.Extensions = clipped(slices.Clone(s.Extensions))
}

// choices returns the formats or kinds that a site publishes, in order. By default these are all.
func choices[T Format | Kind](r *report, field string, given, all []T) []T {
	for _, choice := range given {
		if !slices.Contains(all, choice) {
			r.refuse(field, fmt.Sprint(uint8(choice)), "unknown", "")
		}
	}
	if len(given) == 0 {
		return all
	}
	return sortedUnique(given)
}

func (r *report) hubs(given []string, base *url.URL) (checked []string) {
	for i, hub := range given {
		field := fmt.Sprintf("Hubs[%d]", i)
		if strings.TrimSpace(hub) == "" {
			r.warn(field, "", RuleMissing, "left out")
		} else if hub = r.url(field, hub, base); !slices.Contains(checked, hub) {
			checked = append(checked, hub)
		}
	}
	return clipped(checked)
}

// limit checks a bound. It returns 0 where none is given.
func (r *report) limit(field string, n int) int {
	if n < 0 {
		r.refuse(field, fmt.Sprint(n), RuleNegative, "")
	}
	return min(max(0, n), maxLimit)
}

func (r *report) scopes(given map[Scope]FeedOptions, title string, base *url.URL) map[Scope]FeedOptions {
	checked := make(map[Scope]FeedOptions, len(given))
	for _, scope := range sortedScopes(given) {
		found := len(r.problems)
		o := given[scope]
		if !scope.valid() || scope.page > 0 {
			r.refuse("", "", "not the scope of a current feed", "")
		}
		if o.ID = strings.TrimSpace(o.ID); o.ID != "" {
			r.needIRI(".ID", o.ID)
		}
		r.text(".Title", &o.Title)
		r.text(".Description", &o.Description)
		r.text(".Copyright", &o.Copyright)
		o.Language = r.language(".Language", o.Language)
		o.Logo = r.image(".Logo", o.Logo, base)
		o.Icon = r.url(".Icon", o.Icon, base)
		if o.Author != (Author{}) {
			r.text(".Author.Name", &o.Author.Name)
			o.Author.Name = cmp.Or(o.Author.Name, title)
			o.Author = r.person(".Author", o.Author, base)
		}
		o.Schedule = r.schedule(".Schedule", o.Schedule)
		o.Limit = r.limit(".Limit", o.Limit)
		o.MaxBytes = r.limit(".MaxBytes", o.MaxBytes)
		o.Extensions = clipped(slices.Clone(o.Extensions))
		checked[scope] = o
		r.within(fmt.Sprintf("Scopes[%s]", scope), found)
	}
	return checked
}

func (r *report) schedule(field string, s Schedule) Schedule {
	const rss, syndication = "RSS 2.0, optional channel elements", "RSS 1.0 module Syndication"
	found := len(r.problems)
	if s.TTL < 0 {
		r.refuse(".TTL", s.TTL.String(), RuleNegative, rss)
	}
	switch s.UpdatePeriod {
	case "", "hourly", "daily", "weekly", "monthly", "yearly":
	default:
		r.refuse(".UpdatePeriod", s.UpdatePeriod, "not hourly, daily, weekly, monthly or yearly", syndication)
	}
	if s.UpdateFrequency < 0 {
		r.refuse(".UpdateFrequency", fmt.Sprint(s.UpdateFrequency), RuleNegative, syndication)
	}
	s.SkipHours = sortedUnique(s.SkipHours)
	for _, h := range s.SkipHours {
		if h < 0 || h > 23 {
			r.refuse(".SkipHours", fmt.Sprint(h), "not an hour from 0 to 23", rss)
		}
	}
	s.SkipDays = sortedUnique(s.SkipDays)
	for _, d := range s.SkipDays {
		if d < time.Sunday || d > time.Saturday {
			r.refuse(".SkipDays", fmt.Sprint(int(d)), "not a day of the week", rss)
		}
	}
	r.within(field, found)
	return s
}

// contact checks an Author that is given for its address.
func (r *report) contact(field string, a Author) Author {
	if a == (Author{}) {
		return a
	}
	r.text(field+".Name", &a.Name)
	if a.Email = strings.TrimSpace(a.Email); a.Email == "" {
		r.refuse(field+".Email", "", RuleMissing, "RSS 2.0, managingEditor and webMaster")
	} else if !uri.IsMail(a.Email) {
		r.refuse(field+".Email", a.Email, RuleBadMail, "RSS 2.0, managingEditor and webMaster")
	}
	return a
}

// Article checks an article and returns it in the form that a [Source] keeps: URLs absolute, dates in
// UTC and whole seconds, text legal, everything copied. [Publication.Feed] cleans the body later. Give
// it the article as it was filled in, or one that it returned before.
//
// The error is a [Problems] that says why the article cannot be published: it has no usable address,
// neither title, summary nor content, no date, or a category that is its own ancestor. Anything else
// that is wrong is mended or left out, and passed to [Site.Warn].
func (p *Publication) Article(a Article) (*Article, error) {
	checked, problems := p.check(a)
	p.warn(problems)
	if checked == nil {
		return nil, refusals(problems)
	}
	return checked, nil
}

// check returns the checked article, nil if it is refused, with everything that was found.
func (p *Publication) check(a Article) (checked *Article, found []*Problem) {
	var r report
	r.address(&a, p.base)
	a.ID = r.id(a.ID)
	a.Content = r.body(a.Content, p.site.MaxBody)
	r.contents(&a, p.base, p.site.Language)
	a.Extensions = clipped(slices.Clone(a.Extensions))

	a.shown = nil
	checked = &a
	checked.checked = &checkedState{article: checked, publication: p, content: checked.Content}
	for _, extensions := range [...][]Extension{p.site.Extensions, a.Extensions} {
		r.extensions(extensions, func(ext Checker) []*Problem { return ext.CheckArticle(checked) })
	}
	if r.refused {
		return nil, r.problems
	}
	return checked, r.problems
}

// contents checks everything of an article but its address, id, body and extensions. Language is that
// of its feeds.
func (r *report) contents(a *Article, base *url.URL, language string) {
	r.text("Title", &a.Title)
	r.text("Summary", &a.Summary)
	r.text("Rights", &a.Rights)
	if a.Title == "" && a.Summary == "" && strings.TrimSpace(escape.Legal(a.Content)) == "" {
		r.refuse("Title", "", RuleMissing, "RSS 2.0, elements of item: a title or a description")
	}
	r.dates(a)
	a.Authors = r.people("Authors", a.Authors, base)
	a.Contributors = r.people("Contributors", a.Contributors, base)
	a.Categories = r.categories(a.Categories, base)
	a.Tags = r.tags(a.Tags, base)
	a.Image = r.image("Image", a.Image, base)
	a.Banner = r.url("Banner", a.Banner, base)
	a.Enclosures = r.enclosures(a.Enclosures, base)
	if a.Language != language {
		a.Language = r.language("Language", a.Language)
	}
	if a.Language == language {
		a.Language = ""
	}
	a.ExternalURL = r.url("ExternalURL", a.ExternalURL, base)
	a.CommentsURL = r.url("CommentsURL", a.CommentsURL, base)
	a.CommentsFeed = r.url("CommentsFeed", a.CommentsFeed, base)
	if a.CommentCount < 0 {
		r.drop("CommentCount", fmt.Sprint(a.CommentCount), RuleNegative, "RSS 1.0 module Slash")
		a.CommentCount = 0
	}
	a.Origin = r.origin(a.Origin, base)
}

// address makes the article's URL absolute and names the article in everything that is reported.
func (r *report) address(a *Article, base *url.URL) {
	absolute, fault := uri.Resolve(base, a.URL)
	if fault != "" {
		r.article = shorten(strings.TrimSpace(cmp.Or(a.URL, a.ID, a.Title)))
		r.refuse("URL", a.URL, Rule(fault), "")
		return
	}
	a.URL, r.article = absolute, absolute
}

func (r *report) id(id string) string { return strings.TrimSpace(r.legal("ID", id)) }

func (r *report) body(content string, limit int) string {
	content = r.legal("Content", content)
	if strings.TrimSpace(content) == "" {
		return ""
	}
	if len(content) > limit {
		r.warn("Content", fmt.Sprintf("%d bytes", len(content)), RuleBodyTooLong, "")
	}
	return content
}

func (r *report) dates(a *Article) {
	const missing, order = "RFC 4287 section 4.1.2", "RFC 4287 section 4.2.15"
	given := a.Published
	switch a.Published = inSeconds(given); {
	case given.IsZero() && r.mode == ofFeed:
		r.warn("Published", "", RuleMissing, "RSS 2.0, pubDate")
	case given.IsZero():
		r.refuse("Published", "", RuleMissing, missing)
	case !date.Representable(a.Published):
		r.refuse("Published", given.String(), ruleBadYear, "RFC 3339 section 5.6")
	}
	a.Updated = r.date("Updated", a.Updated)
	a.Expires = r.date("Expires", a.Expires)
	if !a.Updated.IsZero() && a.Updated.Before(a.Published) {
		r.warn("Updated", a.Updated.Format(time.RFC3339), RuleBeforePublish, order)
		a.Updated = a.Published
	}
	if r.mode == ofArticle && !a.Expires.IsZero() && !a.Expires.After(a.Published) {
		r.warn("Expires", a.Expires.Format(time.RFC3339), "not after the publication date; no feed will show the article", "")
	}
}

func (r *report) origin(o Origin, base *url.URL) Origin {
	if o == (Origin{}) {
		return o
	}
	if strings.TrimSpace(o.URL) == "" {
		r.drop("Origin.URL", "", RuleMissing, "RSS 2.0, source")
	}
	o.URL = r.url("Origin.URL", o.URL, base)
	r.text("Origin.Title", &o.Title)
	if o.ID = strings.TrimSpace(escape.Legal(o.ID)); o.ID != "" {
		if _, ok := uri.IRI(o.ID); !ok {
			r.drop("Origin.ID", o.ID, ruleNotIRI, "RFC 4287 section 4.2.6")
			o.ID = ""
		}
	}
	o.Updated = r.date("Origin.Updated", o.Updated)
	if o.URL == "" {
		return Origin{}
	}
	return o
}

// extensions adds what each extension that is a [Checker] finds. A panic is a problem of the extension.
func (r *report) extensions(extensions []Extension, check func(Checker) []*Problem) {
	for _, ext := range extensions {
		checker, ok := ext.(Checker)
		if !ok {
			continue
		}
		var found []*Problem
		if err := recovered(func() { found = check(checker) }); err != nil {
			r.warn("Extensions", fmt.Sprintf("%T: %v", ext, err), RuleExtension, "")
		}
		for _, problem := range found {
			if problem != nil {
				r.add(*problem)
			}
		}
	}
}
