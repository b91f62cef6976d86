// Package podcast publishes shows for Apple Podcasts, Spotify, YouTube and the apps of Podcasting
// 2.0: Apple's vocabulary and the podcast namespace, in the RSS feeds of package syndicate.
//
// A show is a feed, usually that of a category. A [Show] in the options of its scope makes one of
// it; the title, description, language and author of the show are the feed's:
//
//	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
//		syndicate.InCategory("field-notes"): {
//			Title:      "Field Notes",
//			Extensions: []syndicate.Extension{podcast.Show{Categories: categories}},
//		},
//	}
//
// An episode is an article whose first enclosure is audio or video. An [Episode] has what else
// there is to say of it:
//
//	article.Enclosures = []syndicate.Enclosure{{URL: "/3.mp3", Size: size, Duration: duration}}
//	article.Extensions = []syndicate.Extension{podcast.Episode{Season: 1, Number: 3}}
//
// Everything else is derived, and can be set: podcast:guid from the address of the feed, people
// from the byline, trailers from the episodes of [TypeTrailer], alternate enclosures from the other
// files of the article, and the show notes from its body.
//
// # Checks
//
// [syndicate.Site.Check] refuses a show that no directory accepts: without a category of Apple's
// list, without artwork, or in a language that is not of two letters. Details that are wrong are
// mended or left out with a warning, in a show as well as in an episode. Each problem names the
// field, one of the rules of this package or of package syndicate, and the document behind the
// rule. [syndicate.Feed.Validate] reports the same of a feed.
//
// # Length
//
// The feed of a show has every episode, up to 32 MB, and then says that it is complete (RFC 5005
// section 2). Limit and MaxBytes of its [syndicate.FeedOptions] cut it, and [syndicate.Site.Warn]
// reports that. The other episodes are on archive pages, which apps find by rel="next" (section 3).
//
// # Texts
//
// Apple and Spotify show the description of an item, with paragraphs, lists and links. A show
// writes the notes there, reduced to these elements and to 4,000 bytes, and the whole body into
// content:encoded.
//
// # Chapters and transcripts
//
// An episode links to its chapters and transcripts with [Episode.Chapters] and
// [Episode.Transcripts], or keeps them itself:
//
//	podcast.Episode{
//		ChapterList: []podcast.Chapter{{Title: "Intro"}, {Start: time.Minute, Title: "Ankara"}},
//		Transcripts: []podcast.Transcript{{Cues: cues}},
//	}
//
// Kept ones become files below [Show.Files], in the types that apps read: JSON Chapters; WebVTT,
// SubRip, JSON, HTML or plain text. The set [Files] has packages feedhttp and feeddir serve and
// write them. A file is there exactly as long as its episode is in the feed. Without a server,
// [AppendChapters] and [AppendTranscript] write such files.
//
// # Stores
//
// [Columns] reads episodes from your own tables with package sqlquery.
//
// The stores of package sqlstore keep an Episode with all that is in it, because a Show of the
// site, or of one of its scopes, reads it again.
//
// # Moving a show
//
// [Import] reads the feed of a host, so that the show can move here: guids, categories, people,
// everything that this package writes. Set [Show.NewFeedURL] to the new address, and let the old
// address redirect to it (HTTP's 301) for at least four weeks. An imported show keeps its
// podcast:guid. If the old feed lacks one, it is made of the old address.
//
// # Sources
//
//   - Apple, A Podcaster's Guide to RSS, and the Podcast requirements (support article 823)
//   - Podcast Standards Project, PSP-1
//   - https://github.com/Podcastindex-org/podcast-namespace
package podcast
