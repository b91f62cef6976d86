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

// What wp:status says of what is public, and of what will be.
const (
	statusPublished = "publish"
	statusScheduled = "future"
)

// skip tells why an item is not among the articles.
func (r *reading) skip(it *item, rule Rule, field, value string) {
	p := it.problem(rule, field, value)
	p.Skipped = true
	r.report(p)
}

// note tells what is not as it was in an article.
func (r *reading) note(it *item, rule Rule, field, value string) {
	r.report(it.problem(rule, field, value))
}

func (it *item) problem(rule Rule, field, value string) *Problem {
	return &Problem{
		Post: it.id, Type: it.kind, Title: shorten(it.title.plain()), Line: it.line, Offset: it.offset,
		Field: field, Value: shorten(value), Rule: rule,
	}
}

// article makes an article of an item; false when it is none, or not public.
func (r *reading) article(it *item) (a syndicate.Article, ok bool, err error) {
	published, ok := r.public(it)
	if !ok {
		return a, false, nil
	}
	a = syndicate.Article{
		ID:        it.guid,
		URL:       it.link,
		Title:     it.title.plain(),
		Summary:   cleanhtml.Text(it.excerpt.text),
		Published: published,
	}
	if !isWeb(a.URL) {
		if a.URL = it.guid; !isWeb(a.URL) {
			r.skip(it, RuleNoAddress, "link", it.link)
			return a, false, nil
		}
		r.note(it, RuleBadURL, "link", it.link)
	}
	if a.Title == "" && a.Summary == "" && strings.TrimSpace(it.content.text) == "" {
		r.skip(it, RuleEmpty, "", "")
		return a, false, nil
	}
	if ok, err := r.identify(it, &a); !ok || err != nil {
		return a, false, err
	}
	if updated, _ := r.time(it.changedGMT, it.changed, ""); updated.After(published) && !updated.After(r.export.now()) {
		a.Updated = updated
	}
	if it.creator != "" {
		author, declared := r.index.author(it.creator)
		if !declared {
			r.note(it, RuleUnknownAuthor, "dc:creator", maskMail(it.creator))
		}
		if author.Name != "" && !validSlug("author/", author.Scope().Key()) {
			r.note(it, RuleBadSlug, "dc:creator", author.Name)
		} else if author.Name != "" {
			a.Authors = []syndicate.Author{author}
		}
	}
	if err := r.file(it, &a); err != nil {
		return a, false, err
	}
	if it.thumbnail != "" && it.thumbnail != "0" && it.thumbnail != "-1" {
		if a.Image, ok = r.index.image(it.thumbnail); !ok {
			a.Image = syndicate.Image{}
			r.note(it, RuleNoAttachment, "_thumbnail_id", it.thumbnail)
		}
	}
	r.enclose(it, &a)
	if it.tooMany != "" {
		r.note(it, RuleTooManyParts, it.tooMany, "")
	}
	a.Content = r.body(it)
	return a, true, nil
}

// public reports whether an item is a public post, and when it was published. It is the one place that tells
// (WXR-3, LIFE-1).
func (r *reading) public(it *item) (published time.Time, ok bool) {
	types := r.export.Types
	if len(types) == 0 {
		types = []string{"post"}
	}
	published, local := r.time(it.dateGMT, it.date, it.pubDate)
	switch scheduled := r.export.Scheduled; {
	case !slices.Contains(types, it.kind):
		r.skip(it, RuleType, "wp:post_type", it.kind)
	case it.status != statusPublished && !(scheduled && it.status == statusScheduled):
		r.skip(it, RuleStatus, "wp:status", it.status)
	case it.protected:
		r.skip(it, RulePassword, "wp:post_password", "")
	case it.tooLong != "":
		r.skip(it, RuleTooLong, it.tooLong, "")
	case published.IsZero():
		r.skip(it, RuleNoDate, "wp:post_date_gmt", it.dateGMT)
	case !scheduled && published.After(r.export.now()):
		r.skip(it, RuleFuture, "wp:post_date_gmt", published.Format(time.DateTime))
	default:
		if local {
			r.note(it, RuleLocalDate, "wp:post_date", it.date)
		}
		return published, true
	}
	return time.Time{}, false
}

// identify sees to it that no two articles have one id. Imports into WordPress have left posts with the guid of
// another; the later one in the file goes by its address. An item that is there twice comes once.
func (r *reading) identify(it *item, a *syndicate.Article) (ok bool, err error) {
	id := cmp.Or(a.ID, a.URL)
	other, err := r.index.take(id, it.id)
	if err != nil || other == "" {
		return err == nil, err
	}
	if other != it.id && id != a.URL {
		if twin, err := r.index.take(a.URL, it.id); err != nil {
			return false, err
		} else if twin == "" {
			a.ID = ""
			p := it.problem(RuleGUIDTaken, "guid", it.guid)
			p.Other = other
			r.report(p)
			return true, nil
		}
	}
	p := it.problem(RuleDuplicate, "guid", id)
	p.Other, p.Skipped = other, true
	r.report(p)
	return false, nil
}

// file fills in the categories and tags.
func (r *reading) file(it *item, a *syndicate.Article) error {
	named := slices.ContainsFunc(it.terms, func(t itemTerm) bool { return t.taxonomy != "" })
	for _, t := range it.terms {
		switch t.taxonomy {
		case "":
			if named { // WXR 1.0 says all of them twice, once for readers of RSS
				continue
			}
			fallthrough
		case "category":
			c, err := r.index.category(t.slug, t.name)
			if err != nil {
				return err
			}
			if c != nil && !slices.Contains(a.Categories, c) {
				a.Categories = append(a.Categories, c)
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

// enclosureDuration finds what podcast plug-ins serialise behind the three lines of an enclosure.
var enclosureDuration = regexp.MustCompile(`s:8:"duration";s:\d{1,2}:"([\d:]{1,12})"`)

// enclose fills in the files of enclosure metas: address, length and media type, each on its own line.
func (r *reading) enclose(it *item, a *syndicate.Article) {
	for _, text := range it.enclosures {
		lines := strings.Split(text, "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		lines = append(lines, "", "", "")
		e := syndicate.Enclosure{URL: lines[0]}
		if !isWeb(e.URL) {
			r.note(it, RuleBadURL, "enclosure", e.URL)
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

// duration reads "1:02:03", "2:03" or "123"; 0 when it is none of these.
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

// maskMail keeps e-mail addresses out of reports too.
func maskMail(s string) string {
	if isMail(s) {
		return "…@…"
	}
	return s
}
