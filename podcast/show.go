package podcast

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Show is an extension of the feed of a podcast, in the [syndicate.FeedOptions] of its scope:
//
//	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
//		syndicate.InCategory("field-notes"): {
//			Title: "Field Notes", Description: "Reports from the field", Language: "en",
//			Extensions: []syndicate.Extension{podcast.Show{
//				Categories: []podcast.Category{"Daily News", "Documentary"},
//				Artwork:    syndicate.Image{URL: "/field-notes.jpg", Width: 3000, Height: 3000},
//			}},
//		},
//	}
//
// The title, description, language, author and copyright are the feed's. A show of the whole site
// belongs to [syndicate.Everything]; one in [syndicate.Site.Extensions] makes a show of every feed.
// The fields must not change once the show is in use.
//
// The feed has every episode, up to 32,000,000 bytes, unless its options say otherwise;
// [syndicate.Site.Warn] is called when episodes are left out. They are on archive pages then, to
// which podcast apps follow rel="next" (RFC 5005 section 3). A feed with all episodes says so with
// fh:complete (section 2), so that apps forget an episode that was retracted.
//
// URLs may be relative to the feed's page.
type Show struct {
	// Categories of Apple Podcasts, the most important first. Required, unless the Medium is a
	// publisher or a list.
	Categories []Category
	// Artwork is a square JPEG or PNG, 1400 to 3000 pixels wide. Give it another URL when it
	// changes. Default: the feed's Icon or Logo, if its ending and size allow that.
	Artwork syndicate.Image
	// Explicit means strong language or adult content. Default: false, which is written.
	Explicit bool
	// Author is who made the show. Default: the feed's author.
	Author string
	// Owner is the contact. Its address is published: Spotify and YouTube prove the ownership with
	// it. Default: none.
	Owner Owner
	// Serial means that episodes are heard in the order of their numbers. Default: episodic, the
	// newest first.
	Serial bool
	// Complete means that no episode will follow. Default: false.
	Complete bool
	// Block keeps the show out of all directories. Default: false.
	Block bool
	// NewFeedURL is the address that the feed has moved to. Keep it in the old and the new feed for
	// at least four weeks. Default: none.
	NewFeedURL string
	// Files is the absolute URL of a folder below [syndicate.Site.URL] for the chapters and
	// transcripts that episodes keep, "https://www.nordicmonitor.com/episodes/". The feed then
	// links to them, so have the set [Files] served or written. The folder of a private show begins
	// with "private/" and the TokenPlaceholder of package feedhttp. Another show needs another
	// folder. Default: the feed does not link to them.
	Files string
	// OnlyNotes leaves out content:encoded, so that items have their notes alone. Default: false,
	// both are written.
	OnlyNotes bool
	// Atom writes all of this into Atom too. Default: false, because podcast apps read RSS.
	Atom bool

	// GUID is the show's for its lifetime. Set it before the feed's address changes, and for a
	// private show, whose feed states no address. Default: [GUID] of the address.
	GUID string
	// Unlocked lets other hosts import the show. Default: false, locked.
	Unlocked bool
	// Medium of the feed. Default: podcast.
	Medium Medium
	// People are the regular hosts and others. An episode may have its own. Default: none.
	People []Person
	// Trailers of the show. Episodes of [TypeTrailer] in the feed are added. Default: those alone.
	Trailers []Trailer
	// Live streams, planned, running and past. Default: none.
	Live []LiveItem
	// Blocks keep the show out of some directories, or let it into some. Default: none.
	Blocks []Block
	// UpdateFrequency says when episodes appear. Default: not written.
	UpdateFrequency UpdateFrequency
	// Podping means that the publisher announces changes with Podping. Default: false.
	Podping bool
	// Publisher is the feed of the publisher: see [PublisherFeed]. Default: none.
	Publisher RemoteItem
	// Podroll recommends other shows. Default: none.
	Podroll []RemoteItem
	// RemoteItems are what a feed lists whose medium is a list or a publisher. Default: none.
	RemoteItems []RemoteItem
	// Locations, Funding, License, Values, Socials, Txts, Chat and Images are described at their
	// types. Default: none.
	Locations []Location
	Funding   []Funding
	License   License
	Values    []Value
	Socials   []Social
	Txts      []Txt
	Chat      Chat
	Images    []Image
}

// Owner is the contact of a show (itunes:owner).
type Owner struct {
	Name  string // Default: the author of the show.
	Email string // Required.
}

var _ syndicate.Checker = Show{}

// showBytes is the size of the largest feed of a show: some 15,000 episodes with notes of usual
// length. Package feedhttp caches twice as much by default.
const showBytes = 32_000_000

// FeedDefaults returns the options of a show's feed, which has every episode by default. Package
// syndicate calls it.
func (s Show) FeedDefaults(o syndicate.FeedOptions) syndicate.FeedOptions {
	if s.Medium.isShow() {
		o.Whole = true
		o.MaxBytes = cmp.Or(o.MaxBytes, showBytes)
	}
	return o
}

// Namespaces returns those of Apple, of the podcast namespace, of content:encoded, and of links
// between the parts of a feed.
func (Show) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{content, itunes, podcast2, atom, history}
}

// WriteFeed writes the channel's elements.
func (s Show) WriteFeed(w *xmltext.Writer, format syndicate.Format, f *syndicate.Feed) {
	if s.writes(format) {
		s.write(newOutput(w, f.URL), format, f)
	}
}

// writes reports whether a format has the elements of podcasts.
func (s Show) writes(format syndicate.Format) bool {
	return format == syndicate.RSS || format == syndicate.Atom && s.Atom
}

// WriteArticle writes what an episode has from its show: the notes, and the hosts if the episode
// names only guests. It writes the whole episode for an article without an [Episode], and in Atom.
func (s Show) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	if !s.writes(format) {
		return
	}
	o := newOutput(w, a.URL)
	e, has := episodeOf(a)
	if e.lacksHosts(a) {
		each(o, "Show.People", s.hosts())
	}
	if has && format == syndicate.Atom || !has && s.isEpisode(a) { // in RSS an Episode writes itself
		e.write(o, a)
	}
	s.writeKept(o, e, a)
	if format == syndicate.RSS {
		s.writeNotes(o, e, a)
	}
}

// isEpisode reports whether an article is an episode: it has a file, or the medium needs none.
func (s Show) isEpisode(a *syndicate.Article) bool {
	_, ok := episodeFile(a)
	return ok || s.Medium.isText()
}

// hosts returns the people who host the show.
func (s Show) hosts() (hosts []Person) {
	for _, p := range s.People {
		if p.isHost() {
			hosts = append(hosts, p)
		}
	}
	return hosts
}

// formats returns the format that problems are about, 0 for several.
func (s Show) formats() syndicate.Format {
	if s.Atom {
		return 0
	}
	return syndicate.RSS
}

// CheckFeed returns what is wrong with the show, and what of it is mended or left out. Problems
// that are not warnings keep it out of directories: categories, artwork, language.
func (s Show) CheckFeed(f *syndicate.Feed) []*syndicate.Problem {
	o := newOutput(xmltext.NewWriter(s.Namespaces()...), f.URL)
	s.checkChannel(o, f)
	s.write(o, syndicate.RSS, f)
	return o.problems("Show", s.formats())
}

// CheckArticle returns what is mended or left out of an episode that has no [Episode], and what the
// show demands of all episodes. No problem refuses the article.
func (s Show) CheckArticle(a *syndicate.Article) []*syndicate.Problem {
	o := newOutput(xmltext.NewWriter(s.Namespaces()...), a.URL)
	e, has := episodeOf(a)
	file, sounds := episodeFile(a)
	switch {
	case has: // which checks itself
	case sounds:
		o.checkFile("Enclosures[0]", file)
		e.write(o, a)
	case s.Medium.isText():
		e.write(o, a)
	default:
		o.Warn("Enclosures", "", RuleNoSound, "kept; podcast apps do not show it; Apple, Podcast requirements")
	}
	if s.Serial && sounds && e.Number <= 0 && e.Type != TypeTrailer && e.Type != TypeBonus {
		o.Warn("Episode.Number", "", RuleNoNumber, "kept; "+apple+"itunes:episode")
	}
	s.writeKept(o, e, a)
	s.writeNotes(o, e, a)
	return o.problems("Episode", s.formats())
}

// checkChannel checks what the feed says of the show, which the encoders write, and what no single
// element shows.
func (s Show) checkChannel(o *output, f *syndicate.Feed) {
	shows := 0
	for _, ext := range f.Extensions {
		switch ext.(type) {
		case Show, *Show:
			shows++
		}
	}
	// Both would write a channel's elements, each of which may be there once.
	if shows > 1 {
		o.Refuse("Extensions", "", RuleTwoShows, "one of the site's and one of the scope's")
	}
	if address, err := url.Parse(s.Files); s.Files != "" && (err != nil || address.Host == "" || !isFolder(address)) {
		o.Refuse(".Files", s.Files, syndicate.RuleNotAbsolute, "without a query and a fragment")
	}
	if s.Medium.isShow() && !isShowLanguage(f.Language) {
		o.Refuse("Language", f.Language, RuleLanguage, apple+"language; ISO 639")
	}
	if len(f.Description) > maxNotes {
		o.Warn("Description", f.Description, RuleTooLong, "kept; Apple shows 4,000 bytes; "+apple+"description")
	}
	// Apple takes two items with one file for one episode.
	files := map[string]bool{}
	for _, a := range f.Articles {
		if a == nil {
			continue
		}
		file, ok := episodeFile(a)
		if ok && files[file.URL] {
			o.Article = cmp.Or(a.URL, a.ID)
			o.Warn("Enclosures[0].URL", file.URL, RuleSameFile, "kept; Apple ignores the second; Apple, Podcast requirements")
			o.Article = ""
		}
		files[file.URL] = ok
	}
	if s.Medium.isList() && len(f.Articles) > 0 {
		o.Warn(".Medium", string(s.Medium), RuleConflict, "kept; lists have remote items alone; "+podspec+"medium")
	}
}

// isShowLanguage reports whether Apple accepts a language: two letters, with a region or without.
func isShowLanguage(tag string) bool {
	// BCP 47 has more forms, of which Apple says that they make the feed fail.
	lang, region, found := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	isLetters := func(s string) bool { return len(s) == 2 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
	return isLetters(lang) && (!found || isLetters(region))
}

// write writes the channel's elements: Apple's, then those of the podcast namespace, and live
// streams at the end, right before the items.
func (s Show) write(o *output, format syndicate.Format, f *syndicate.Feed) {
	owner := o.Mail(".Owner.Email", s.Owner.Email)
	if format == syndicate.RSS {
		writePaging(o, f)
	}
	s.writeApple(o, f, owner)
	s.writeIdentity(o, f, owner)
	each(o, ".People", s.People)
	each(o, ".Locations", s.Locations)
	each(o, ".Funding", s.Funding)
	one(o, ".License", s.License)
	each(o, ".Trailers", s.Trailers)
	each(o, "Articles", s.trailersOf(f))
	each(o, ".Values", s.Values)
	o.socials(".Socials", s.Socials)
	one(o, ".Chat", s.Chat)
	each(o, ".Txts", s.Txts)
	each(o, ".Images", s.Images)
	o.updateFrequency(".UpdateFrequency", s.UpdateFrequency, s.Complete)
	// The writer removes parents without children.
	o.w.Start("podcast:podroll")
	each(o, ".Podroll", s.Podroll)
	o.w.End()
	o.w.Start("podcast:publisher")
	if publisher := s.Publisher; publisher != (RemoteItem{}) {
		publisher.Medium = MediumPublisher
		one(o, ".Publisher", publisher)
	}
	o.w.End()
	each(o, ".RemoteItems", s.RemoteItems)
	if format == syndicate.RSS { // the children of a live item are those of RSS
		each(o, ".Live", s.Live)
	}
}

// writePaging links to the other parts of a feed as podcast apps follow them, from the newest to
// the oldest (RFC 5005 section 3), or says that the feed is complete (section 2). There is no link
// to the last part unless the feed is that: the oldest page may be missing because its episodes
// were retracted.
func writePaging(o *output, f *syndicate.Feed) {
	page := f.Scope.Page() > 0
	if f.Complete && !page {
		o.w.Empty("fh:complete")
		return
	}
	link := func(rel, href string) {
		if href != "" {
			o.w.Empty("atom:link", attr("rel", rel), attr("type", syndicate.RSS.MediaType()), attr("href", href))
		}
	}
	next := f.PrevArchive.RSS
	if !page && next == "" {
		return // private, or filled in by hand
	}
	link("first", cmp.Or(f.Current.RSS, f.Self.RSS))
	if page {
		link("previous", cmp.Or(f.NextArchive.RSS, f.Current.RSS))
	}
	link("next", next)
	if next == "" {
		link("last", f.Self.RSS)
	}
}

// writeApple writes Apple's elements of the channel. The owner is an e-mail address, "" for none.
func (s Show) writeApple(o *output, f *syndicate.Feed, owner string) {
	author := s.author(f)
	o.w.Element("itunes:author", o.text(".Author", author, appleText))
	o.w.Element("itunes:type", yes(s.Serial, "serial")) // episodic is the default
	o.showArtwork(s.Artwork, f, s.Medium.isShow())
	if len(s.Categories) > 0 || s.Medium.isShow() {
		o.categories(".Categories", s.Categories)
	}
	if s.Medium.isShow() || s.Explicit {
		o.w.Element("itunes:explicit", cmp.Or(yes(s.Explicit, "true"), "false"))
	}
	if owner != "" {
		o.w.Start("itunes:owner")
		o.w.Element("itunes:name", o.text(".Owner.Name", cmp.Or(s.Owner.Name, author), appleText))
		o.w.Element("itunes:email", owner)
		o.w.End()
	} else if s.Medium.isShow() {
		o.Warn(".Owner.Email", "", syndicate.RuleMissing, "Spotify and YouTube need it to prove the ownership")
	}
	// Directories follow the new address, and the old feed must have it too.
	o.w.Element("itunes:new-feed-url", o.URL(".NewFeedURL", s.NewFeedURL, o.base))
	o.w.Element("itunes:block", yes(s.Block, "Yes"))
	o.w.Element("itunes:complete", yes(s.Complete, "Yes"))
}

// author returns the author of the show.
func (s Show) author(f *syndicate.Feed) string {
	if s.Author == "" && len(f.Authors) > 0 {
		return f.Authors[0].Name
	}
	return s.Author
}

// writeIdentity writes what the show is, and who may have it.
func (s Show) writeIdentity(o *output, f *syndicate.Feed, owner string) {
	o.w.Element("podcast:guid", s.guid(o, f))
	o.w.Element("podcast:locked", yesOrNo(!s.Unlocked), attr("owner", owner))
	if medium := o.medium(".Medium", s.Medium); medium != string(MediumPodcast) { // the default
		o.w.Element("podcast:medium", medium)
	}
	// What Apple's element says to Apple, this one says to all others.
	if s.Block {
		Block{}.write(o)
	}
	each(o, ".Blocks", s.Blocks)
	if s.Podping {
		o.w.Empty("podcast:podping", attr("usesPodping", "true"))
	}
}

// guid returns the GUID of the show. An archive page has that of the current feed.
func (s Show) guid(o *output, f *syndicate.Feed) string {
	if id := o.guid(".GUID", s.GUID); id != "" {
		return id
	}
	if address := cmp.Or(f.Current.RSS, f.Self.RSS); address != "" {
		return GUID(address)
	}
	return "" // a private feed, or one without an address
}

// trailersOf returns the trailers among the feed's episodes: those of the show and of its seasons.
// A trailer with a number is a teaser of one episode.
func (s Show) trailersOf(f *syndicate.Feed) (trailers []Trailer) {
	for _, a := range f.Select("podcast: trailers", isTrailer) {
		e, _ := episodeOf(a)
		file, ok := episodeFile(a)
		if !ok || e.Type != TypeTrailer || e.Number > 0 || s.hasTrailer(file.URL) {
			continue
		}
		trailers = append(trailers, Trailer{
			Title: cut(cmp.Or(e.Title, a.Title), nameText), URL: file.URL, Published: a.Published,
			Type: file.Type, Size: file.Size, Season: max(0, e.Season),
		})
	}
	return trailers
}

// isTrailer reports whether an article may be a trailer. It copies no episode, because feeds have
// thousands.
func isTrailer(a *syndicate.Article) bool {
	for _, ext := range a.Extensions {
		var kind EpisodeType
		switch e := ext.(type) {
		case Episode:
			kind = e.Type
		case *Episode:
			if e != nil {
				kind = e.Type
			}
		}
		if kind == TypeTrailer {
			return true
		}
	}
	return false
}

// hasTrailer reports whether the show lists a file as a trailer itself.
func (s Show) hasTrailer(href string) bool {
	for _, t := range s.Trailers {
		if strings.TrimSpace(t.URL) == href {
			return true
		}
	}
	return false
}

// showOf returns the show among extensions, and whether there is one. If there are several, the
// last is the most specific one.
func showOf(extensions []syndicate.Extension) (show Show, found bool) {
	for _, ext := range extensions {
		switch s := ext.(type) {
		case Show:
			show, found = s, true
		case *Show:
			if s != nil {
				show, found = *s, true
			}
		}
	}
	return show, found
}
