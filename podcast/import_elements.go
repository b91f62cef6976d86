package podcast

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/date"
)

// The readers of elements that shows, episodes and live items have in common. Each returns the
// value as the feed has it: what the checks of this package find wrong with it is reported when it
// is published, and not twice. What has no value at all, such as a number with letters in it, is
// reported here.

// collect returns the values of the elements of a list, nil if there are no such elements: the
// fields of a show that has none are nil, too.
func collect[T any](parts []*elem, read func(*elem) T) (list []T) {
	for _, e := range parts {
		list = append(list, read(e))
	}
	return list
}

// sortChildren sorts the children of an element by their names. Elements of one name stay in the
// order of the feed.
func (e *elem) sortChildren() map[string][]*elem {
	found := map[string][]*elem{}
	for _, child := range e.children {
		found[child.name] = append(found[child.name], child)
	}
	return found
}

// single returns the first of the elements that may be there once, nil for none. Others like it
// are reported.
func (r *importing) single(parts []*elem) *elem {
	// A repetition of the same text says nothing new.
	for i, e := range parts {
		if i > 0 && e.text != parts[0].text {
			r.warn(e.name, e.text, RuleRepeated, "left out; the first counts")
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return parts[0]
}

// textOf returns the text of the element that may be there once, "" if it is missing. No element
// means something else by being empty.
func (r *importing) textOf(parts []*elem) string {
	if e := r.single(parts); e != nil {
		return e.text
	}
	return ""
}

// parseFlag parses a word of yes or no, as hosts have written them over the years.
func parseFlag(word string) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "yes", "true", "1", "explicit":
		return true, true
	case "", "no", "false", "0", "clean", "none":
		return false, true
	}
	return false, false
}

// flag returns the value of an element of yes or no. Another word is reported and means no, which
// is the default of every flag.
func (r *importing) flag(e *elem) bool {
	if e == nil {
		return false
	}
	yes, ok := parseFlag(e.text)
	if !ok {
		r.warn(e.name, e.text, RuleUnknown, "taken for no")
	}
	return yes
}

// number parses a number of the element or attribute that is named. It returns 0 for another text.
func (r *importing) number(name, text string) float64 {
	if text == "" {
		return 0
	}
	// ParseFloat accepts "inf" and "nan", which no element means.
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		r.warn(name, text, RuleBadForm, "left out; a number is required")
		return 0
	}
	return n
}

// whole is number for a whole one.
func (r *importing) whole(name, text string) int {
	// Beyond 2^53 a float64 does not hold every whole number.
	n := r.number(name, text)
	if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		r.warn(name, text, RuleBadForm, "left out; a whole number is required")
		return 0
	}
	return int(n)
}

// A missing attribute is 0, which no element of the vocabularies distinguishes from the number.
//
// int, float and span return the value of an attribute that is a whole number, a number, or a time
// in seconds.
func (r *importing) int(e *elem, attr string) int { return r.whole(e.name+"/@"+attr, e.attr(attr)) }
func (r *importing) float(e *elem, attr string) float64 {
	return r.number(e.name+"/@"+attr, e.attr(attr))
}
func (r *importing) span(e *elem, attr string) time.Duration {
	return r.duration(e.name+"/@"+attr, e.attr(attr))
}

// duration parses a duration: seconds, perhaps with a fraction, or hours, minutes and seconds with
// colons between them.
func (r *importing) duration(name, text string) time.Duration {
	if text == "" {
		return 0
	}
	// The parts are at most three, and small enough for the sum to be a duration.
	parts := strings.Split(text, ":")
	var seconds float64
	for _, s := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || n < 0 || !(n < 1e9) || len(parts) > 3 {
			r.warn(name, text, RuleBadForm, "left out; seconds or hours:minutes:seconds are required")
			return 0
		}
		seconds = seconds*60 + n
	}
	// Each part is small enough, and their sum may still be too long.
	if seconds > 1e9 {
		r.warn(name, text, RuleBadForm, "left out; longer than 30 years")
		return 0
	}
	return time.Duration(math.Round(seconds*1e6)) * time.Microsecond
}

// date parses a date. One without a zone is taken for UTC.
func (r *importing) date(name, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	// RSS demands RFC 822, and hosts write a dozen other forms.
	t, zoned := date.Parse(text)
	if t.IsZero() || !date.Representable(t) {
		r.warn(name, text, RuleBadDate, "left out; RSS 2.0, pubDate")
		return time.Time{}
	}
	if !zoned {
		r.warn(name, text, RuleNoZone, "taken for UTC; RFC 822 section 5")
	}
	return t
}

// person reads a podcast:person. Role and group stay in the case that the feed has: they are
// compared without regard to it.
func (r *importing) person(e *elem) Person {
	// The name is the text. A missing role means a host, and a missing group the cast.
	return Person{Name: e.text, Role: e.attr("role"), Group: e.attr("group"), Image: e.attr("img"), URL: e.attr("href")}
}

// location reads a podcast:location. Its point is a geo: URI (RFC 5870); a height is left out.
func (r *importing) location(e *elem) Location {
	l := Location{Name: e.text, Relation: Relation(e.attr("rel")), OSM: e.attr("osm"), Country: e.attr("country")}
	given := e.attr("geo")
	coordinates, isGeo := strings.CutPrefix(strings.ToLower(given), "geo:")
	if !isGeo {
		if given != "" {
			r.warn(e.name+"/@geo", given, RuleBadForm, "left out; RFC 5870 section 3.3")
		}
		return l
	}
	// The form is geo:latitude,longitude[,height][;u=metres][;name=value].
	coordinates, parameters, _ := strings.Cut(coordinates, ";")
	numbers := strings.Split(coordinates, ",")
	if len(numbers) < 2 || len(numbers) > 3 {
		r.warn(e.name+"/@geo", given, RuleBadForm, "left out; RFC 5870 section 3.3")
		return l
	}
	l.Geo.Latitude = r.number(e.name+"/@geo", numbers[0])
	l.Geo.Longitude = r.number(e.name+"/@geo", numbers[1])
	if len(numbers) == 3 {
		r.noField(e.name+"/@geo, height", given)
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		if name, value, _ := strings.Cut(parameter, "="); name == "u" {
			l.Geo.Uncertainty = r.number(e.name+"/@geo", value)
		} else if parameter != "" {
			r.noField(e.name+"/@geo, "+name, given)
		}
	}
	return l
}

// funding reads a podcast:funding. A link without a text is kept: apps have a text for it.
func (r *importing) funding(e *elem) Funding { return Funding{URL: e.attr("url"), Text: e.text} }

// license reads a podcast:license, nil for none. The identifier is its text, the attribute the
// address of a license that the namespace does not list.
func (r *importing) license(e *elem) (l License) {
	if e != nil {
		l = License{Name: e.text, URL: e.attr("url")}
	}
	return l
}

// value reads a podcast:value. The recipients of the show and those of an episode have the same
// form.
func (r *importing) value(e *elem) Value {
	// The recipients and splits are children of the element, in any order.
	v := Value{Type: e.attr("type"), Method: e.attr("method"), Suggested: r.float(e, "suggested")}
	for _, child := range e.children {
		switch child.name {
		case "podcast:valueRecipient":
			v.Recipients = append(v.Recipients, r.recipient(child))
		case "podcast:valueTimeSplit":
			v.TimeSplits = append(v.TimeSplits, r.timeSplit(child))
		default:
			r.noField(e.name+"/"+child.name, child.text)
		}
	}
	return v
}

// recipient reads a podcast:valueRecipient. Its split is a number of shares and not a percentage,
// although most feeds have a sum of 100.
func (r *importing) recipient(e *elem) Recipient {
	return Recipient{
		Name: e.attr("name"), Type: e.attr("type"), Address: e.attr("address"), Split: r.int(e, "split"),
		CustomKey: e.attr("customKey"), CustomValue: e.attr("customValue"), Fee: e.is("fee"),
	}
}

// timeSplit reads a podcast:valueTimeSplit. The times are seconds from the start of the episode,
// or of the remote item.
func (r *importing) timeSplit(e *elem) TimeSplit {
	// A split has recipients or the item whose recipients share the payments. The checks of the
	// package report one that has both.
	t := TimeSplit{
		Start: r.span(e, "startTime"), Duration: r.span(e, "duration"), RemoteStart: r.span(e, "remoteStartTime"),
		RemotePercentage: r.float(e, "remotePercentage"),
	}
	for _, child := range e.children {
		switch child.name {
		case "podcast:valueRecipient":
			t.Recipients = append(t.Recipients, r.recipient(child))
		case "podcast:remoteItem":
			t.Remote = r.remoteItem(child)
		default:
			r.noField(e.name+"/"+child.name, child.text)
		}
	}
	return t
}

// remoteItem reads a podcast:remoteItem: a feed by its podcast:guid, and an item in it by its guid.
func (r *importing) remoteItem(e *elem) RemoteItem {
	return RemoteItem{
		FeedGUID: e.attr("feedGuid"), FeedURL: e.attr("feedUrl"), ItemGUID: e.attr("itemGuid"), Medium: Medium(e.attr("medium")),
		Title: e.attr("title"),
	}
}

// remoteItems reads the podcast:remoteItem elements in another one.
func (r *importing) remoteItems(e *elem) (list []RemoteItem) {
	if e == nil {
		return nil
	}
	for _, child := range e.children {
		if child.name == "podcast:remoteItem" {
			list = append(list, r.remoteItem(child))
		} else {
			r.noField(e.name+"/"+child.name, child.text)
		}
	}
	return list
}

// social reads a podcast:socialInteract. The first version of the element had other names for its
// attributes, and the address as its text.
func (r *importing) social(e *elem) Social {
	s := Social{
		Protocol: e.attr("protocol"), URI: e.attr("uri"), AccountID: e.attr("accountId"), AccountURL: e.attr("accountUrl"),
		Priority: r.int(e, "priority"),
	}
	// The address was the text of the element before it had the attribute.
	if s.URI == "" {
		s.URI = e.text
	}
	if s.Protocol == "" {
		s.Protocol = strings.ToLower(e.attr("platform"))
	}
	return s
}

// chat reads a podcast:chat, nil for none. An older form of the element, with the address as its
// text, has no field.
func (r *importing) chat(e *elem) (c Chat) {
	if e != nil {
		c = Chat{Server: e.attr("server"), Protocol: e.attr("protocol"), AccountID: e.attr("accountId"), Space: e.attr("space")}
	}
	return c
}

// txt reads a podcast:txt. The text stays as it is, because services compare it.
func (r *importing) txt(e *elem) Txt { return Txt{Purpose: e.attr("purpose"), Text: e.text} }

// image reads a podcast:image. Many feeds have the address as the text of the element.
func (r *importing) image(e *elem) Image {
	i := Image{
		URL: e.attr("href"), Alt: e.attr("alt"), Width: r.int(e, "width"), Height: r.int(e, "height"), Type: e.attr("type"),
		Purposes: strings.Fields(e.attr("purpose")),
	}
	if i.URL == "" {
		i.URL = e.text
	}
	// Fields returns an empty list, and the default is nil.
	if len(i.Purposes) == 0 {
		i.Purposes = nil
	}
	// The namespace has 16/9. Some hosts write 16:9, and 1 for a square.
	if ratio := e.attr("aspect-ratio"); ratio != "" {
		width, height, found := strings.Cut(strings.ReplaceAll(ratio, ":", "/"), "/")
		if !found {
			height = "1"
		}
		name := e.name + "/@aspect-ratio"
		i.Aspect = Aspect{r.whole(name, strings.TrimSpace(width)), r.whole(name, strings.TrimSpace(height))}
	}
	return i
}

// file reads a podcast:chapters, nil for none. The file itself is not downloaded.
func (r *importing) file(e *elem) (f File) {
	if e != nil {
		f = File{URL: e.attr("url"), Type: e.attr("type")}
	}
	return f
}

// transcript reads a podcast:transcript. An episode may have one for each type and language.
func (r *importing) transcript(e *elem) Transcript {
	t := Transcript{URL: e.attr("url"), Type: e.attr("type"), Language: e.attr("language")}
	// captions is the only relation that the namespace has.
	if rel := e.attr("rel"); strings.EqualFold(rel, "captions") {
		t.Captions = true
	} else if rel != "" {
		r.noField(e.name+"/@rel", rel)
	}
	return t
}

// soundbite reads a podcast:soundbite. One beyond the end of the episode is kept here: the checks
// mend it.
func (r *importing) soundbite(e *elem) Soundbite {
	// Both times are seconds, with a fraction or without one.
	return Soundbite{Start: r.span(e, "startTime"), Duration: r.span(e, "duration"), Title: e.text}
}

// alternate reads a podcast:alternateEnclosure. Relative addresses become absolute, and those of
// other schemes, such as ipfs, stay as they are.
func (r *importing) alternate(e *elem) AlternateEnclosure {
	// The file may be at several addresses, each of which is a child of the element.
	a := AlternateEnclosure{
		Type: e.attr("type"), Size: int64(r.int(e, "length")), Bitrate: r.float(e, "bitrate"), Height: r.int(e, "height"),
		Language: e.attr("lang"), Title: e.attr("title"), Rel: e.attr("rel"), Codecs: e.attr("codecs"), Default: e.is("default"),
	}
	for _, child := range e.children {
		switch child.name {
		case "podcast:source":
			a.Sources = append(a.Sources, Source{URI: r.channel.absolute(child.attr("uri")), Type: child.attr("contentType")})
		case "podcast:integrity":
			a.Integrity = Integrity{Type: IntegrityType(child.attr("type")), Value: child.attr("value")}
		default:
			r.noField(e.name+"/"+child.name, child.text)
		}
	}
	return a
}

// contentLink reads a podcast:contentLink, which has the form of a link in HTML.
func (r *importing) contentLink(e *elem) ContentLink {
	return ContentLink{URL: e.attr("href"), Text: e.text}
}

// trailer reads a podcast:trailer. An episode that is a trailer too is not written twice later.
func (r *importing) trailer(e *elem) Trailer {
	// The date has the form of pubDate, and the other attributes are those of an enclosure.
	return Trailer{
		Title: e.text, URL: r.channel.absolute(e.attr("url")), Published: r.date(e.name+"/@pubdate", e.attr("pubdate")),
		Type: e.attr("type"), Size: int64(r.int(e, "length")), Season: r.int(e, "season"),
	}
}

// picture reads an itunes:image. Some feeds have the address in another attribute, or as the text.
func (r *importing) picture(e *elem) (i syndicate.Image) {
	if e == nil {
		return i
	}
	// All of them are looked up, so that none is reported as without a field.
	for _, address := range []string{e.attr("href"), e.attr("url"), e.attr("src"), e.text} {
		if i.URL == "" {
			i.URL = r.channel.absolute(address)
		}
	}
	return i
}

// enclosure reads an enclosure. Many hosts write a length of 0, or none, where the size is unknown.
func (r *importing) enclosure(e *elem) syndicate.Enclosure {
	file := syndicate.Enclosure{URL: r.channel.absolute(e.attr("url")), Type: e.attr("type")}
	// Some hosts write thousands with commas.
	length := strings.ReplaceAll(e.attr("length"), ",", "")
	if n := r.whole("enclosure/@length", length); n > 0 {
		file.Size = int64(n)
	} else if n < 0 {
		r.warn("enclosure/@length", length, syndicate.RuleNegative, "left out; RSS 2.0, enclosure")
	}
	return file
}
