package podcast

import (
	"cmp"
	"html"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// sharedNames are the elements that [importing.episode] reads, in an item and in a live item.
var sharedNames = strings.Fields(`itunes:title itunes:season itunes:episode itunes:episodeType itunes:explicit itunes:block
	itunes:image podcast:season podcast:episode podcast:transcript podcast:chapters podcast:soundbite podcast:person
	podcast:location podcast:funding podcast:license podcast:alternateEnclosure podcast:value podcast:contentLink
	podcast:socialInteract podcast:txt podcast:chat podcast:image`)

// itemNames are the elements of an item that [importing.article] reads. Its texts may be in several
// of them.
var itemNames = append(strings.Fields(`title link guid pubDate description content:encoded itunes:summary itunes:subtitle
	itunes:duration itunes:author author dc:creator category enclosure comments source atom:link dcterms:modified
	atom:updated atom:published dc:date dc:rights slash:comments wfw:commentRss`), sharedNames...)

// article makes an article of an item; ok is false if the item is skipped, which is then reported.
func (r *importing) article(item *elem) (a syndicate.Article, ok bool) {
	// Elements are found by their names. Those without a field are reported first, in the order
	// of the feed.
	found := item.sortChildren()
	r.label = labelOf(item)
	for _, e := range item.children {
		if !slices.Contains(itemNames, e.name) {
			r.noField("item/"+e.name, e.text)
		}
	}
	a.Title = plainTitle(r.single(found["title"]))
	// The files come first, because they may be the id or the address. An item of a feed of this
	// package has its other files as links.
	for _, e := range append(found["enclosure"], found["atom:link"]...) {
		switch {
		case e.name == "enclosure" || e.attr("rel") == "enclosure":
			file := r.enclosure(e)
			if e.name == "atom:link" {
				file.URL, file.Title = r.channel.absolute(e.attr("href")), e.attr("title")
			}
			r.addFile(&a, file)
		case e.attr("rel") == "related":
			a.ExternalURL = r.channel.absolute(e.attr("href"))
		case e.attr("rel") == "" || e.attr("rel") == "alternate":
			a.URL = cmp.Or(a.URL, r.channel.absolute(e.attr("href")))
		default:
			r.noField("item/atom:link rel="+e.attr("rel"), e.attr("href"))
		}
	}
	// An episode without a date would be shown at no certain place, so it is skipped.
	r.identify(&a, found)
	if !r.datesOf(&a, found) {
		return a, false
	}
	if text := r.textOf(found["itunes:duration"]); len(a.Enclosures) > 0 {
		a.Enclosures[0].Duration = r.duration("itunes:duration", text)
	} else if text != "" {
		r.noField("item/itunes:duration without an enclosure", text)
	}
	// The article has the general fields, and the episode those of podcasts.
	e := r.episode(found)
	if e.Title == a.Title { // the default
		e.Title = ""
	}
	r.texts(&a, &e, found)
	a.Authors = r.authors(found)
	// Hosts write keywords as categories, so they are tags: a show's sections are its feeds.
	for _, c := range found["category"] {
		if c.text != "" && !slices.ContainsFunc(a.Tags, func(t syndicate.Tag) bool { return t.Name == c.text }) {
			a.Tags = append(a.Tags, syndicate.Tag{Name: c.text})
		}
	}
	// The page of the comments, their number, and the feed of them.
	a.CommentsURL = r.channel.absolute(r.textOf(found["comments"]))
	a.CommentsFeed = r.channel.absolute(r.textOf(found["wfw:commentRss"]))
	a.CommentCount = r.whole("slash:comments", r.textOf(found["slash:comments"]))
	a.Rights = r.textOf(found["dc:rights"])
	if from := r.single(found["source"]); from != nil && from.attr("url") != "" {
		a.Origin = syndicate.Origin{URL: from.attr("url"), Title: from.text}
	}
	a.Extensions = []syndicate.Extension{e}
	// RSS demands one of them, and so do the checks of an article.
	if a.Title == "" && a.Content == "" && a.Summary == "" {
		r.report(&syndicate.Problem{Article: r.label, Field: "Title", Rule: syndicate.RuleMissing, Spec: "skipped; RSS 2.0, elements of item"})
		return a, false
	}
	r.leftovers(item)
	return a, true
}

// addFile adds a file to the enclosures of an article, unless it has no address or is there. The
// first is the episode; a show writes the others as alternate enclosures.
func (r *importing) addFile(a *syndicate.Article, file syndicate.Enclosure) {
	if file.URL == "" {
		r.warn("enclosure/@url", "", syndicate.RuleMissing, "left out; RSS 2.0, enclosure")
		return
	}
	// Some feeds list the same file as an enclosure and as a link.
	if !slices.ContainsFunc(a.Enclosures, func(f syndicate.Enclosure) bool { return f.URL == file.URL }) {
		a.Enclosures = append(a.Enclosures, file)
	}
}

// identify sets the id and the address of an article. The guid stays as it is: apps recognize an
// episode by it. An item without one is recognized by its file.
func (r *importing) identify(a *syndicate.Article, found map[string][]*elem) {
	guid := r.single(found["guid"])
	if guid != nil {
		a.ID = guid.text
	}
	var file string
	if len(a.Enclosures) > 0 {
		file = a.Enclosures[0].URL
	}
	if a.ID == "" && file != "" {
		a.ID = file
		r.warn("guid", "", syndicate.RuleMissing, "the address of the file is the guid, as in Apple Podcasts; Apple, Podcast requirements")
	}
	// The page is the link, or else the guid if that is an address. RSS takes a guid for a
	// permanent link unless it says otherwise.
	link := cmp.Or(r.channel.absolute(r.textOf(found["link"])), a.URL)
	permalink := guid != nil && !strings.EqualFold(guid.attr("isPermaLink"), "false") && isWeb(guid.text)
	if _, fault := uri.Resolve(nil, link); fault != "" && link != "" {
		r.warn("link", link, syndicate.RuleBadURL, "left out; RSS 2.0, elements of item")
		link = ""
	}
	switch a.URL = link; {
	case link == "" && permalink:
		a.URL = guid.text
	case link == "": // without a page, the item leads to its file
		a.URL = file
	case permalink && guid.has("isPermaLink") && guid.text != link:
		r.noField(`item/guid/@isPermaLink="true" of a guid that is not the link`, guid.text)
	}
}

// isWeb reports whether a text is an address of the Web. A guid of another scheme is no page that
// can be opened.
func isWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// datesOf sets the dates of an article. An item without a date of publication is skipped.
func (r *importing) datesOf(a *syndicate.Article, found map[string][]*elem) bool {
	var given string
	for _, name := range []string{"pubDate", "dc:date", "atom:published"} {
		if text := r.textOf(found[name]); text != "" && a.Published.IsZero() {
			given, a.Published = text, r.date(name, text)
		}
	}
	for _, name := range []string{"dcterms:modified", "atom:updated"} {
		if t := r.textOf(found[name]); t != "" && a.Updated.IsZero() {
			a.Updated = r.date(name, t)
		}
	}
	// A change before the publication does not count.
	if !a.Updated.After(a.Published) {
		a.Updated = time.Time{}
	}
	if a.Published.IsZero() {
		r.report(&syndicate.Problem{Article: r.label, Field: "Published", Value: given, Rule: syndicate.RuleMissing, Spec: "skipped; RSS 2.0, pubDate"})
		return false
	}
	return true
}

// texts sets the texts of an article. If there is a content:encoded, that is the content, and the
// description is the notes.
func (r *importing) texts(a *syndicate.Article, e *Episode, found map[string][]*elem) {
	body, notes := r.textOf(found["content:encoded"]), asHTML(r.textOf(found["description"]))
	summary, subtitle := r.textOf(found["itunes:summary"]), r.textOf(found["itunes:subtitle"])
	// Without content:encoded the description is all there is. Apps show it, so it is the
	// content.
	switch {
	case body == "":
		a.Content = cmp.Or(notes, asHTML(summary))
	case notes == body:
		a.Content = body
	default:
		a.Content, e.Notes = body, notes
	}
	// Apple's summary and subtitle mostly repeat the description, or begin like it.
	content := cleanhtml.Text(a.Content + " " + e.Notes)
	for _, given := range []*elem{r.single(found["itunes:subtitle"]), r.single(found["itunes:summary"])} {
		if given == nil || given.text == "" {
			continue
		}
		text := cleanhtml.Text(asHTML(given.text))
		// A text that was cut ends in dots.
		begins := strings.TrimRight(text, ".… ")
		switch {
		case strings.Contains(content, begins) || strings.Contains(a.Title, begins) || text == a.Summary:
		case a.Summary == "":
			a.Summary = text
		default:
			r.noField("item/"+given.name+" beside another summary", text)
		}
	}
	// A short text is better than an empty item.
	if a.Content == "" && a.Summary == "" {
		a.Summary = cleanhtml.Text(asHTML(cmp.Or(summary, subtitle)))
	}
}

// asHTML returns a text of a feed as HTML. In plain text, line breaks separate paragraphs.
func asHTML(text string) string {
	if text == "" || htmltext.ReadsAsHTML(text) || !strings.ContainsAny(text, "\n\r") {
		return text
	}
	var b strings.Builder
	// Apps show line breaks of plain text, and HTML has none.
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + htmltext.Escape(line) + "</p>\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// plainTitle returns a title as plain text. In a CDATA section, references are HTML's, because XML
// has none there.
func plainTitle(e *elem) string {
	if e == nil {
		return ""
	}
	if e.cdata {
		return html.UnescapeString(e.text)
	}
	return e.text
}

// authors returns the authors of an item, unless they are the author of the show: they would be
// the hosts of the episode, and replace those of the show.
func (r *importing) authors(found map[string][]*elem) (authors []syndicate.Author) {
	for _, name := range []string{"itunes:author", "dc:creator", "author"} {
		for _, e := range found[name] {
			author := parseAuthor(e.text)
			if author.Name != "" && author.Name != r.channel.author {
				authors = append(authors, author)
			}
		}
		// The first of the elements that is there counts.
		if len(found[name]) > 0 {
			return authors // the others repeat it
		}
	}
	return authors
}

// parseAuthor parses "mail@host (Name)", as RSS has it, "Name <mail@host>", or a name.
func parseAuthor(s string) syndicate.Author {
	// RSS has the form mail@host (Name), e-mail the form Name <mail@host>.
	s = strings.Join(strings.Fields(s), " ")
	if address, name, found := strings.Cut(strings.TrimSuffix(s, ")"), " ("); found && strings.Contains(address, "@") {
		return syndicate.Author{Name: name, Email: address}
	}
	if strings.Contains(s, "@") {
		if address, err := mail.ParseAddress(s); err == nil {
			return syndicate.Author{Name: address.Name, Email: address.Address}
		}
	}
	return syndicate.Author{Name: s}
}

// episode reads the elements of an item, or of a live item, that an [Episode] holds.
func (r *importing) episode(found map[string][]*elem) (e Episode) {
	e.Title = r.textOf(found["itunes:title"])
	e.Season = r.whole("itunes:season", r.textOf(found["itunes:season"]))
	e.Number = r.whole("itunes:episode", r.textOf(found["itunes:episode"]))
	// Full is the default. The checks report an unknown type.
	switch kind := r.textOf(found["itunes:episodeType"]); strings.ToLower(kind) {
	case "", "full":
	default:
		e.Type = EpisodeType(strings.ToLower(kind))
	}
	// An empty element leaves the rating to the show.
	if given := r.single(found["itunes:explicit"]); given != nil && given.text != "" {
		if e.Rating = RatingClean; r.flag(given) {
			e.Rating = RatingExplicit
		}
	}
	e.Block = r.flag(r.single(found["itunes:block"]))
	e.Artwork = r.picture(r.single(found["itunes:image"]))
	r.numbers(&e, found)
	e.Transcripts = collect(found["podcast:transcript"], r.transcript)
	e.Chapters = r.file(r.single(found["podcast:chapters"]))
	e.Soundbites = collect(found["podcast:soundbite"], r.soundbite)
	e.People = collect(found["podcast:person"], r.person)
	e.Locations = collect(found["podcast:location"], r.location)
	e.Funding = collect(found["podcast:funding"], r.funding)
	e.License = r.license(r.single(found["podcast:license"]))
	e.Alternates = collect(found["podcast:alternateEnclosure"], r.alternate)
	e.Values = collect(found["podcast:value"], r.value)
	e.ContentLinks = collect(found["podcast:contentLink"], r.contentLink)
	e.Socials = collect(found["podcast:socialInteract"], r.social)
	e.Txts = collect(found["podcast:txt"], r.txt)
	e.Chat = r.chat(r.single(found["podcast:chat"]))
	e.Images = collect(found["podcast:image"], r.image)
	return e
}

// numbers reads podcast:season and podcast:episode, which repeat the numbers of Apple's elements
// and add names to them. The numbers are those of Apple's elements,
// unless these are missing or the episode has a fraction.
func (r *importing) numbers(e *Episode, found map[string][]*elem) {
	// The name of a season and the label of an episode are attributes.
	if season := r.single(found["podcast:season"]); season != nil {
		e.SeasonName = season.attr("name")
		if n := r.whole(season.name, season.text); e.Season == 0 {
			e.Season = n
		} else if n != e.Season {
			r.noField("item/podcast:season beside another itunes:season", season.text)
		}
	}
	if episode := r.single(found["podcast:episode"]); episode != nil {
		e.Display = episode.attr("display")
		n := r.number(episode.name, episode.text)
		switch {
		case n == float64(e.Number): // the default
		case e.Number == 0 && n == float64(int(n)) && n > 0:
			e.Number = int(n)
		default:
			e.Order = n
		}
	}
}
