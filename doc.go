// Package syndicate publishes a publication's articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1: for the
// whole site and for every category, tag and author.
//
// Data goes one way:
//
//	Site + []Article ──▶ Archive ──(Scope)──▶ Feed ──(Format)──▶ bytes ──▶ server or folder
//
// Fill in a [Site] and its [Article] values, put them into an [Archive], ask it for the [Feed] of a
// [Scope], and write that in a [Format]:
//
//	archive, err := syndicate.NewArchive(site, articles...)
//	feed, err := archive.Feed(ctx, syndicate.InCategory("military"))
//	err = feed.Write(os.Stdout, syndicate.RSS)
//
// These six types are all that a program needs to begin with.
//
// # Articles
//
// An article is checked when it enters an archive: a bad one is refused with an error that names the
// article, the field and the rule, and the good ones are published. [Problems] holds all of it, warnings
// too; [Refused] tells whether anything was kept out. URLs may be relative to the site's; dates come out
// in UTC and whole seconds. Bodies are cleaned by package cleanhtml when a feed first shows them.
//
// [Category], [Tag] and [Author] are told apart by their slugs, which are derived from their names unless
// they are given: "Mevlüt Çavuşoğlu" is "mevlut-cavusoglu". A category may have a parent, and is known by
// its path of slugs: "military/arms-exports". Its articles are in the parent's feed too.
//
// Drafts, private articles, articles whose publication date is to come and those that have expired are in
// no feed, no count and no list; a tag that only they have does not exist. [Archive.NextChange] and
// [Feed.NextChange] tell when time alone changes that.
//
// # Feeds
//
// A feed has a title that stands alone, an id that never changes, the newest 20 articles and at most 1 MB.
// Older articles are on archive pages (RFC 5005), counted from the oldest: [Scope.AtPage]. Where feeds lie
// is said by [Addresses]; [Files] is right for any host, [WordPress] for a site that leaves WordPress.
//
// A feed can also be filled by hand, and one of github.com/gorilla/feeds can be taken over with
// [FromGorilla]. [Feed.Validate] tells what it lacks, [Feed.Clean] cleans its bodies.
//
// # Ways out
//
// Package feedhttp serves all feeds of a [Source] with one http.Handler, package feeddir writes them to a
// folder; both do again only what changed. Package opml lists the feeds for readers, package feedpage for
// people, and package websub tells hubs of those that changed.
//
// # Ways in
//
// [Source] is what an archive is to those who read it. Package sqlstore has others, over SQLite, PostgreSQL
// or tables of one's own; package wordpress reads the exports of sites that leave WordPress.
//
// # Growing
//
// [Extension] adds elements of other vocabularies; package media is one.
//
// # Compatibility
//
// Until version 1.0 names may change between minor versions, and the changelog says so. Ids that this
// package makes of articles and scopes do not change with it, whatever the version.
package syndicate
