package wordpress

import (
	"cmp"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

// The values of wp:status for posts that are public, and that will be.
const (
	statusPublished = "publish"
	statusScheduled = "future"
)

// skip reports why an item is not among the articles.
func (r *reading) skip(it *item, reason Reason, field, value string) {
	p := it.issue(reason, field, value)
	p.Skipped = true
	r.report(p)
}

// note reports a change to an article.
func (r *reading) note(it *item, reason Reason, field, value string) {
	r.report(it.issue(reason, field, value))
}

// issue returns an issue that names the item. The title is shortened once: it may be long, and an
// item may have many issues.
func (it *item) issue(reason Reason, field, value string) *Issue {
	if it.shown == nil {
		title := shorten(it.title.plain())
		it.shown = &title
	}
	return &Issue{
		Post: it.id, Type: it.kind, Title: *it.shown,
		File: it.input, Line: it.line, Offset: it.offset, Field: field, Value: shorten(value), Reason: reason,
	}
}

// article makes an article of an item. ok is false if the item was skipped, which is then reported.
// An error ends the reading: the index has no room left.
//
// The order of the steps is part of the output. An id is taken only by an item that has an address
// and something to show, and issues are reported in the order in which the steps find them.
func (r *reading) article(it *item) (a syndicate.Article, ok bool, err error) {
	published, ok := r.public(it)
	if !ok {
		return a, false, nil
	}
	a = syndicate.Article{
		ID:        cmp.Or(it.feedGUID(), it.guid),
		URL:       r.channel.resolve(it.link),
		Title:     it.title.plain(),
		Summary:   cleanhtml.Policy{Shortcodes: true}.Text(it.excerpt.Text),
		Published: published,
	}
	// Without a usable link, the guid is the address: for most posts it is one too.
	if !isWeb(a.URL) {
		if a.URL = it.guid; !isWeb(a.URL) {
			r.skip(it, ReasonNoAddress, "link", it.link)
			return a, false, nil
		}
		r.note(it, ReasonBadURL, "link", it.link)
	}
	if a.Title == "" && a.Summary == "" && strings.TrimSpace(it.content.Text) == "" {
		r.skip(it, ReasonEmpty, "", "")
		return a, false, nil
	}
	if ok, err := r.identify(it, &a); !ok || err != nil {
		return a, false, err
	}
	// WordPress sets the time of the last change when a post is published. Only a later one is an
	// update, and none in the future is.
	if updated, _ := r.time(it.changedGMT, it.changed, ""); updated.After(published) && !updated.After(r.export.now()) {
		a.Updated = updated
	}
	a.Authors = r.byline(it)
	if err := r.sort(it, &a); err != nil {
		return a, false, err
	}
	// The featured image is an attachment.
	if it.thumbnail != "" && it.thumbnail != "0" && it.thumbnail != "-1" { // both mean no image
		if a.Image, ok = r.index.image(it.thumbnail); !ok {
			a.Image = syndicate.Image{}
			r.note(it, ReasonNoAttachment, "_thumbnail_id", it.thumbnail)
		} else if !isKind(a.Image.URL, "image") {
			a.Image = syndicate.Image{}
			r.note(it, ReasonOtherKind, "_thumbnail_id", it.thumbnail)
		}
	}
	r.enclose(it, &a)
	r.episode(it, &a)
	if it.cut != "" {
		r.note(it, ReasonTooLong, it.cut, "")
	}
	if it.tooMany != "" {
		r.note(it, ReasonTooManyParts, it.tooMany, "")
	}
	a.Content = r.body(it)
	return a, true, nil
}

// public reports whether an item is a public post, and when it was published. Every decision about
// what may be shown is made here, so that no other code can publish a draft by mistake. The reason
// that is reported is the first that applies.
func (r *reading) public(it *item) (published time.Time, ok bool) {
	// The default is posts only.
	types := r.export.Types
	if len(types) == 0 {
		types = []string{"post"}
	}
	published, local := r.time(it.dateGMT, it.date, it.pubDate)
	switch scheduled := r.export.Scheduled; {
	case !slices.Contains(types, it.kind):
		r.skip(it, ReasonType, "wp:post_type", it.kind)
	case it.status != statusPublished && !(scheduled && it.status == statusScheduled):
		r.skip(it, ReasonStatus, "wp:status", it.status)
	case it.protected:
		r.skip(it, ReasonPassword, "wp:post_password", "")
	case it.tooLong != "":
		r.skip(it, ReasonTooLong, it.tooLong, "")
	case published.IsZero():
		r.skip(it, ReasonNoDate, "wp:post_date_gmt", it.dateGMT)
	case !scheduled && published.After(r.export.now()):
		r.skip(it, ReasonFuture, "wp:post_date_gmt", published.Format(time.DateTime))
	default:
		if local {
			r.note(it, ReasonLocalDate, "wp:post_date", it.date)
		}
		return published, true
	}
	return time.Time{}, false
}

// identify gives an article a unique id; ok is false if the article is a duplicate.
//
// Importing into WordPress has left some posts with the guid of another post. The first in the file
// keeps the guid; the other one loses its ID, so that its address identifies it. An item that is in
// the file twice, with the same wp:post_id, is a duplicate. So is one whose address is taken too.
func (r *reading) identify(it *item, a *syndicate.Article) (ok bool, err error) {
	// An article without an ID is identified by its URL.
	id := cmp.Or(a.ID, a.URL)
	other, err := r.index.take(id, it.id)
	if err != nil || other == "" {
		return err == nil, err
	}
	// Another post has the guid. Use the address, if no other post has that.
	if other != it.id && id != a.URL {
		if twin, err := r.index.take(a.URL, it.id); err != nil {
			return false, err
		} else if twin == "" {
			a.ID = ""
			p := it.issue(ReasonGUIDTaken, "guid", it.guid)
			p.Other = other
			r.report(p)
			return true, nil
		}
	}
	// The same item again, or the address is taken too.
	p := it.issue(ReasonDuplicate, "guid", id)
	p.Other, p.Skipped = other, true
	r.report(p)
	return false, nil
}

// sort sets the categories and tags of an article. WXR 1.0 lists each term twice: once with its
// taxonomy, and once without for readers of RSS. Terms without a taxonomy count as categories,
// unless the item has one with a taxonomy. An article has each term once.
func (r *reading) sort(it *item, a *syndicate.Article) error {
	// named is set if any term has a taxonomy.
	named := slices.ContainsFunc(it.terms, func(t itemTerm) bool { return t.taxonomy != "" })
	for _, t := range it.terms {
		// A show of Seriously Simple Podcasting is a series there, and a category here.
		if t.taxonomy == "series" && it.isPodcast() {
			t.taxonomy = "category"
		}
		switch t.taxonomy {
		case "":
			if named {
				continue
			}
			fallthrough
		case "category":
			c, err := r.index.category(t.slug, t.name)
			if err != nil {
				return err
			}
			if c != nil && !slices.Contains(a.Categories, *c) {
				a.Categories = append(a.Categories, *c)
			}
		case "tag", "post_tag":
			tag, ok, err := r.index.tag(t.slug, t.name)
			if err != nil {
				return err
			}
			if ok && !slices.Contains(a.Tags, tag) {
				a.Tags = append(a.Tags, tag)
			}
		}
	}
	return nil
}

// enclosureDuration matches the duration that podcast plug-ins add as PHP-serialized data after the
// three lines of an enclosure.
var enclosureDuration = regexp.MustCompile(`s:8:"duration";s:\d{1,2}:"([\d:]{1,12})"`)

// enclose sets the enclosures of an article. The value of each "enclosure" postmeta has the
// address, the length in bytes and the media type, each on its own line. All but the address may be
// missing or wrong; then it is left out. An article has each address once.
func (r *reading) enclose(it *item, a *syndicate.Article) {
	for _, text := range it.enclosures {
		lines := strings.Split(text, "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		lines = append(lines, "", "", "") // so that indexes 0 to 3 exist
		e := syndicate.Enclosure{URL: r.channel.resolve(lines[0])}
		if !isWeb(e.URL) {
			r.note(it, ReasonBadURL, "enclosure", e.URL)
			continue
		}
		if size, err := strconv.ParseInt(lines[1], 10, 64); err == nil && size > 0 {
			e.Size = size
		}
		if kind, _, err := mime.ParseMediaType(lines[2]); err == nil && strings.Contains(kind, "/") {
			e.Type = kind
		}
		if m := enclosureDuration.FindStringSubmatch(lines[3]); m != nil {
			e.Duration = duration(m[1])
		}
		if !slices.ContainsFunc(a.Enclosures, func(o syndicate.Enclosure) bool { return o.URL == e.URL }) {
			a.Enclosures = append(a.Enclosures, e)
		}
	}
}

// duration parses "1:02:03", "2:03" or "123" (seconds). It returns 0 for anything else, and at most
// 1,000 hours.
func duration(s string) (d time.Duration) {
	for part := range strings.SplitSeq(s, ":") {
		n, err := strconv.Atoi(part)
		if err != nil || n > 1_000_000 {
			return 0
		}
		d = d*60 + time.Duration(n)*time.Second
	}
	return min(d, 1000*time.Hour)
}

// maskMail replaces an e-mail address, so that none is in a report.
func maskMail(s string) string {
	if isMail(s) {
		return "…@…"
	}
	return s
}
