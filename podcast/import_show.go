package podcast

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

// importedShow collects what a feed says of its show. The elements are kept until the channel is
// read, because an address among them is what others are relative to.
type importedShow struct {
	address string // of the feed
	parts   []*elem
	// The rest is what finish makes of the elements. Texts are plain, and the link is the page of
	// the show.
	title, link, description, language, author, copyright string
	// logo is the image of RSS. The artwork of the show is Apple's.
	logo syndicate.Image
	// editor and webMaster are the contacts of RSS, which have e-mail addresses.
	editor, webMaster syndicate.Author
	// schedule says when readers should ask for changes.
	schedule syndicate.Schedule
	// show has the elements of Apple and of the podcast namespace.
	show Show
}

// channelNames are the elements of a channel that are read, or that a program derives for its own
// feed.
var channelNames = strings.Fields(`title link description language copyright image managingEditor webMaster ttl skipHours
	skipDays sy:updatePeriod sy:updateFrequency atom:link generator docs lastBuildDate pubDate cloud sy:updateBase
	itunes:author itunes:type itunes:image itunes:category itunes:explicit itunes:owner itunes:new-feed-url itunes:block
	itunes:complete itunes:summary itunes:subtitle itunes:title podcast:guid podcast:locked podcast:medium podcast:block
	podcast:podping podcast:person podcast:location podcast:funding podcast:license podcast:trailer podcast:value
	podcast:socialInteract podcast:chat podcast:txt podcast:image podcast:updateFrequency podcast:podroll
	podcast:publisher podcast:remoteItem podcast:liveItem`)

// add adds an element of the channel.
func (c *importedShow) add(r *importing, e *elem) {
	// Elements of other vocabularies are not kept, so that memory is bounded by what is read.
	if slices.Contains(channelNames, e.name) {
		c.parts = append(c.parts, e)
	} else {
		r.noField("channel/"+e.name, e.text)
	}
}

// finish makes a show of the elements.
func (c *importedShow) finish(r *importing) {
	r.label = ""
	channel := &elem{name: "channel", children: c.parts}
	found := channel.sortChildren()
	c.parts = nil
	// The addresses come first: others are relative to them.
	own := c.links(r, found["atom:link"])
	c.title = plainTitle(r.single(found["title"]))
	c.link = r.textOf(found["link"])
	// Descriptions are plain text here, and hosts write HTML into them.
	c.description = cleanhtml.Text(asHTML(cmp.Or(r.textOf(found["description"]), r.textOf(found["itunes:summary"]),
		r.textOf(found["itunes:subtitle"]))))
	// A locale such as en_US is meant as a language tag.
	c.language = strings.ReplaceAll(r.textOf(found["language"]), "_", "-")
	c.copyright = plainTitle(r.single(found["copyright"]))
	c.author = plainTitle(r.single(found["itunes:author"]))
	c.editor = parseAuthor(r.textOf(found["managingEditor"]))
	c.webMaster = parseAuthor(r.textOf(found["webMaster"]))
	// These are e-mail addresses, with a name or without one.
	for _, contact := range []*syndicate.Author{&c.editor, &c.webMaster} {
		if contact.Email == "" { // RSS cannot hold it
			if *contact = (syndicate.Author{}); contact.Name != "" {
				r.noField("channel/managingEditor or webMaster without an e-mail address", contact.Name)
			}
		}
	}
	if image := r.single(found["image"]); image != nil {
		c.image(r, image)
	}
	c.readSchedule(r, found)
	c.readShow(r, found, own)
	r.leftovers(channel)
}

// links reads the links of the channel and returns the address that the feed gives itself.
func (c *importedShow) links(r *importing, links []*elem) (own string) {
	for _, e := range links {
		href := e.attr("href")
		switch rel := strings.ToLower(e.attr("rel")); rel {
		case "self":
			own = cmp.Or(own, href)
		case "next", "prev-archive":
			r.warn("atom:link rel="+rel, href, RulePaged, "its items are not read; RFC 5005 sections 3 and 4")
		case "hub":
			r.noField("channel/atom:link rel=hub (set Site.Hubs to the hub of the new feed)", href)
		case "first", "last", "prev", "previous", "current", "alternate", "": // of the old feed, or the link
		default:
			r.noField("channel/atom:link rel="+rel, href)
		}
	}
	c.address = cmp.Or(c.address, own)
	return own
}

// image reads the image of RSS, whose title and link repeat those of the channel.
func (c *importedShow) image(r *importing, e *elem) {
	// Width and height are those that readers show, which are limited to 144 and 400.
	for _, child := range e.children {
		switch child.name {
		case "url":
			c.logo.URL = r.channel.absolute(child.text)
		case "width":
			c.logo.Width = max(0, r.whole("image/width", child.text))
		case "height":
			c.logo.Height = max(0, r.whole("image/height", child.text))
		case "title", "link", "description":
		default:
			r.noField("image/"+child.name, child.text)
		}
	}
	if c.logo.URL == "" {
		c.logo = syndicate.Image{}
	}
}

// readSchedule reads when readers should ask for changes.
func (c *importedShow) readSchedule(r *importing, found map[string][]*elem) {
	// The time to live is in minutes. Two years are longer than any feed means.
	c.schedule.TTL = time.Duration(max(0, min(r.whole("ttl", r.textOf(found["ttl"])), 1<<20))) * time.Minute
	c.schedule.UpdatePeriod = r.textOf(found["sy:updatePeriod"])
	if c.schedule.UpdatePeriod != "" {
		c.schedule.UpdateFrequency = max(0, r.whole("sy:updateFrequency", r.textOf(found["sy:updateFrequency"])))
	}
	// Hour 24 is hour 0: the specification has had both.
	if hours := r.single(found["skipHours"]); hours != nil {
		for _, hour := range hours.children {
			if n, err := strconv.Atoi(hour.text); err == nil && n >= 0 && n <= 24 {
				c.schedule.SkipHours = append(c.schedule.SkipHours, n%24)
			} else {
				r.warn("skipHours", hour.text, RuleBadForm, "left out; RSS 2.0, skipHours")
			}
		}
	}
	if days := r.single(found["skipDays"]); days != nil {
		for _, day := range days.children {
			n := slices.IndexFunc(weekdays, func(d time.Weekday) bool { return strings.EqualFold(d.String(), day.text) })
			if n >= 0 {
				c.schedule.SkipDays = append(c.schedule.SkipDays, weekdays[n])
			} else {
				r.warn("skipDays", day.text, RuleBadForm, "left out; RSS 2.0, skipDays")
			}
		}
	}
}

// weekdays are the days of a week. RSS has their English names.
var weekdays = []time.Weekday{
	time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday,
}

// readShow reads the elements that a [Show] holds. Own is the address that the feed gives itself,
// "" if it has no such link.
func (c *importedShow) readShow(r *importing, found map[string][]*elem, own string) {
	// First Apple's elements, then those of the podcast namespace, in the order in which a show
	// writes them.
	s := &c.show
	s.Author = c.author
	s.Serial = strings.EqualFold(r.textOf(found["itunes:type"]), "serial")
	s.Artwork = r.picture(r.single(found["itunes:image"]))
	s.Categories = r.showCategories(found["itunes:category"])
	s.Explicit = r.flag(r.single(found["itunes:explicit"]))
	s.Block = r.flag(r.single(found["itunes:block"]))
	s.Complete = r.flag(r.single(found["itunes:complete"]))
	if owner := r.single(found["itunes:owner"]); owner != nil {
		c.owner(r, owner)
	}
	// An address that leads subscribers back to the old host must not be in the new feed.
	if s.NewFeedURL = r.textOf(found["itunes:new-feed-url"]); s.NewFeedURL != "" && sameAddress(s.NewFeedURL, c.address, own) {
		r.warn("itunes:new-feed-url", s.NewFeedURL, RuleOldAddress, "left out; set Show.NewFeedURL to the new address")
		s.NewFeedURL = ""
	}
	s.GUID = r.textOf(found["podcast:guid"])
	if s.GUID == "" && c.address != "" {
		s.GUID = GUID(c.address) // that of the old address, for good
	}
	// A feed without the element gets the default of a show: locked.
	if locked := r.single(found["podcast:locked"]); locked != nil {
		s.Unlocked = !r.flag(locked)
		s.Owner.Email = cmp.Or(s.Owner.Email, locked.attr("owner"))
	}
	// The default is not kept, so that it is not written.
	if s.Medium = Medium(r.textOf(found["podcast:medium"])); s.Medium == MediumPodcast {
		s.Medium = ""
	}
	c.readBlocks(r, found["podcast:block"])
	s.Podping = slices.ContainsFunc(found["podcast:podping"], func(e *elem) bool { return e.is("usesPodping") })
	c.readFrequency(r, r.single(found["podcast:updateFrequency"]))
	if publisher := r.remoteItems(r.single(found["podcast:publisher"])); len(publisher) > 0 {
		s.Publisher = publisher[0]
	}
	s.Podroll = r.remoteItems(r.single(found["podcast:podroll"]))
	s.RemoteItems = collect(found["podcast:remoteItem"], r.remoteItem)
	s.People = collect(found["podcast:person"], r.person)
	s.Trailers = collect(found["podcast:trailer"], r.trailer)
	s.Locations = collect(found["podcast:location"], r.location)
	s.Funding = collect(found["podcast:funding"], r.funding)
	s.License = r.license(r.single(found["podcast:license"]))
	s.Values = collect(found["podcast:value"], r.value)
	s.Socials = collect(found["podcast:socialInteract"], r.social)
	s.Chat = r.chat(r.single(found["podcast:chat"]))
	s.Txts = collect(found["podcast:txt"], r.txt)
	s.Images = collect(found["podcast:image"], r.image)
	s.Live = collect(found["podcast:liveItem"], r.live)
}

// sameAddress reports whether an address is one of the others, whatever the scheme.
func sameAddress(address string, others ...string) bool {
	// Without the scheme and the slash at the end, as in a podcast:guid.
	plain := func(s string) string {
		_, rest, found := strings.Cut(strings.TrimRight(strings.TrimSpace(s), "/"), "://")
		if !found {
			return ""
		}
		return strings.ToLower(rest)
	}
	for _, other := range others {
		if other != "" && plain(other) == plain(address) {
			return true
		}
	}
	return false
}

// owner reads the contact of the show. Its address is published again, because directories prove
// the ownership of the show with it.
func (c *importedShow) owner(r *importing, e *elem) {
	for _, child := range e.children {
		switch child.name {
		case "itunes:name", "name":
			c.show.Owner.Name = child.text
		case "itunes:email", "email":
			c.show.Owner.Email = child.text
		default:
			r.noField("itunes:owner/"+child.name, child.text)
		}
	}
	// The contact is the address. A name alone proves nothing to a directory.
	if c.show.Owner.Email == "" && c.show.Owner.Name != "" {
		r.noField("itunes:owner/itunes:name without itunes:email", c.show.Owner.Name)
		c.show.Owner = Owner{}
	}
}

// readBlocks reads the directories that the show is kept out of. Every directory is Apple's
// element, too.
func (c *importedShow) readBlocks(r *importing, parts []*elem) {
	for _, e := range parts {
		// The text is yes or no, and no means that this service may have the show.
		b := Block{Service: e.attr("id"), Allow: !r.flag(e)}
		if b == (Block{}) {
			c.show.Block = true
			continue
		}
		c.show.Blocks = append(c.show.Blocks, b)
	}
}

// readFrequency reads when episodes appear. That the show is complete is a flag of the show.
func (c *importedShow) readFrequency(r *importing, e *elem) {
	if e == nil {
		return
	}
	c.show.UpdateFrequency = UpdateFrequency{
		Text: e.text, Rule: e.attr("rrule"), Start: r.date(e.name+"/@dtstart", e.attr("dtstart")),
	}
	c.show.Complete = e.is("complete") || c.show.Complete
}

// live reads a podcast:liveItem. A stream that has ended is kept: the publisher decides for how
// long it is shown.
func (r *importing) live(e *elem) LiveItem {
	// The children are those of an item. A date of publication says nothing that the start does
	// not say.
	found := e.sortChildren()
	for _, child := range e.children {
		known := append(strings.Fields("title description link guid enclosure author pubDate"), sharedNames...)
		if !slices.Contains(known, child.name) {
			r.noField(e.name+"/"+child.name, child.text)
		}
	}
	l := LiveItem{
		Status: LiveStatus(strings.ToLower(e.attr("status"))), Start: r.date(e.name+"/@start", e.attr("start")),
		End: r.date(e.name+"/@end", e.attr("end")), Title: plainTitle(r.single(found["title"])),
		Description: cleanhtml.Text(asHTML(r.textOf(found["description"]))),
		URL:         r.channel.absolute(r.textOf(found["link"])), GUID: r.textOf(found["guid"]),
		Enclosures: collect(found["enclosure"], r.enclosure), Episode: r.episode(found),
	}
	if guid := r.single(found["guid"]); guid != nil {
		guid.attr("isPermaLink") // follows from the address
	}
	return l
}

// home returns the address of the show's page, or the front page of the feed's host.
func (c *importedShow) home() string {
	// The link should be the page of the show.
	if isWeb(c.link) {
		return c.link
	}
	if u, err := url.Parse(c.address); err == nil && u.IsAbs() {
		return u.Scheme + "://" + u.Host + "/"
	}
	return c.link
}

// options returns the options of the feed of the show. They ask for every episode, whatever the
// Medium is.
func (c *importedShow) options() syndicate.FeedOptions {
	return syndicate.FeedOptions{
		Title: c.title, Description: c.description, Language: c.language, Author: syndicate.Author{Name: c.author},
		Copyright: c.copyright, Logo: c.logo, Schedule: c.schedule, Whole: true, MaxBytes: showBytes,
		Extensions: []syndicate.Extension{c.show},
	}
}
