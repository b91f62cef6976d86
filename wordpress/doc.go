// Package wordpress reads WordPress exports (WXR 1.0, 1.1 and 1.2: Tools, Export, All content). A
// publication that leaves WordPress keeps its subscribers: the same articles, with the same guids,
// at the same addresses.
//
//	export := wordpress.Export{Input: file}
//	site, err := export.Site()
//	archive, err := export.Archive(site)
//	http.Handle("/", &feedhttp.Handler{Source: archive})
//
// Or article by article, to fill a database. Memory does not grow with the number of posts that
// way:
//
//	for article, err := range export.Articles() {
//
// # Which posts become articles
//
// Public posts: published, without a password, and not dated in the future. Every other item is
// skipped: drafts, private and scheduled posts, pages, attachments, menus. [Export.OnIssue] is
// called with each skipped item and the reason. Set [Export.Scheduled] to import scheduled posts as
// embargoed articles, and [Export.Types] to import other post types.
//
// # What an article has
//
//   - ID: the post's guid, byte for byte. URL: the post's address.
//   - Title: plain text. Summary: the excerpt. Dates: in GMT.
//   - Authors: the author by display name, never an e-mail address.
//   - Categories with their parents, and tags. Both keep WordPress's slugs.
//   - Image: the featured image, with its size and alternative text if the export has them.
//   - Enclosures. Comments are not imported.
//   - Content: what the post's page showed, for posts of either editor. Blank lines become
//     paragraphs; shortcodes of captions, galleries, players and embeds become HTML.
//
// Block comments and the shortcodes of plug-ins are removed later, when a feed first shows the
// article. For the shortcodes, the Site that [Export.Site] returns sets
// [cleanhtml.Policy.Shortcodes]; a Site of your own must set it too.
//
// # Addresses
//
// The Site uses [syndicate.WordPress] as its Addresses, so feeds keep their paths: "/feed/",
// "/category/news/feed/", "/tag/x/feed/", "/author/y/feed/". Package feedhttp serves them there and
// redirects WordPress's other forms. If your host can only serve files, set Addresses to
// [syndicate.Files] before making the archive.
//
// # Broken exports
//
// Real exports contain control characters, bytes of old encodings, entities that XML does not have,
// and output of the server before the XML. The reader skips or repairs all of these. An item that
// is not well-formed XML is skipped, and reading resumes at the next item. If the file is
// truncated, the articles before that point are returned, followed by an error that says where it
// ends.
//
// A hostile file cannot exhaust the machine. A file that declares entities is rejected;
// depth, number of items and sizes are limited by fields of [Export].
//
// # Memory
//
// The reader holds one post at a time, and what posts refer to: authors, terms, about 200 bytes for
// each attachment and about 50 for the id of each post. encoding/xml parses the tags; bodies bypass
// it.
package wordpress
