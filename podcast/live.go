package podcast

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/mediatype"
)

// LiveStatus says how far a live stream is.
type LiveStatus string

// The states of a live stream.
const (
	LivePending LiveStatus = "pending"
	LiveNow     LiveStatus = "live"
	LiveEnded   LiveStatus = "ended"
)

// LiveItem is a live stream of a show (podcast:liveItem). Announce its start with Podping.
//
// A [Show] is plain data, so a stream that starts needs another Show: wrap the Source, and replace
// the Show in the Extensions of the feed that it returns.
type LiveItem struct {
	// Status is pending, live or ended. Required.
	Status LiveStatus
	// Start and End are the planned times. Start is required.
	Start, End time.Time
	// Title, plain text. Required.
	Title string
	// Description, plain text. Default: none.
	Description string
	// URL of the page where the stream can be followed. Required, unless the Episode has
	// ContentLinks.
	URL string
	// GUID identifies the stream. Another GUID means another stream. Default: URL.
	GUID string
	// Enclosures are the addresses of the stream, the one that most apps can play first. At least
	// one is required.
	Enclosures []syndicate.Enclosure
	// Episode has the other elements: people, content links, images. Default: none.
	Episode Episode
}

// write writes the stream with the elements that an item has, if it has all that apps need.
func (l LiveItem) write(o *output) {
	const spec = podspec + "liveItem"
	status := o.among(".Status", string(l.Status), spec, string(LivePending), string(LiveNow), string(LiveEnded))
	start, title, page := rfc3339(l.Start), o.text(".Title", l.Title, appleText), o.link(".URL", l.URL)
	id := cmp.Or(escape.Trim(l.GUID), page)
	switch {
	case status == "":
		if l.Status == "" {
			o.has(".Status", "", spec)
		}
		return
	case !o.has(".Start", start, spec) || !o.has(".Title", title, spec) || !o.has(".GUID", id, spec):
		return
	case page == "" && len(l.Episode.ContentLinks) == 0:
		o.has(".URL", "", spec)
		return
	}
	// An item without a stream would be a link that plays nothing.
	files := l.enclosures(o)
	if len(files) == 0 {
		o.has(".Enclosures", "", spec)
		return
	}
	end := rfc3339(l.End)
	if end != "" && !l.End.After(l.Start) {
		o.Warn(".End", end, RuleOrder, "left out; "+spec)
		end = ""
	}
	// The children are those of an item: first the elements of RSS, then those of an episode.
	o.w.Start("podcast:liveItem", attr("status", status), attr("start", start), attr("end", end))
	o.w.Element("title", title)
	o.w.Markup("description", htmltext.Escape(o.text(".Description", l.Description, maxNotes)))
	o.w.Element("link", page)
	o.w.Element("guid", id, attr("isPermaLink", strconv.FormatBool(id == page)))
	o.w.Element("enclosure", "", attr("url", files[0].URL), attr("length", strconv.FormatInt(max(0, files[0].Size), 10)),
		attr("type", files[0].Type))
	e := l.Episode
	// Listeners whose app cannot play the stream need a page that does.
	if len(e.ContentLinks) == 0 {
		e.ContentLinks = []ContentLink{{URL: page, Text: title}}
	}
	// A stream has no duration that parts of it could exceed.
	found, duration := len(o.Found), o.duration
	e.write(o, &syndicate.Article{URL: page, Title: title, Enclosures: files})
	o.Within(".Episode", found)
	o.duration = duration
	o.w.End()
}

// enclosures returns the addresses that can be written, with their types.
func (l LiveItem) enclosures(o *output) (files []syndicate.Enclosure) {
	for i, file := range l.Enclosures {
		found := len(o.Found)
		if strings.TrimSpace(file.URL) != "" {
			file.URL = o.URL(".URL", file.URL, o.base)
		}
		file.Type = cmp.Or(mediatype.Of(o.MediaType(".Type", file.Type, ""), file.URL), "audio/mpeg")
		if file.Duration = 0; file.URL != "" { // a stream has no length
			files = append(files, file)
		}
		o.Element(".Enclosures", i, found)
	}
	return files
}

// rfc3339 returns a time in UTC, "" for the zero time.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return string(date.AppendRFC3339(nil, t.UTC()))
}
