package destination

import (
	"fmt"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// The profiles. Each is a table of rules: what is broken, what the destination requires, where it
// says so, and the function that checks it. A table begins with what is required and ends with what
// is recommended.

// Where the rules are written down.
const (
	msnItems       = "https://helpcenter.microsoftstart.com/kb/articles/51-feed-item-requirements"
	msnMetadata    = "https://support.microsoft.com/topic/0114c19c-36bb-4fef-8322-4a1ed6888329"
	msnHTML        = "https://support.microsoft.com/topic/2a12f610-f3da-43ea-8dc4-766f6df89e8d"
	msnFeeds       = "https://helpcenter.microsoftstart.com/kb/articles/25-feed-content-specifications"
	smartFormat    = "https://publishers.smartnews.com/hc/en-us/articles/56500436151065"
	smartSponsored = "https://publishers.smartnews.com/hc/en-us/articles/51338435733913"
	smartFormatFAQ = "https://publishers.smartnews.com/hc/en-us/articles/360036526213"
	flipboardRSS   = "https://about.flipboard.com/rss-spec"
	newsBreakFAQ   = "https://support.newsbreak.com/publisher-faq"
	appleNewsRSS   = "https://support.apple.com/guide/news-publisher/apdc2c7520ff"
	mailchimpRSS   = "Mailchimp, knowledge base, RSS feeds in campaigns"
	showcaseFeeds  = "https://support.google.com/news/publisher-center/answer/9545420"
)

// refusedElements are those with which MSN may refuse an article.
var refusedElements = []string{"style", "script", "object", "embed", "param", "applet"}

// Profile returns what MSN requires of RSS feeds (MSN Partner Hub, feed specifications of 2026). A
// title of more than 150 characters needs a [Story] with a ShortTitle.
func (m MSN) Profile() Profile {
	return Profile{Name: "MSN", Bodies: msnBodies, Rules: []Rule{
		// Required: problems mean that the feed or the article is refused.
		{Rule: syndicate.RuleMissing, Requires: "a title", Document: msnFeeds, Feed: needTitle},
		{Rule: syndicate.RuleMissing, Requires: "a language", Document: msnFeeds, Feed: needLanguage},
		{Rule: syndicate.RuleDuplicateID, Requires: "a unique id", Document: msnItems, Feed: uniqueID},
		{Rule: RuleNotHTTPS, Requires: "https URLs", Document: msnFeeds, Feed: secureFeed, Article: secure},
		{Rule: RulePassword, Requires: "URLs without user name and password", Document: msnFeeds, Article: noPassword},
		{Rule: syndicate.RuleMissing, Requires: "an id", Document: msnMetadata, Article: needID},
		{Rule: syndicate.RuleMissing, Requires: "a web URL", Document: msnMetadata, Article: needPage},
		{Rule: syndicate.RuleMissing, Requires: "a title", Document: msnMetadata, Article: needHeadline},
		{Rule: RuleTooShort, Requires: "a title of more than 20 characters", Document: msnMetadata,
			Article: titleAtLeast(21)},
		{Rule: RuleTooLong, Requires: "a title of at most 150 characters, or a short title (Story.ShortTitle)",
			Document: msnMetadata, Article: msnTitle},
		{Rule: RuleMarkup, Requires: "a title without HTML", Document: msnMetadata, Article: plainTitle},
		{Rule: syndicate.RuleMissing, Requires: "a date of publication", Document: msnMetadata, Article: needDate},
		{Rule: RuleFuture, Requires: "a date of publication in the past", Document: msnMetadata, Article: published},
		{Rule: RuleOld, Requires: "articles less than 365 days old", Document: msnMetadata, Article: youngerThan(365)},
		{Rule: syndicate.RuleMissing, Requires: "a body", Document: msnMetadata, Article: needBody},
		{Rule: RuleExcerpt, Requires: "the full text", Document: msnMetadata, Article: fullText},
		{Rule: RuleElement, Requires: "a body without " + strings.Join(refusedElements, ", "), Document: msnHTML,
			Article: removedElements(refusedElements...)},
		{Rule: RuleOtherLanguage, Requires: "one language in a feed", Document: msnFeeds, Article: oneLanguage},
		{Rule: RuleImageType, Requires: "images as PNG, JPEG, GIF or WebP", Document: msnFeeds,
			Article: imageTypes("image/png", "image/jpeg", "image/gif", "image/webp")},
		{Rule: RuleTooLarge, Requires: "images of at most 15 MB", Document: msnFeeds, Article: imageBytes(15 << 20)},

		// Recommended: problems are warnings.
		{Recommended: true, Rule: RuleElement, Requires: "elements of its list; others are removed", Document: msnHTML,
			Article: unlistedElements(refusedElements...)},
		{Recommended: true, Rule: RulePlayer, Requires: "frames of the players that it shows, over https",
			Document: msnHTML, Article: removedPlayers},
		{Recommended: true, Rule: RuleNesting, Requires: "fewer than 10 levels", Document: msnHTML,
			Article: deepest(maxDepth)},
		{Recommended: true, Rule: RuleLineBreaks, Requires: "no two br in a row", Document: msnHTML, Article: noBreaks},
		{Recommended: true, Rule: syndicate.RuleMissing, Document: msnFeeds, Article: needImage,
			Requires: "an image; articles without one are not published automatically"},
		{Recommended: true, Rule: syndicate.RuleMissing, Requires: "the credit of an image", Document: msnMetadata,
			Article: needCredit},
		{Recommended: true, Rule: RuleImageType, Requires: "a lead image that is not a GIF", Document: msnFeeds,
			Article: leadImageTypes("image/png", "image/jpeg", "image/webp")},
		{Recommended: true, Rule: RuleImageSize, Requires: "images of 720 pixels in width or height",
			Document: msnFeeds, Article: largerSide(720)},
		{Recommended: true, Rule: RuleImageShape, Requires: "images whose width is 0.5 to 1.89 times their height",
			Document: msnFeeds, Article: imageShape(0.5, 1.89)},
	}}
}

// msnTitle reports a title that is too long and has no short title, and a short title that is too
// long.
func msnTitle(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	short := storyOf(a).ShortTitle
	if blank(short) {
		longest(report, "Title", a.Title, 150)
	}
	longest(report, "Story.ShortTitle", short, 150)
}

// Profile returns what SmartNews requires: SmartFormat 2.1 in its edition of 2026.
func (s SmartNews) Profile() Profile {
	return Profile{Name: "SmartNews", Rules: []Rule{
		// Required: problems mean that the feed or the article is refused.
		{Rule: syndicate.RuleMissing, Requires: "a title", Document: smartFormat, Feed: needTitle},
		{Rule: RuleMarkup, Requires: "a title without HTML", Document: smartFormat, Feed: plainFeedTitle},
		{Rule: syndicate.RuleMissing, Requires: "a link", Document: smartFormat, Feed: needLink},
		{Rule: syndicate.RuleMissing, Requires: "a description", Document: smartFormat, Feed: needDescription},
		{Rule: RuleTooLong, Document: smartFormat, Feed: smartDescription,
			Requires: "a description of at most 30 characters, in Japanese 15"},
		{Rule: syndicate.RuleMissing, Requires: "a language", Document: smartFormat, Feed: needLanguage},
		{Rule: syndicate.RuleDuplicateID, Requires: "a unique guid", Document: smartFormat, Feed: uniqueID},
		{Rule: syndicate.RuleMissing, Requires: "a guid", Document: smartFormat, Article: needID},
		{Rule: syndicate.RuleMissing, Requires: "a link", Document: smartFormat, Article: needPage},
		{Rule: syndicate.RuleMissing, Requires: "a title", Document: smartFormat, Article: needHeadline},
		{Rule: syndicate.RuleMissing, Requires: "a pubDate", Document: smartFormat, Article: needDate},
		{Rule: RuleFuture, Requires: "no articles of the future", Document: smartFormatFAQ, Article: published},
		{Rule: syndicate.RuleMissing, Requires: "content:encoded", Document: smartFormat, Article: needBody},
		{Rule: RuleExcerpt, Requires: "the full text", Document: smartFormat, Article: fullText},
		{Rule: RuleManySponsored, Requires: "at most two sponsored links", Document: smartSponsored,
			Article: fewSponsored},
		{Rule: syndicate.RuleMissing, Requires: "the link and the advertiser of a sponsored link",
			Document: smartSponsored, Article: wholeSponsored},
		{Rule: RuleTooLong, Document: smartSponsored, Article: shortSponsored,
			Requires: "an advertiser of at most 35 characters and a title of at most 45"},
		{Rule: RuleOtherHost, Requires: "sponsored links below your domain", Document: smartSponsored,
			Article: ownSponsored},

		// Recommended: problems are warnings.
		{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: smartFormatFAQ, Feed: secureFeed,
			Article: secure},
		{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
			Document: smartFormat, Article: noPassword},
		{Recommended: true, Rule: syndicate.RuleMissing, Requires: "a media:thumbnail", Document: smartFormat,
			Article: needImage},
		{Recommended: true, Rule: RuleManyLinks, Requires: "at most 20 links in a body", Document: smartFormatFAQ,
			Article: fewLinks(20)},
		{Recommended: true, Rule: RuleSchedule, Requires: "a ttl of 1 to 15 minutes", Document: smartFormat,
			Feed: smartTTL},
	}}
}

// smartDescription reports a channel's description that is too long.
func smartDescription(f *syndicate.Feed, report Report) {
	longest(report, "Description", f.Description, smartLength(f.Language))
}

// fewLinks reports a body with more links.
func fewLinks(most int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		if n := len(read(a.Content).links); n > most {
			report("Content", fmt.Sprintf("%d links", n))
		}
	}
}

// Flipboard is what Flipboard requires of an RSS feed: the public feed with package media. The
// extension [Point] adds locations.
var Flipboard = Profile{Name: "Flipboard", Rules: []Rule{
	// Required: problems mean that the feed or the article is refused.
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: flipboardRSS, Feed: needTitle},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: flipboardRSS, Feed: needLink},
	{Rule: syndicate.RuleMissing, Requires: "a description", Document: flipboardRSS, Feed: needDescription},
	{Rule: syndicate.RuleMissing, Requires: "a language", Document: flipboardRSS, Feed: needLanguage},
	{Rule: RuleFewArticles, Requires: "at least 20 articles", Document: flipboardRSS, Feed: atLeastArticles(20)},
	{Rule: syndicate.RuleDuplicateID, Requires: "a unique guid", Document: flipboardRSS, Feed: uniqueID},
	{Rule: syndicate.RuleMissing, Requires: "a guid", Document: flipboardRSS, Article: needID},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: flipboardRSS, Article: needPage},
	{Rule: RuleOtherHost, Requires: "links to the host of the feed", Document: flipboardRSS, Article: sameHost},
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: flipboardRSS, Article: needHeadline},
	{Rule: syndicate.RuleMissing, Requires: "a pubDate", Document: flipboardRSS, Article: needDate},
	{Rule: syndicate.RuleMissing, Requires: "a dc:creator", Document: flipboardRSS, Article: needAuthor},
	{Rule: syndicate.RuleMissing, Requires: "a description", Document: flipboardRSS, Article: needSummary},
	{Rule: RuleTooShort, Requires: "a description of at least 300 characters", Document: flipboardRSS,
		Article: summaryAtLeast(300)},
	{Rule: syndicate.RuleMissing, Requires: "an image", Document: flipboardRSS, Article: needPicture},
	{Rule: RuleImageSize, Requires: "images of at least 500 pixels in width and height", Document: flipboardRSS,
		Article: smallerSide(500)},

	// Recommended: problems are warnings.
	{Recommended: true, Rule: syndicate.RuleMissing, Requires: "the full text in content:encoded",
		Document: flipboardRSS, Article: needBody},
	{Recommended: true, Rule: RuleExcerpt, Requires: "the full text", Document: flipboardRSS, Article: fullText},
	{Recommended: true, Rule: syndicate.RuleMissing, Requires: "the width and height of an image",
		Document: flipboardRSS, Article: knownSize},
	{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: flipboardRSS, Feed: secureFeed,
		Article: secure},
	{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
		Document: flipboardRSS, Article: noPassword},
}}

// summaryAtLeast reports a summary of fewer characters.
func summaryAtLeast(least int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		shortest(report, "Summary", a.Summary, least)
	}
}

// needPicture reports an article that has neither a lead image nor an image as a file.
func needPicture(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for _, e := range a.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			return
		}
	}
	missing(report, "Image.URL", a.Image.URL)
}

// NewsBreak is what NewsBreak requires of an RSS feed. It also refuses old news, articles that are
// too long and articles with too many images, but states no numbers, so none is checked.
var NewsBreak = Profile{Name: "NewsBreak", Rules: []Rule{
	// Required: problems mean that the feed or the article is refused.
	{Rule: syndicate.RuleMissing, Requires: "a language", Document: newsBreakFAQ, Feed: needLanguage},
	{Rule: RuleOtherLanguage, Requires: "English", Document: newsBreakFAQ, Feed: inEnglish, Article: oneLanguage},
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: newsBreakFAQ, Article: needHeadline},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: newsBreakFAQ, Article: needPage},
	{Rule: syndicate.RuleMissing, Requires: "a date of publication", Document: newsBreakFAQ, Article: needDate},
	{Rule: syndicate.RuleMissing, Requires: "the full text", Document: newsBreakFAQ, Article: needBody},
	{Rule: RuleExcerpt, Requires: "the full text", Document: newsBreakFAQ, Article: fullText},
	{Rule: syndicate.RuleMissing, Requires: "an image", Document: newsBreakFAQ, Article: needImage},
	{Rule: syndicate.RuleMissing, Requires: "the credit of an image", Document: newsBreakFAQ, Article: needCredit},
	{Rule: syndicate.RuleMissing, Requires: "a byline", Document: newsBreakFAQ, Article: needByline},

	// Recommended: problems are warnings.
	{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: newsBreakFAQ, Feed: secureFeed,
		Article: secure},
	{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
		Document: newsBreakFAQ, Article: noPassword},
}}

// AppleNews is what Apple News requires of a channel that is fed by RSS, which it offers outside of
// Australia, Canada, the United Kingdom and the United States.
var AppleNews = Profile{Name: "Apple News", Rules: []Rule{
	// Required: problems mean that the feed or the article is refused.
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: appleNewsRSS, Feed: needTitle},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: appleNewsRSS, Feed: needLink},
	{Rule: syndicate.RuleMissing, Requires: "a language", Document: appleNewsRSS, Feed: needLanguage},
	{Rule: RuleLocale, Requires: `a language with its region, "en-IE"`, Document: appleNewsRSS, Feed: needLocale},
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: appleNewsRSS, Article: needHeadline},
	{Rule: RuleMarkup, Requires: "a title without HTML", Document: appleNewsRSS, Article: plainTitle},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: appleNewsRSS, Article: needPage},
	{Rule: syndicate.RuleMissing, Requires: "a description", Document: appleNewsRSS, Article: needSummary},
	{Rule: RuleReadMore, Requires: "a description without a link to read more", Document: appleNewsRSS,
		Article: noReadMore},

	// Recommended: problems are warnings.
	{Recommended: true, Rule: RuleTooShort, Requires: "titles of 15 to 60 characters", Document: appleNewsRSS,
		Article: titleAtLeast(15)},
	{Recommended: true, Rule: RuleTooLong, Requires: "titles of 15 to 60 characters", Document: appleNewsRSS,
		Article: titleAtMost(60)},
	{Recommended: true, Rule: syndicate.RuleMissing, Requires: "the full text", Document: appleNewsRSS,
		Article: needBody},
	{Recommended: true, Rule: RuleExcerpt, Requires: "the full text", Document: appleNewsRSS, Article: fullText},
	{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: appleNewsRSS, Feed: secureFeed,
		Article: secure},
	{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
		Document: appleNewsRSS, Article: noPassword},
}}

// noReadMore reports a summary that ends as links to the whole article do. The words are those of
// content management systems, in English.
func noReadMore(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	end := strings.ToLower(strings.TrimRight(a.Summary, " .…»›>→[]"))
	for _, words := range []string{"read more", "continue reading", "read the full article", "read the full story"} {
		if strings.HasSuffix(end, words) {
			report("Summary", a.Summary)
		}
	}
}

// Mail is what services that send a feed as e-mail require: Mailchimp, Digesto, MailUp and others.
// They show the newest articles, and the first image of the body as their picture: see
// [Feeds.LeadImage].
var Mail = Profile{Name: "mail services", Rules: []Rule{
	// Required: problems mean that the feed or the article is refused.
	{Rule: RuleOrder, Requires: "the newest article first", Document: mailchimpRSS, Feed: newestFirst},
	{Rule: syndicate.RuleMissing, Requires: "a title", Document: mailchimpRSS, Article: needHeadline},
	{Rule: syndicate.RuleMissing, Requires: "a link", Document: mailchimpRSS, Article: needPage},
	{Rule: syndicate.RuleMissing, Requires: "a pubDate", Document: mailchimpRSS, Article: needDate},
	{Rule: syndicate.RuleMissing, Requires: "a description or a body", Document: mailchimpRSS, Article: needText},
	{Rule: RuleTooLarge, Requires: "less than 4 MB", Document: "Digesto, RSS feeds", Feed: feedBytes(4_000_000 - 1)},

	// Recommended: problems are warnings.
	{Recommended: true, Rule: RuleNoLeadImage, Document: "MailUp, RSS feeds",
		Requires: "the lead image as the first image of the body (Feeds.LeadImage)", Article: leadImageFirst},
	{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: mailchimpRSS, Feed: secureFeed,
		Article: secure},
	{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
		Document: mailchimpRSS, Article: noPassword},
}}

// needText reports an article with neither a summary nor a body.
func needText(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "Content", a.Content+a.Summary)
}

// leadImageFirst reports a body whose first image is another than the lead image.
func leadImageFirst(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Image.URL == "" {
		return
	}
	if images := read(a.Content).images; len(images) == 0 || images[0] != a.Image.URL {
		report("Content", "")
	}
}

// NewsShowcase is what Google requires of the feeds that Google News Showcase reads. Google News
// itself has not read feeds since March 2025.
var NewsShowcase = Profile{Name: "Google News Showcase", Rules: []Rule{
	// Required: problems mean that the feed or the article is refused.
	{Rule: RuleTooLarge, Requires: "at most 2 MB", Document: showcaseFeeds, Feed: feedBytes(2_000_000)},
	{Rule: RuleManyArticles, Requires: "at most 60 new articles each time it reads the feed",
		Document: showcaseFeeds, Feed: atMostArticles(60)},
	{Rule: syndicate.RuleDuplicateID, Requires: "a unique guid", Document: showcaseFeeds, Feed: uniqueID},
	{Rule: syndicate.RuleMissing, Requires: "a guid", Document: showcaseFeeds, Article: needID},
	{Rule: RuleTooLarge, Requires: "articles of at most 1 MB", Document: showcaseFeeds,
		Article: articleBytes(1_000_000)},

	// Recommended: problems are warnings.
	{Recommended: true, Rule: RuleNotHTTPS, Requires: "https URLs", Document: showcaseFeeds, Feed: secureFeed,
		Article: secure},
	{Recommended: true, Rule: RulePassword, Requires: "URLs without user name and password",
		Document: showcaseFeeds, Article: noPassword},
}}
