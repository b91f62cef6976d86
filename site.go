package syndicate

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Site is what is true of the whole publication. URL and Title are enough to begin with.
type Site struct {
	// URL is the front page; every relative URL is resolved against it. Required.
	URL string
	// Title of the publication, plain text. Required.
	Title string
	// Description is the subtitle, plain text. Optional; default Title.
	Description string
	// Language is a BCP 47 tag: "en", "tr". Optional; default "und", undetermined, which
	// no feed says.
	Language string
	// Author is the publication as an author: who articles without a byline are by. Optional; default
	// a name equal to Title.
	Author Author
	// Copyright is the notice for all feeds, plain text. Optional.
	Copyright string

	// Logo is a wide picture of the publication (RSS image, Atom logo). RSS takes GIF, JPEG or PNG.
	// Optional.
	Logo Image
	// Icon is the URL of a large square picture (Atom and JSON Feed icon). Optional.
	Icon string
	// Favicon is the URL of a small one (JSON Feed). Optional.
	Favicon string
	// Stylesheet is the URL of the CSS in which browsers show RSS and Atom feeds (Associating Style Sheets
	// with XML documents 1.0). Browsers take one from the feed's own host only. Optional.
	Stylesheet string
	// Hubs are the WebSub hubs that are told of changes. Optional.
	Hubs []string
	// ManagingEditor and WebMaster are RSS's contacts; both need an Email, and publish it. Optional.
	ManagingEditor, WebMaster Author
	// Schedule says when it is worth asking for changes. Optional.
	Schedule Schedule

	// Addresses is where feeds and pages lie below URL. Optional; default [Files].
	Addresses Addresses
	// TagAuthority makes tag: URIs (RFC 4151) of bare article ids and of feed ids: a domain and a date
	// on which it was the publication's, "nordicmonitor.com,2015". Set it before a change of domain, so
	// that ids survive. Optional; default URL's host and a fixed year.
	TagAuthority string

	// Limit is how many articles a feed and an archive page have. Optional; default 20.
	Limit int
	// MaxBytes bounds each current feed, by showing fewer articles, but one at least; and archive pages,
	// by showing articles without their bodies, but all of them. Optional; default 1 MB (1,000,000 bytes).
	MaxBytes int
	// MaxBody is the longest body in bytes; of longer ones feeds show summary and link. Optional;
	// default 256 KB (262,144 bytes).
	MaxBody int
	// Excerpts leaves the bodies out of every feed. Optional.
	Excerpts bool
	// Scopes holds what is different for single feeds. Optional.
	Scopes map[Scope]FeedOptions

	// Bodies says how articles' HTML is cleaned. Optional; the zero Policy is the safe one.
	Bodies cleanhtml.Policy
	// CategoryPaths names categories with their ancestors, "Military/Arms exports". Optional; the
	// category's own name.
	CategoryPaths bool
	// AuthorEmails publishes the e-mail addresses of authors that have one. Optional.
	AuthorEmails bool
	// HideGenerator leaves out the element that names this package. Optional.
	HideGenerator bool
	// Expired tells that the publication has ended and nothing will be added (JSON Feed). Optional.
	Expired bool
	// Tombstones is for how long Atom feeds say that an article was removed (RFC 6721). Optional; 0 is
	// never.
	Tombstones time.Duration
	// Extensions add elements of other vocabularies to every feed and article. Optional.
	Extensions []Extension

	compiled *compiledSite
}

// FeedOptions is what is different for the feed of one scope.
type FeedOptions struct {
	Title       string // Optional; made of the names.
	Description string // Optional; the term's, or made of the names.
	Limit       int    // Optional; the site's.
	Excerpts    bool   // Optional; true where the site's or this is.
}

// Schedule says when it is worth asking a feed for changes (RSS 2.0; RSS 1.0 module Syndication).
type Schedule struct {
	TTL             time.Duration  // how long a copy may be kept; minutes, begun ones count. Optional.
	UpdatePeriod    string         // "hourly", "daily", "weekly", "monthly" or "yearly". Optional.
	UpdateFrequency int            // times per period. Optional; default 1.
	SkipHours       []int          // hours in UTC without news, 0 to 23. Optional.
	SkipDays        []time.Weekday // days without news. Optional.
}

const (
	undetermined    = "und" // BCP 47: the language is not known
	defaultLimit    = 20
	defaultMaxBytes = 1_000_000
	defaultMaxBody  = 256 << 10
	maxLimit        = 1 << 30 // no limit in effect, and room to count one more
)

// equal reports whether two schedules say the same.
func (s Schedule) equal(t Schedule) bool {
	return s.TTL == t.TTL && s.UpdatePeriod == t.UpdatePeriod && s.UpdateFrequency == t.UpdateFrequency &&
		slices.Equal(s.SkipHours, t.SkipHours) && slices.Equal(s.SkipDays, t.SkipDays)
}

// compiledSite is what a checked Site has worked out once. What feeds remember of articles they remember for it.
type compiledSite struct {
	of   Site     // as it was checked
	base *url.URL // ends in a slash
	// The URIs that tell the site's categories, and its tags, from others of the same name.
	categoryScheme, tagScheme string
	encodedTags               few.Memo[Tag, encodedTag]
}

// Check returns the site as a [Source] uses it: defaults filled in, URLs absolute, everything copied.
// The error holds [Problems]; the site can be used unless [Refused] finds more than warnings.
//
// Fields of a checked site may be changed, what is behind its slices, maps and pointers may not. It is then a site that
// has not been checked: check it again, or it is each time. Defaults that were filled in stay as they were. One with
// Addresses or a Sanitizer that cannot be compared, a function say, counts as changed.
func (s Site) Check() (Site, error) {
	var r report
	s.compiled = &compiledSite{}
	home, rule := uri.Resolve(nil, s.URL)
	if rule != "" {
		r.refuse("URL", s.URL, Rule(rule), "")
	}
	base, err := url.Parse(home)
	if err != nil {
		r.refuse("URL", s.URL, RuleBadURL, "")
		base = &url.URL{}
	}
	if base.User != nil {
		r.refuse("URL", s.URL, "holds a user name or password, which every feed would publish", "")
	}
	base.RawQuery, base.Fragment, base.ForceQuery = "", "", false
	if !strings.HasSuffix(base.Path, "/") {
		base = base.JoinPath("/")
	}
	s.compiled.base = base
	s.compiled.categoryScheme, s.compiled.tagScheme = s.below(KindCategory.String()+"/"), s.below(KindTag.String()+"/")
	s.URL = home

	r.text("Title", &s.Title)
	r.text("Description", &s.Description)
	r.text("Copyright", &s.Copyright)
	if s.Title == "" {
		r.refuse("Title", "", RuleMissing, "RSS 2.0, required channel elements")
	}
	if s.Description == "" {
		s.Description = s.Title
	}
	s.Language = r.language("Language", s.Language)
	if s.Language == "" {
		s.Language = undetermined
	}
	if r.text("Author.Name", &s.Author.Name); s.Author.Name == "" {
		s.Author.Name = s.Title
	}
	s.Author = r.person("Author", s.Author, base)
	if s.Author.URL == "" {
		s.Author.URL = s.URL
	}
	s.ManagingEditor = r.contact("ManagingEditor", s.ManagingEditor)
	s.WebMaster = r.contact("WebMaster", s.WebMaster)
	s.Logo = r.image("Logo", s.Logo, base)
	s.Icon = r.url("Icon", s.Icon, base)
	s.Favicon = r.url("Favicon", s.Favicon, base)
	s.Stylesheet = r.url("Stylesheet", s.Stylesheet, base)
	s.Hubs = r.hubs(s.Hubs, base)
	s.Schedule = r.schedule(s.Schedule)
	if s.Addresses == nil {
		s.Addresses = Files
	}
	if s.TagAuthority != "" && !uri.IsTagAuthority(s.TagAuthority) {
		r.refuse("TagAuthority", s.TagAuthority, "not a domain or mail address, a comma and a date", "RFC 4151 section 2.1")
	}
	s.TagAuthority = uri.TagAuthority(s.TagAuthority, s.URL)
	s.Limit = r.limit("Limit", s.Limit, defaultLimit)
	s.MaxBytes = r.limit("MaxBytes", s.MaxBytes, defaultMaxBytes)
	s.MaxBody = r.limit("MaxBody", s.MaxBody, defaultMaxBody)
	if s.Tombstones < 0 {
		r.refuse("Tombstones", s.Tombstones.String(), RuleNegative, "")
	}
	s.Scopes = r.scopes(s.Scopes)
	s.Extensions = slices.Clip(slices.Clone(s.Extensions))
	s.compiled.of = s
	return s, r.problems.err()
}

// ready returns the site checked: s itself if it is already, and nothing was changed since.
func (s *Site) ready() *Site {
	if s.compiled != nil && s.is(&s.compiled.of) {
		return s
	}
	checked, _ := s.Check()
	return &checked
}

// is reports whether every field of s is that of t: values are equal, and lists and maps the same ones.
func (s *Site) is(t *Site) bool {
	bodies, others := s.Bodies, t.Bodies
	bodies.Sanitizer, others.Sanitizer = nil, nil
	return s.URL == t.URL && s.Title == t.Title && s.Description == t.Description && s.Language == t.Language &&
		s.Author == t.Author && s.Copyright == t.Copyright && s.Logo == t.Logo && s.Icon == t.Icon && s.Favicon == t.Favicon &&
		s.Stylesheet == t.Stylesheet && sameList(s.Hubs, t.Hubs) && s.ManagingEditor == t.ManagingEditor && s.WebMaster == t.WebMaster &&
		s.Schedule.TTL == t.Schedule.TTL && s.Schedule.UpdatePeriod == t.Schedule.UpdatePeriod &&
		s.Schedule.UpdateFrequency == t.Schedule.UpdateFrequency &&
		sameList(s.Schedule.SkipHours, t.Schedule.SkipHours) && sameList(s.Schedule.SkipDays, t.Schedule.SkipDays) &&
		sameValue(s.Addresses, t.Addresses) && s.TagAuthority == t.TagAuthority &&
		s.Limit == t.Limit && s.MaxBytes == t.MaxBytes && s.MaxBody == t.MaxBody && s.Excerpts == t.Excerpts &&
		reflect.ValueOf(s.Scopes).UnsafePointer() == reflect.ValueOf(t.Scopes).UnsafePointer() &&
		bodies == others && sameValue(s.Bodies.Sanitizer, t.Bodies.Sanitizer) &&
		s.CategoryPaths == t.CategoryPaths && s.AuthorEmails == t.AuthorEmails && s.HideGenerator == t.HideGenerator &&
		s.Expired == t.Expired && s.Tombstones == t.Tombstones && sameList(s.Extensions, t.Extensions)
}

func sameList[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// sameValue reports whether two values of somebody else's types are equal. Those that cannot be compared never are.
func sameValue(a, b any) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}

// FeedURL returns the address of a feed: its self link.
func (s *Site) FeedURL(scope Scope, format Format) string { return s.ready().feedURL(scope, format) }

func (s *Site) feedURL(scope Scope, format Format) string {
	return s.below(s.Addresses.FeedPath(scope, format))
}

// PageURL returns the address of the HTML page of a scope; "" when [Addresses] knows none.
func (s *Site) PageURL(scope Scope) string { return s.ready().pageURL(scope) }

func (s *Site) pageURL(scope Scope) string {
	if scope.kind == KindSite {
		return s.URL
	}
	path := s.Addresses.PagePath(scope)
	if path == "" {
		return ""
	}
	return s.below(path)
}

// feedURLs returns the addresses of a scope's feed in each format.
func (s *Site) feedURLs(scope Scope) [3]string {
	return [3]string{s.feedURL(scope, RSS), s.feedURL(scope, Atom), s.feedURL(scope, JSON)}
}

// below joins an unescaped path to the site's address.
func (s *Site) below(path string) string {
	u := *s.compiled.base
	if u.RawPath != "" {
		u.RawPath += (&url.URL{Path: path}).EscapedPath()
	}
	u.Path += path
	return uri.Escape(&u)
}

// options returns what holds for a scope, with the site's defaults filled in.
func (s *Site) options(scope Scope) FeedOptions {
	o := s.Scopes[scope.Current()]
	if o.Limit == 0 {
		o.Limit = s.Limit
	}
	o.Excerpts = o.Excerpts || s.Excerpts
	return o
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

func (r *report) limit(field string, n, standard int) int {
	if n < 0 {
		r.refuse(field, fmt.Sprint(n), RuleNegative, "")
	}
	if n <= 0 {
		return standard
	}
	return min(n, maxLimit)
}

func (r *report) scopes(given map[Scope]FeedOptions) map[Scope]FeedOptions {
	checked := make(map[Scope]FeedOptions, len(given))
	for _, scope := range sortedScopes(given) {
		o := given[scope]
		field := fmt.Sprintf("Scopes[%s]", scope)
		if !scope.valid() || scope.page > 0 {
			r.refuse(field, "", "not the scope of a current feed", "")
		}
		r.text(field+".Title", &o.Title)
		r.text(field+".Description", &o.Description)
		if o.Limit < 0 {
			r.refuse(field+".Limit", fmt.Sprint(o.Limit), RuleNegative, "")
			o.Limit = 0
		}
		o.Limit = min(o.Limit, maxLimit)
		checked[scope] = o
	}
	return checked
}

func (r *report) schedule(s Schedule) Schedule {
	const spec = "RSS 2.0, optional channel elements"
	if s.TTL < 0 {
		r.refuse("Schedule.TTL", s.TTL.String(), RuleNegative, spec)
	}
	switch s.UpdatePeriod {
	case "", "hourly", "daily", "weekly", "monthly", "yearly":
	default:
		r.refuse("Schedule.UpdatePeriod", s.UpdatePeriod, "not hourly, daily, weekly, monthly or yearly", "RSS 1.0 module Syndication")
	}
	if s.UpdateFrequency < 0 {
		r.refuse("Schedule.UpdateFrequency", fmt.Sprint(s.UpdateFrequency), RuleNegative, "RSS 1.0 module Syndication")
	}
	s.SkipHours = sortedUnique(s.SkipHours)
	for _, h := range s.SkipHours {
		if h < 0 || h > 23 {
			r.refuse("Schedule.SkipHours", fmt.Sprint(h), "not an hour from 0 to 23", spec)
		}
	}
	s.SkipDays = sortedUnique(s.SkipDays)
	for _, d := range s.SkipDays {
		if d < time.Sunday || d > time.Saturday {
			r.refuse("Schedule.SkipDays", fmt.Sprint(int(d)), "not a day of the week", spec)
		}
	}
	return s
}

func sortedUnique[T int | time.Weekday](values []T) []T {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Clip(slices.Compact(values))
}

// contact checks an Author that is given for the sake of its address.
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
