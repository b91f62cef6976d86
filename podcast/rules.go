package podcast

import "github.com/syndicate-go/syndicate"

// Rules of the [syndicate.Problem] values that this package reports. Test with errors.Is. For rules
// that are not about podcasts, such as [syndicate.RuleMissing], the root package has the names.
const (
	RuleCategory    syndicate.Rule = "not a category of Apple Podcasts"
	RuleArtwork     syndicate.Rule = "not artwork: a square JPEG or PNG, 1400 to 3000 pixels wide"
	RuleLanguage    syndicate.Rule = "not a language of two letters with an optional region"
	RuleNoSound     syndicate.Rule = "no episode: the first enclosure is not audio or video"
	RuleMediaType   syndicate.Rule = "type or file ending that Apple Podcasts does not accept"
	RuleSameFile    syndicate.Rule = "another episode has this file"
	RuleNoNumber    syndicate.Rule = "an episode of a serial show has no number"
	RuleNotGUID     syndicate.Rule = "not a UUID"
	RuleNotHTTPS    syndicate.Rule = "not an https URL"
	RuleUnknown     syndicate.Rule = "not one of the known values"
	RuleTooLong     syndicate.Rule = "too long"
	RuleBadForm     syndicate.Rule = "not in the required form"
	RuleNotPositive syndicate.Rule = "not above 0"
	RuleAfterEnd    syndicate.Rule = "after the end of the episode"
	RuleOrder       syndicate.Rule = "begins before the one before it"
	RuleElsewhere   syndicate.Rule = "not below the address of the site"
	RuleTwoShows    syndicate.Rule = "a feed has two shows"
	RuleConflict    syndicate.Rule = "contradicts another field"
)
