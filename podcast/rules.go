package podcast

import "github.com/syndicate-go/syndicate"

// Rules of the [syndicate.Problem] values that this package reports. Test with errors.Is. For rules
// that are not about podcasts, such as [syndicate.RuleMissing], the root package has the names.
const (
	// The name is no category of Apple Podcasts; the Spec names the nearest one.
	RuleCategory syndicate.Rule = "not a category of Apple Podcasts"
	// Apple Podcasts refuses the picture of a show or an episode.
	RuleArtwork syndicate.Rule = "not artwork: a square JPEG or PNG, 1400 to 3000 pixels wide"
	// Apple Podcasts reads "en" and "en-us", and no longer tags.
	RuleLanguage syndicate.Rule = "not a language of two letters with an optional region"
	// Apps show an item as an episode if its first enclosure can be played.
	RuleNoSound syndicate.Rule = "no episode: the first enclosure is not audio or video"
	// The file has a type that Apple Podcasts refuses, such as audio/ogg.
	RuleMediaType syndicate.Rule = "type or file ending that Apple Podcasts does not accept"
	// Apps take two episodes with one file for one.
	RuleSameFile syndicate.Rule = "another episode has this file"
	// Apps order the episodes of a serial show by their numbers.
	RuleNoNumber syndicate.Rule = "an episode of a serial show has no number"
	// A podcast:guid is a UUID (RFC 9562), a new show gets one from [GUID].
	RuleNotGUID syndicate.Rule = "not a UUID"
	// The podcast namespace requires https here.
	RuleNotHTTPS syndicate.Rule = "not an https URL"
	// The list of the podcast namespace does not have the value.
	RuleUnknown syndicate.Rule = "not one of the known values"
	// The text has more characters than the directory or the namespace allows.
	RuleTooLong syndicate.Rule = "too long"
	// The value has not the form of a time, a recurrence, a country, a place or a number.
	RuleBadForm syndicate.Rule = "not in the required form"
	// The number must be at least 1.
	RuleNotPositive syndicate.Rule = "not above 0"
	// A chapter, soundbite or time split begins after the episode has ended.
	RuleAfterEnd syndicate.Rule = "after the end of the episode"
	// Chapters and cues are in the order of time.
	RuleOrder syndicate.Rule = "begins before the one before it"
	// The folder of [Show.Files] is on another host, or above the site.
	RuleElsewhere syndicate.Rule = "not below the address of the site"
	// Two shows need two folders for [Show.Files].
	RuleSameFolder syndicate.Rule = "another show has this folder"
	// A feed is of one show: two extensions of its scope are a [Show].
	RuleTwoShows syndicate.Rule = "a feed has two shows"
	// Of two fields that contradict each other, one is left out.
	RuleConflict syndicate.Rule = "contradicts another field"
)
