package syndicate

import (
	"time"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// Site holds the settings of a publication. URL and Title are enough to begin with. [Site.Check]
// turns a Site into a [Publication]; [NewArchive] calls it.
type Site struct {
	// URL of the front page. Relative URLs are resolved against it. Required.
	URL string
	// Title of the publication, plain text. Required.
	Title string
	// Description is the subtitle, plain text. Default: Title.
	Description string
	// Language is a BCP 47 tag such as "en" or "tr". Default: none written.
	Language string
	// Author is the author of articles that name none. Default: an author named Title.
	Author Author
	// Copyright is the notice for all feeds, plain text. Default: none.
	Copyright string

	// Formats are the formats that feeds are published in. Default: all of [Formats].
	Formats []Format
	// Kinds are the kinds of scopes that have feeds. The whole site always has one. Default: all of
	// [Kinds].
	Kinds []Kind

	// Logo is a wide picture of the publication (RSS image, Atom logo). RSS takes GIF, JPEG or PNG.
	// Default: none.
	Logo Image
	// Icon is the URL of a large square picture (Atom and JSON Feed icon). Default: none.
	Icon string
	// Favicon is the URL of a small square picture (JSON Feed). Default: none.
	Favicon string
	// Stylesheet is the URL of the CSS that browsers apply to RSS and Atom feeds (Associating Style
	// Sheets with XML documents 1.0). Browsers load it from the feed's host only. Default: none.
	Stylesheet string
	// Hubs are the URLs of WebSub hubs. Default: none.
	Hubs []string
	// ManagingEditor and WebMaster are the contacts of RSS. Each needs an Email, which is
	// published. Default: none.
	ManagingEditor, WebMaster Author
	// Schedule says when readers should ask for changes. Default: nothing.
	Schedule Schedule

	// Addresses maps feeds and pages to paths below URL. Default: [Files].
	Addresses Addresses
	// IDBase is the URL with which articles without an ID have their ids. When the site moves, to
	// https, to another domain or path, set it to the URL from before the move, because readers
	// recognise articles by their ids. A store remembers it. Default: URL.
	IDBase string
	// TagAuthority begins the tag: URIs (RFC 4151) of feeds and of articles whose ID is not a URL:
	// a domain, a comma, and a date on which the publication owned the domain,
	// "nordicmonitor.com,2015". Set it before the domain changes, so that ids stay the same.
	// Default: IDBase's host and a fixed year. A store remembers it.
	TagAuthority string

	// Limit is the number of articles in a feed and on an archive page. Default: 20.
	Limit int
	// MaxBytes is the maximum size of a feed. Larger feeds show fewer articles, but at least one;
	// larger archive pages show articles without bodies. Warn reports both. Default: 1,000,000.
	MaxBytes int
	// MaxBody is the maximum length of a body in bytes. Feeds show a summary and a link instead of
	// a longer one, and Warn reports it. Default: 262,144.
	MaxBody int
	// Excerpts leaves the bodies out of every feed. Default: false.
	Excerpts bool
	// Scopes holds the settings of single feeds. Default: none.
	Scopes map[Scope]FeedOptions

	// Bodies configures how articles' HTML is cleaned. Default: the zero Policy, which is safe.
	Bodies cleanhtml.Policy
	// CategoryPaths names categories with their parents, "Military/Arms exports". Default: the
	// category's own name.
	CategoryPaths bool
	// MakeTitles gives an article without a title its first words, or those of its picture, in
	// every format. Default: false, only in Atom, which requires a title. Readers show the text of
	// such a post instead.
	MakeTitles bool
	// AuthorEmails publishes the e-mail addresses of authors. Default: false.
	AuthorEmails bool
	// HideGenerator omits the element that names this package. Default: false.
	HideGenerator bool
	// Expired means that the publication has ended (JSON Feed). Default: false.
	Expired bool
	// Tombstones is how long Atom feeds announce the removal of an article (RFC 6721). Default: not
	// at all.
	Tombstones time.Duration
	// Extensions add elements of other vocabularies to every feed and article. Default: none.
	Extensions []Extension

	// Warn is called with each warning: something was accepted, but changed or left out. It may be
	// called from several goroutines at once. Default: warnings are dropped.
	Warn func(*Problem)
}

// FeedOptions holds the settings of one scope's feed. An empty field means the default.
type FeedOptions struct {
	// ID is an absolute IRI. Default: a tag: URI made of the scope.
	ID string
	// Title of the feed, plain text. Default: made of the names, "Military – Nordic Monitor".
	Title string
	// Description is the subtitle, plain text. Default: the term's, or made of the names.
	Description string
	// Language, Logo, Icon, Author, Copyright and Schedule override the [Site]'s. Default: those.
	Language  string
	Logo      Image
	Icon      string
	Author    Author
	Copyright string
	Schedule  Schedule
	// Whole means that the feed is to have every article: Limit has no default, and Warn reports
	// when Limit or MaxBytes cuts the feed. Default: false; podcast.Show sets it.
	Whole bool
	// Limit is the number of articles. Default: the site's.
	Limit int
	// MaxBytes is the maximum size. Default: the site's.
	MaxBytes int
	// Excerpts leaves out the bodies. Default: the site's.
	Excerpts bool
	// Extensions are added to those of the [Site]. Default: none.
	Extensions []Extension
}

// Schedule says when readers should ask a feed for changes (RSS 2.0; RSS 1.0 module Syndication).
type Schedule struct {
	// TTL is how long a copy may be kept. RSS carries minutes, rounded up. Default: not written.
	TTL time.Duration
	// UpdatePeriod is "hourly", "daily", "weekly", "monthly" or "yearly". Default: not written.
	UpdatePeriod string
	// UpdateFrequency is the number of updates in a period. Default: 1.
	UpdateFrequency int
	// SkipHours are the hours without news, 0 to 23 in UTC. Default: none.
	SkipHours []int
	// SkipDays are the days without news. Default: none.
	SkipDays []time.Weekday
}
