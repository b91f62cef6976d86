package podcast

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// Medium says what a feed contains (podcast:medium).
type Medium string

// The mediums. [Medium.List] returns the medium of a list.
const (
	MediumPodcast    Medium = "podcast" // the default
	MediumMusic      Medium = "music"   // an album, with an item for each song
	MediumVideo      Medium = "video"
	MediumFilm       Medium = "film" // one item
	MediumAudiobook  Medium = "audiobook"
	MediumNewsletter Medium = "newsletter" // articles, read aloud or not
	MediumBlog       Medium = "blog"
	MediumPublisher  Medium = "publisher" // links to the feeds of a publisher; see [PublisherFeed]
	MediumCourse     Medium = "course"
	MediumMixed      Medium = "mixed" // a list of items of several mediums
)

// mediums are all of them, without those of lists.
var mediums = []string{
	string(MediumPodcast), string(MediumMusic), string(MediumVideo), string(MediumFilm), string(MediumAudiobook),
	string(MediumNewsletter), string(MediumBlog), string(MediumPublisher), string(MediumCourse), string(MediumMixed),
}

// List returns the medium of a feed that lists items of this medium in other feeds: "musicL".
func (m Medium) List() Medium {
	if m == MediumMixed || m.isList() {
		return m
	}
	return m + "L"
}

// isList reports whether feeds of the medium have remote items and no others.
func (m Medium) isList() bool { return m == MediumMixed || strings.HasSuffix(string(m), "L") }

// isText reports whether items need no sound.
func (m Medium) isText() bool { return m == MediumNewsletter || m == MediumBlog }

// isShow reports whether the feed has episodes, of which directories demand more.
func (m Medium) isShow() bool { return !m.isList() && m != MediumPublisher }

// medium returns a known medium, "" for another one.
func (o *output) medium(field string, m Medium) string {
	// Mixed is a list already, and the last of the names.
	lists := slices.Clone(mediums)
	for _, name := range mediums[:len(mediums)-1] {
		lists = append(lists, name+"L")
	}
	return o.among(field, string(m), podspec+"medium", lists...)
}

// RemoteItem is another feed, or an item in it (podcast:remoteItem). The zero RemoteItem is none.
type RemoteItem struct {
	// FeedGUID is the podcast:guid of the feed. Required.
	FeedGUID string `json:",omitzero"`
	// FeedURL is its address. Recommended.
	FeedURL string `json:",omitzero"`
	// ItemGUID is the guid of an item in the feed. Default: the whole feed is meant.
	ItemGUID string `json:",omitzero"`
	// Medium of the feed. Default: podcast.
	Medium Medium `json:",omitzero"`
	// Title is a hint for listeners. Default: none.
	Title string `json:",omitzero"`
}

// write writes the item, unless it has no GUID: apps find a feed by that alone, because its address
// may change.
func (r RemoteItem) write(o *output) {
	guid := o.guid(".FeedGUID", r.FeedGUID)
	if guid == "" {
		if strings.TrimSpace(r.FeedGUID) == "" {
			o.has(".FeedGUID", "", podspec+"remoteItem")
		}
		return
	}
	o.w.Element("podcast:remoteItem", "", attr("feedGuid", guid), attr("feedUrl", o.link(".FeedURL", r.FeedURL)),
		attr("itemGuid", escape.Trim(r.ItemGUID)), attr("medium", o.medium(".Medium", r.Medium)),
		attr("title", o.text(".Title", r.Title, nameText)))
}

// Trailer introduces a show or one of its seasons (podcast:trailer). Episodes of [TypeTrailer]
// become trailers without further ado.
type Trailer struct {
	// Title, plain text. Required.
	Title string
	// URL of the audio or video. Required.
	URL string
	// Published is the date of publication. Apps show the newest trailer. Required.
	Published time.Time
	// Type is the media type. Default: the type that the URL's ending stands for.
	Type string
	// Size in bytes. Default: 0, unknown.
	Size int64
	// Season that the trailer is about. Default: 0, the show.
	Season int
}

// write writes the trailer. The date is required, because apps choose the newest trailer by it, and
// has the form of RSS.
func (t Trailer) write(o *output) {
	const spec = podspec + "trailer"
	title, href := o.text(".Title", t.Title, nameText), o.needLink(".URL", t.URL, spec)
	if href == "" || !o.has(".Title", title, spec) {
		return
	}
	if published := rfc822(t.Published); o.has(".Published", published, spec) {
		o.w.Element("podcast:trailer", title, attr("url", href), attr("pubdate", published),
			attr("length", o.positive(".Size", t.Size, spec)), attr("type", mediatype.Of(o.MediaType(".Type", t.Type, ""), href)),
			attr("season", o.positive(".Season", int64(t.Season), spec)))
	}
}

// rfc822 returns a date as RSS has it, "" for the zero time and years that it cannot hold.
func rfc822(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return string(date.AppendRFC822(nil, t.UTC()))
}

// License of the audio or video (podcast:license). The zero License is none.
type License struct {
	// Name is a known license, such as "cc-by-4.0", or the short name of another one. Required.
	Name string `json:",omitzero"`
	// URL of the full text. Required, unless the license is a known one.
	URL string `json:",omitzero"`
}

// licenses are the known ones.
var licenses = []string{"arr", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-nd-4.0", "pod-v4v-1.0"}

// write writes the license. The names of known ones are in lower case, as the namespace demands.
// The name of another one says nothing without the address of its text.
func (l License) write(o *output) {
	const spec = podspec + "license"
	name, href := o.text(".Name", l.Name, nameText), o.link(".URL", l.URL)
	if !o.has(".Name", name, spec) {
		return
	}
	if known := strings.ToLower(name); slices.Contains(licenses, known) {
		name = known
	} else if href == "" {
		o.Warn(".URL", name, missingURL, "left out; "+perhaps(name, licenses)+spec)
		return
	}
	o.w.Element("podcast:license", name, attr("url", href))
}

// missingURL is the rule of a license that nobody can read.
const missingURL = "an unknown license needs a URL"

// Block keeps the show out of directories, or lets one in (podcast:block).
type Block struct {
	// Service is the slug of a directory, "amazon". Default: all of them.
	Service string
	// Allow lets the service have the show although all others are blocked. Default: false.
	Allow bool
}

// services are the slugs of directories, apps and hosts that the namespace lists.
var services = strings.Fields(`acast amazon anchor apple audible audioboom backtracks bitcoin blubrry
	buzzsprout captivate castos castopod facebook fireside fyyd google gpodder hypercatcher kasts libsyn mastodon
	megafono megaphone omnystudio overcast paypal pinecast podbean podcastaddict podcastguru podcastindex podcasts
	podchaser podcloud podfriend podiant podigee podnews podomatic podserve podverse redcircle relay resonaterecordings
	rss shoutengine simplecast slack soundcloud spotify spreaker tiktok transistor twitter whooshkaa youtube zencast`)

// write writes the block. A service that is not listed is kept: it may know its own name.
func (b Block) write(o *output) {
	service := strings.ToLower(strings.TrimSpace(b.Service))
	if service != "" && !slices.Contains(services, service) {
		o.Warn(".Service", service, RuleUnknown, "kept; "+perhaps(service, services)+podspec+"block")
	}
	o.w.Element("podcast:block", yesOrNo(!b.Allow), attr("id", service))
}

// yesOrNo returns the word of a flag that is always written.
func yesOrNo(flag bool) string {
	if flag {
		return "yes"
	}
	return "no"
}

// UpdateFrequency says when episodes appear (podcast:updateFrequency). The zero UpdateFrequency is
// none.
type UpdateFrequency struct {
	// Text for listeners: "Every Monday". Recommended.
	Text string
	// Rule is a recurrence rule of iCalendar (RFC 5545 section 3.3.10): "FREQ=WEEKLY;BYDAY=MO".
	// Recommended.
	Rule string
	// Start is the first day of the rule. Required if the rule has a COUNT.
	Start time.Time
}

// The frequencies and the other parts of a recurrence rule.
const (
	frequencies = " SECONDLY MINUTELY HOURLY DAILY WEEKLY MONTHLY YEARLY "
	ruleParts   = " FREQ UNTIL COUNT INTERVAL BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO " +
		"BYMONTH BYSETPOS WKST "
)

// isRuleValue matches the values of a rule's parts, dates in the form of ISO 8601 too.
var isRuleValue = regexp.MustCompile(`^[A-Z0-9+,:.-]+$`).MatchString

// recurrence returns what is wrong with a rule, "" if nothing is, and whether it has a COUNT.
func recurrence(rule string) (fault string, counts bool) {
	seen := map[string]bool{}
	for part := range strings.SplitSeq(rule, ";") {
		// Each part is a name, an equals sign and a value.
		name, value, found := strings.Cut(part, "=")
		switch {
		case !found || !isRuleValue(value) || !strings.Contains(ruleParts, " "+name+" ") || name == "":
			return "the part " + strconv.Quote(part), false
		case seen[name]:
			return name + " is there twice", false
		case name == "FREQ" && !strings.Contains(frequencies, " "+value+" "):
			return "FREQ", false
		case (name == "COUNT" || name == "INTERVAL") && !isCount(value):
			return name, false
		}
		seen[name] = true
	}
	switch {
	case !seen["FREQ"]:
		return "FREQ is missing", false
	case seen["COUNT"] && seen["UNTIL"]:
		return "both COUNT and UNTIL", false
	}
	return "", seen["COUNT"]
}

// isCount reports whether s is a number above 0.
func isCount(s string) bool { n, err := strconv.Atoi(s); return err == nil && n > 0 }

// updateFrequency writes the frequency of a show, which may be complete.
func (o *output) updateFrequency(field string, u UpdateFrequency, complete bool) {
	const spec = podspec + "updateFrequency"
	if u == (UpdateFrequency{}) {
		return
	}
	found := len(o.Found)
	// RFC 5545 compares names and values without regard to case.
	rule := strings.ToUpper(strings.TrimSpace(u.Rule))
	var start string
	if !u.Start.IsZero() {
		start = string(date.AppendRFC3339(nil, u.Start.UTC()))
	}
	if fault, counts := recurrence(rule); rule != "" && fault != "" {
		o.Warn(".Rule", u.Rule, RuleBadForm, "left out; "+fault+"; RFC 5545 section 3.3.10")
		rule = ""
	} else if counts && start == "" {
		o.Warn(".Start", "", RuleConflict, "the rule is left out; it has a COUNT; "+spec)
		rule = ""
	}
	o.w.Element("podcast:updateFrequency", o.text(".Text", u.Text, nameText),
		attr("complete", yes(complete, "true")), attr("dtstart", start), attr("rrule", rule))
	o.Within(field, found)
}
