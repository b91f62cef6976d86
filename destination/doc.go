// Package destination prepares feeds for the sites and apps that republish them: MSN, SmartNews,
// Flipboard, NewsBreak, Apple News, services that send e-mail, and Google News Showcase.
//
// # Checks
//
// A [Profile] lists what a destination requires, with the document behind each rule. Its Check
// reports what the destination would refuse, and as warnings what it would not promote:
//
//	for _, problem := range destination.Flipboard.Check(feed) {
//		log.Print(problem)
//	}
//
// A problem names the article, the field and the rule:
//
//	syndicate: article "https://example.com/a/": Image.Width: "400 x 300": image of an unsuitable
//	size (Flipboard: images of at least 500 pixels in width and height;
//	https://about.flipboard.com/rss-spec)
//
// A check changes nothing. No rule loads an image or a page: what a feed does not state, such as
// the size of an image, cannot be checked.
//
// # Feeds for one destination
//
// A public feed suits most destinations. MSN and SmartNews also read vocabularies that no public
// feed should have, because validators reject them. [MSN.Source] and [SmartNews.Source] turn a
// [syndicate.Source] into another one with the same articles, whose feeds are at other addresses
// and have these vocabularies:
//
//	msn, err := destination.MSN{}.Source(archive)
//	if err != nil {
//		return err
//	}
//	files := []derived.Files{msn} // msn/rss.xml, msn/category/military/rss.xml, …
//	handler := &feedhttp.Handler{Source: archive, Files: files}
//	folder := feeddir.Folder{Source: archive, Dir: "public", Files: files}
//
// The public feeds stay as they are. The feeds of a destination follow them: an embargo that ends,
// an article that expires, a correction and a removal are seen at the same moment. While an article
// is added, its problems are passed to [syndicate.Site.Warn] as warnings; none keeps it out of a
// feed.
//
// [Feeds.Source] makes feeds for other destinations, such as one with the lead image in the body
// for a service that sends e-mail:
//
//	mail, err := destination.Feeds{LeadImage: true}.Source(archive, destination.Mail)
//
// # Articles
//
// Most of what a destination reads is in the fields of [syndicate.Article]: the lead image with its
// size, Alt and Credit, authors, dates. A [Story] among the article's extensions has the rest, such
// as a short title and the rights in images, and a media.Gallery has further pictures. A [Point] is
// the place that an article is about, for public feeds too.
//
// The stores of package sqlstore keep both if the site has an empty Story and media.Images among
// its extensions:
//
//	site.Extensions = []syndicate.Extension{media.Images{}, destination.Story{}}
//
// # Removed articles
//
// Feeds of SmartNews announce removed articles for as long as [syndicate.Site.Tombstones] says.
// Items of MSN state when an article expires. Otherwise a destination keeps an article that has
// left the feed.
//
// # Your own profiles
//
// A [Rule] is a value with one or two functions, so a profile can be extended, or written for a
// destination that this package does not have.
//
// # Sources
//
// The rules are those that the destinations published in 2026. They change without notice, and
// there is no validator for them that works without their service. MSN's Partner Hub and SmartNews
// (https://sf-validator.smartnews.com) offer validators; use them before you apply.
package destination
