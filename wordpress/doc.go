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
//   - ID: the post's guid, byte for byte, or that of its episode; see below. URL: the post's
//     address.
//   - Title: plain text. Summary: the excerpt. Dates: in GMT.
//   - Authors: the author by display name, never an e-mail address. Bylines of Co-Authors Plus
//     replace the author of the post.
//   - Categories with their parents, and tags. Both keep WordPress's slugs.
//   - Image: the featured image, with its size and alternative text if the export has them.
//   - Enclosures. Comments are not imported.
//   - Content: what the post's page showed, for posts of either editor; see below.
//
// An address that is relative is resolved against the site's.
//
// # Bodies
//
// The body of a post refers to what WordPress and its plug-ins add when they show the page. What
// the export has of that becomes HTML:
//
//   - Blank lines become paragraphs, if the classic editor wrote the post. An address alone on its
//     line becomes a link.
//   - Captions and galleries become figures, [audio] and [video] become players.
//   - Players of other sites become links, whether a shortcode names the film by its address or by
//     its id: [youtube ID], [vimeo 141358], [dailymotion id=…], [embedyt], [soundcloud], [tweet].
//   - Listings become preformatted text: [code], [sourcecode], and the names of languages that
//     SyntaxHighlighter Evolved has, such as [php].
//   - The footnotes block becomes the list of the footnotes. Synced patterns become their content,
//     with the texts that a post has in place of theirs.
//   - The shortcodes of page builders become headings, paragraphs, pictures and links. Raw HTML is
//     decoded. The builders are WPBakery, Divi, Avada, Enfold and Shortcodes Ultimate. So do the
//     blocks of Divi 5.
//   - A shortcode in double brackets, which are WordPress's escape, becomes code with one pair.
//
// Shortcodes in tags, comments and scripts stay as they are. So do block comments and the
// shortcodes of other plug-ins, until a feed first shows the article: then package cleanhtml
// removes them, but not the text in them. For shortcodes it does so if the site's
// [cleanhtml.Policy.Shortcodes] is set, as it is in the Site that [Export.Site] returns and in
// archives of [Export.Archive]. [Export.OnIssue] is called with each shortcode and block whose
// output is lost that way.
//
// # Podcasts
//
// A post with what a podcast plug-in has stored gets a [podcast.Episode]: season, number, type,
// rating, artwork, transcript, chapters, people and the rest, and its file is the first enclosure.
//
//   - PowerPress: the metas of the post's enclosures. Posts are of the type "post".
//   - Seriously Simple Podcasting: its metas. Set [Export.Types] to "post" and "podcast". A series
//     becomes a category, so that each show can have a feed.
//   - Podlove: its posts are of the type "podcast". The files of the episodes are in tables that an
//     export does not contain; OnIssue is called with each such episode. Import the feed with
//     [podcast.Import] instead.
//
// The ID of an episode is the guid that the feed of the plug-in has, if the plug-in stores one.
// Otherwise it is the post's.
//
// The settings of a show are not in an export. [podcast.Import] reads them, and everything else,
// from the feed.
//
// # Addresses
//
// The Site uses [syndicate.WordPress] as its Addresses, so feeds keep their paths: "/feed/",
// "/category/news/feed/", "/tag/x/feed/", "/author/y/feed/". Package feedhttp serves them there and
// redirects WordPress's other forms. If your host can only serve files, set Addresses to
// [syndicate.Files] before making the archive.
//
// # Several files
//
// Large exports come in several files. Set [Export.More] to the files after the first one. They are
// read as one export: posts find what they refer to in any file. A file that is truncated, or is no
// export, costs no article of the others.
//
// # Broken exports
//
// Real exports contain control characters, bytes of old encodings, entities that XML does not have,
// "]]>" in bodies, and output of the server before the XML. The reader skips or repairs all of
// these. A file may declare any encoding of the WHATWG Encoding Standard; lines that are UTF-8 all
// the same are read as UTF-8. An item that is not well-formed XML is skipped, and reading resumes
// at the next item. If the file is truncated, the articles before that point are returned, followed
// by an error that says where it ends.
//
// A hostile file cannot exhaust the machine. A file that declares entities is rejected; depth,
// number of items and sizes are limited by fields of [Export].
//
// # Memory
//
// The reader holds one post at a time, and what posts refer to: authors, terms, about 200 bytes for
// each attachment, about 50 for the id of each post, and the bodies of synced patterns, of which a
// site has few. [Export.MaxIndex] limits all of it. The patterns, footnotes and attachments that a
// body refers to add at most [Export.MaxText] to the body. encoding/xml parses the tags; bodies
// bypass it.
package wordpress
