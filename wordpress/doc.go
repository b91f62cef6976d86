// Package wordpress reads WordPress exports (WXR 1.0, 1.1 and 1.2: Tools, Export, All content), so that a publication
// that leaves WordPress keeps its subscribers: the same articles, with the guids that they have, at the addresses that
// they have.
//
//	export := wordpress.Export{Input: file}
//	site, err := export.Site()
//	archive, err := export.Archive(site)
//	http.Handle("/", &feedhttp.Handler{Source: archive})
//
// Or article by article, for a database, in memory that does not grow with the file:
//
//	for article, err := range export.Articles() {
//
// # What comes
//
// Posts that are public: published, without a password, and not dated in the future. Everything else is skipped, and
// [Export.Report] is told of each item and why: drafts, private and scheduled posts, pages, attachments, menus. Scheduled
// posts can come as embargoes, and other types as articles: see [Export].
//
// An article has the post's guid as its ID, byte for byte, and its address; a title that is plain text; the excerpt as
// its summary; the dates in GMT; the author by display name, never an e-mail address; categories with their parents, and
// tags, by WordPress's slugs; the featured image, with what the export knows of it; enclosures. Comments are left behind.
//
// Bodies are made what their pages showed, by either editor: paragraphs of blank lines; captions, galleries, players and
// embeds of shortcodes. Block comments and the shortcodes of plug-ins are removed when a feed first shows an article, as
// everything is that does not belong there: see package cleanhtml.
//
// # Addresses
//
// The Site has [syndicate.WordPress] for its Addresses, so feeds stay where they were: "/feed/",
// "/category/news/feed/", "/tag/x/feed/", "/author/y/feed/". Package feedhttp serves them there and redirects
// WordPress's other forms. Set [syndicate.Files] before making the archive if a host can serve files alone.
//
// # Broken exports
//
// Real exports hold control characters, bytes of old encodings, entities that XML does not have, and what servers print
// before the XML; all that is read over. An item that is not XML is skipped and the next one read. A file that ends in
// the middle ends with an error that says where, after everything before it. Entities that the file itself declares are
// refused, and depth, number and size of what is in it are bounded: see the fields of [Export].
//
// # Memory
//
// What is held is one post, and what posts refer to: authors, terms, some 200 bytes for each attachment and some 50 for
// each post's id. encoding/xml takes tags apart; bodies go past it.
package wordpress
