// Package syndicate publishes a publication's articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1: for
// the whole site and for every category, tag and author.
//
// Data flows in one direction:
//
//	Site ─Check─▶ Publication ┐
//	[]Article ────────────────┴▶ Archive ─(Scope)─▶ Feed ─(Format)─▶ bytes ─▶ server or folder
//
// Fill in a [Site] and its [Article] values, put them into an [Archive], get the [Feed] of a
// [Scope] from it, and write that in a [Format]:
//
//	archive, err := syndicate.NewArchive(site, articles...)
//	feed, err := archive.Feed(ctx, syndicate.InCategory("military"))
//	err = feed.Write(os.Stdout, syndicate.RSS)
//
// These six types are all that a program needs to begin with.
//
// # Articles
//
// An article is checked when it enters an archive. An article that cannot be published is refused,
// with an error that names the article, the field and the rule; the others are published. Details
// that are wrong are mended or left out, and [Site.Warn] is called. URLs may be relative to the
// site's. Dates are written in UTC and whole seconds. Package cleanhtml cleans a body when a feed
// first shows it.
//
// A [Category], [Tag] or [Author] is identified by its slug, which is derived from the name unless
// it is given: "Mevlüt Çavuşoğlu" is "mevlut-cavusoglu". A category may have a parent, and is
// identified by its path of slugs: "military/arms-exports". The parent's feed has its articles too.
//
// Drafts, articles whose publication date is in the future and articles that have expired are in no
// feed, count or list. A tag that only they have does not exist. [Archive.NextChange] and
// [Feed.NextChange] return when the passage of time changes that.
//
// # Feeds
//
// A feed has a title that stands alone, an id that never changes, the newest 20 articles and at
// most 1 MB. [Site.Formats] and [Site.Kinds] select the feeds that exist; [Site.Scopes] changes
// single feeds. Older articles are on archive pages (RFC 5005), numbered from the oldest:
// [Scope.AtPage]. [Addresses] maps feeds to URLs: [Files] suits any host, [WordPress] a site that
// leaves WordPress, and [Below] puts either under a prefix.
//
// A program can also fill in a Feed by hand, or convert one of github.com/gorilla/feeds with
// [FromGorilla]. [Feed.Validate] reports what is wrong with a feed, [Feed.Clean] cleans its bodies.
//
// # Errors
//
// An error means that something failed or was refused. [Problems] lists every refusal of a call,
// and errors.Is finds each [Rule] in it. Warnings are never errors: they go to [Site.Warn].
//
// # Output
//
// Package feedhttp serves all feeds of a [Source] with one http.Handler; package feeddir writes
// them to a folder. Both render only what changed. Package opml exports the list of feeds, package
// feedpage renders it as HTML, package sitemap makes sitemaps, and package websub notifies hubs.
//
// # Input
//
// A [Source] is anything that returns feeds, as an Archive does. Package sqlstore keeps articles in
// SQLite or PostgreSQL, package sqlquery reads them from your own tables, and package wordpress
// reads the exports of WordPress. Package view selects and combines the feeds of any of them.
//
// # Extensions
//
// An [Extension] adds elements of another vocabulary: packages podcast, media, licenses and rsl.
//
// # Compatibility
//
// Until version 1.0 names may change between minor versions, and the changelog lists the changes.
// The ids of articles and feeds do not change with the version.
package syndicate
