package destination

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/mediatype"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// What the rules of this package report. Test with errors.Is. The numbers differ between
// destinations, so each Problem states them in its Spec. A missing field breaks
// [syndicate.RuleMissing].
const (
	// Of texts: titles, descriptions, bodies.
	RuleTooLong  syndicate.Rule = "too long"
	RuleTooShort syndicate.Rule = "too short"
	RuleMarkup   syndicate.Rule = "not plain text"
	// Of addresses.
	RuleNotHTTPS  syndicate.Rule = "not an https URL"
	RulePassword  syndicate.Rule = "has a user name or password"
	RuleOtherHost syndicate.Rule = "not on the host of the feed"
	RuleExcerpt   syndicate.Rule = "an excerpt, not the full text"
	RuleReadMore  syndicate.Rule = "ends with a link to read more"
	// Of dates and languages.
	RuleFuture        syndicate.Rule = "date is in the future"
	RuleOld           syndicate.Rule = "too old"
	RuleOtherLanguage syndicate.Rule = "not in the language that is required"
	// Of the HTML of bodies.
	RuleElement    syndicate.Rule = "element that is removed"
	RuleNesting    syndicate.Rule = "HTML is nested too deeply"
	RuleLineBreaks syndicate.Rule = "line breaks in a row"
	RuleManyLinks  syndicate.Rule = "too many links"
	RulePlayer     syndicate.Rule = "player that is removed"
	// Of images. An unknown type or size breaks none of them.
	RuleImageType   syndicate.Rule = "type of image that is not shown"
	RuleImageSize   syndicate.Rule = "image of an unsuitable size"
	RuleImageShape  syndicate.Rule = "image of an unsuitable shape"
	RuleNoLeadImage syndicate.Rule = "body does not begin with the lead image"
	// Of the feed as a whole.
	RuleFewArticles   syndicate.Rule = "too few articles"
	RuleManyArticles  syndicate.Rule = "too many articles"
	RuleTooLarge      syndicate.Rule = "too large"
	RuleOrder         syndicate.Rule = "not newest first"
	RuleLocale        syndicate.Rule = "language without a region"
	RuleSchedule      syndicate.Rule = "not a time that is accepted"
	RuleManySponsored syndicate.Rule = "too many sponsored links"
)

// The checks that profiles share. Each is the function of a [Rule], or returns one that has limits.
// A check reports what a feed states wrongly; what it does not state, such as the size of an image,
// breaks a rule only if the destination requires it.

type (
	// feedCheck is [Rule.Feed], and articleCheck is [Rule.Article].
	feedCheck    = func(*syndicate.Feed, Report)
	articleCheck = func(*syndicate.Feed, *syndicate.Article, Report)
)

// blank reports whether a text has nothing to show.
func blank(text string) bool { return plaintext.Of(text) == "" }

// missing reports a text that is blank.
func missing(report Report, field, text string) {
	if blank(text) {
		report(field, "")
	}
}

// needTitle reports a feed without a title.
func needTitle(f *syndicate.Feed, report Report) { missing(report, "Title", f.Title) }

// needLink reports a feed without the address of a page.
func needLink(f *syndicate.Feed, report Report) { missing(report, "URL", f.URL) }

// needDescription reports a feed without a description.
func needDescription(f *syndicate.Feed, report Report) { missing(report, "Description", f.Description) }

// needLanguage reports a feed without a language, or in the undetermined one ("und").
func needLanguage(f *syndicate.Feed, report Report) {
	if f.Language == "" || f.Language == "und" {
		report("Language", "")
	}
}

// needLocale reports a language without a region: "en", where "en-US" is required.
func needLocale(f *syndicate.Feed, report Report) {
	if _, region, _ := strings.Cut(f.Language, "-"); region == "" {
		report("Language", f.Language)
	}
}

// needID reports an article without an id. Its address stands for one.
func needID(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "ID", a.ID+a.URL)
}

// needPage reports an article without an address.
func needPage(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "URL", a.URL)
}

// needHeadline reports an article without a title.
func needHeadline(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "Title", a.Title)
}

// needDate reports an article without a date of publication.
func needDate(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Published.IsZero() {
		report("Published", "")
	}
}

// needSummary reports an article without a summary, the description of an item.
func needSummary(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "Summary", a.Summary)
}

// needBody reports an article without a body, as feeds with Excerpts have it.
func needBody(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "Content", a.Content)
}

// fullText reports a body that says no more than the summary. A feed has such a body for an article
// that is longer than [syndicate.Site.MaxBody].
func fullText(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	summary := strings.TrimSuffix(a.Summary, "…")
	if summary == a.Summary || blank(summary) || blank(a.Content) {
		return
	}
	// Behind the summary stand at most the title or the address, as the text of a link.
	if body := textOf(a.Content); len(body) <= len(summary)+len(a.Title)+len(a.URL)+len("…") &&
		strings.HasPrefix(body, strings.TrimSpace(summary)) {
		report("Content", body)
	}
}

// uniqueID reports an id that an article before has: readers take the two for one.
func uniqueID(f *syndicate.Feed, report Report) {
	seen := map[string]bool{}
	for i, a := range f.Articles {
		if a == nil {
			continue
		}
		id := a.ID
		if id == "" {
			id = a.URL
		}
		if id != "" && seen[id] {
			report(fmt.Sprintf("Articles[%d].ID", i), id)
		}
		seen[id] = true
	}
}

// needAuthor reports an article that has no byline, and no author of the feed that stands for one.
func needAuthor(f *syndicate.Feed, a *syndicate.Article, report Report) {
	for _, author := range append(a.Authors[:len(a.Authors):len(a.Authors)], f.Authors...) {
		if !blank(author.Name) {
			return
		}
	}
	report("Authors", "")
}

// needByline reports an article without authors: the feed's author, usually the name of the
// publication, is not a byline.
func needByline(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for _, author := range a.Authors {
		if !blank(author.Name) {
			return
		}
	}
	report("Authors", "")
}

// needImage reports an article without a lead image.
func needImage(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	missing(report, "Image.URL", a.Image.URL)
}

// needCredit reports a lead image whose photographer or agency is not named.
func needCredit(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Image.URL != "" {
		missing(report, "Image.Credit", a.Image.Credit)
	}
}

// longest reports a text of more than most characters.
func longest(report Report, field, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		report(field, text)
	}
}

// shortest reports a text that is there and has fewer than least characters.
func shortest(report Report, field, text string, least int) {
	if !blank(text) && utf8.RuneCountInString(text) < least {
		report(field, text)
	}
}

// titleAtMost reports a title of more characters.
func titleAtMost(most int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) { longest(report, "Title", a.Title, most) }
}

// titleAtLeast reports a title of fewer characters. A missing title breaks another rule.
func titleAtLeast(least int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		shortest(report, "Title", a.Title, least)
	}
}

// plainTitle reports a title with HTML in it.
func plainTitle(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if plaintext.HasMarkup(a.Title) {
		report("Title", a.Title)
	}
}

// plainFeedTitle is plainTitle for the feed.
func plainFeedTitle(f *syndicate.Feed, report Report) {
	if plaintext.HasMarkup(f.Title) {
		report("Title", f.Title)
	}
}

// published reports a date that is not in the past.
func published(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Published.After(time.Now()) {
		report("Published", a.Published.Format(time.RFC3339))
	}
}

// youngerThan reports an article of at least so many days.
func youngerThan(days int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		age := time.Since(a.Published)
		if !a.Published.IsZero() && age >= time.Duration(days)*24*time.Hour {
			report("Published", a.Published.Format(time.RFC3339))
		}
	}
}

// oneLanguage reports an article in another language than the feed. Regions do not matter.
func oneLanguage(f *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Language != "" && primary(a.Language) != primary(f.Language) {
		report("Language", a.Language)
	}
}

// inEnglish reports a feed in another language.
func inEnglish(f *syndicate.Feed, report Report) {
	if primary(f.Language) != "en" {
		report("Language", f.Language)
	}
}

// primary returns the language of a tag, without region and script.
func primary(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return language
}

// address is a URL of an article that a destination loads or shows.
type address struct{ field, url string }

// addressesOf returns the URLs of an article: its page, its image, its files, the images and frames
// of its body. Links of the body are not among them.
func addressesOf(a *syndicate.Article) []address {
	all := []address{{"URL", a.URL}, {"Image.URL", a.Image.URL}}
	if a.Image.Thumbnail != nil {
		all = append(all, address{"Image.Thumbnail.URL", a.Image.Thumbnail.URL})
	}
	for i, e := range a.Enclosures {
		all = append(all, address{fmt.Sprintf("Enclosures[%d].URL", i), e.URL})
	}
	for i, p := range galleryOf(a) {
		all = append(all, address{fmt.Sprintf("Gallery.Pictures[%d].URL", i), p.URL})
	}
	for _, source := range read(a.Content).sources {
		all = append(all, address{"Content", source})
	}
	return all
}

// secure reports URLs that are not https.
func secure(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for _, at := range addressesOf(a) {
		if at.url != "" && !isHTTPS(at.url) {
			report(at.field, at.url)
		}
	}
}

// secureFeed is secure for the addresses of the feed itself.
func secureFeed(f *syndicate.Feed, report Report) {
	for _, at := range []address{{"URL", f.URL}, {"Self.RSS", f.Self.RSS}, {"Self.Atom", f.Self.Atom}} {
		if at.url != "" && !isHTTPS(at.url) {
			report(at.field, at.url)
		}
	}
}

// isHTTPS reports whether a URL is https and has something behind the scheme.
func isHTTPS(address string) bool {
	const scheme = "https://"
	return len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme)
}

// noPassword reports URLs with a user name or password.
func noPassword(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	body := read(a.Content)
	all := addressesOf(a)
	for _, link := range body.links {
		all = append(all, address{"Content", link})
	}
	for _, at := range all {
		if uri.HasUserinfo(at.url) {
			report(at.field, at.url)
		}
	}
}

// sameHost reports an article whose page is on another host than the feed's. "www." makes no
// difference, and a part of a domain belongs to it.
func sameHost(f *syndicate.Feed, a *syndicate.Article, report Report) {
	page, site := hostOf(a.URL), hostOf(f.URL)
	if page != "" && site != "" && page != site && !strings.HasSuffix(page, "."+site) {
		report("URL", a.URL)
	}
}

// hostOf returns the host of a URL in lower case without "www." and port, "" if there is none.
func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// sizeOf returns the size of an image as problems name it.
func sizeOf(i syndicate.Image) string { return fmt.Sprintf("%d x %d", i.Width, i.Height) }

// imagesOf returns the images of an article whose sizes can be known, with their fields.
func imagesOf(a *syndicate.Article) (fields []string, images []syndicate.Image) {
	if a.Image.URL != "" {
		fields, images = append(fields, "Image"), append(images, a.Image)
	}
	for i, p := range galleryOf(a) {
		fields, images = append(fields, fmt.Sprintf("Gallery.Pictures[%d]", i)), append(images, p.Image)
	}
	return fields, images
}

// eachImage makes a check of an article from one of its images.
func eachImage(check func(field string, i syndicate.Image, report Report)) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		fields, images := imagesOf(a)
		for n, i := range images {
			check(fields[n], i, report)
		}
	}
}

// imageTypes reports images of a known type that is not among these.
func imageTypes(types ...string) articleCheck {
	return eachImage(func(field string, i syndicate.Image, report Report) {
		kind := mediatype.Of(i.Type, i.URL)
		if kind != "" && kind != "image" && !isOneOf(kind, types) {
			report(field+".Type", kind)
		}
	})
}

// leadImageTypes is imageTypes for the lead image alone.
func leadImageTypes(types ...string) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		kind := mediatype.Of(a.Image.Type, a.Image.URL)
		if a.Image.URL != "" && kind != "" && kind != "image" && !isOneOf(kind, types) {
			report("Image.Type", kind)
		}
	}
}

// isOneOf reports whether a list has s.
func isOneOf(s string, list []string) bool {
	return slices.Contains(list, s)
}

// largerSide reports images of a known size neither side of which has so many pixels.
func largerSide(least int) articleCheck {
	return eachImage(func(field string, i syndicate.Image, report Report) {
		if i.Width > 0 && i.Height > 0 && max(i.Width, i.Height) < least {
			report(field+".Width", sizeOf(i))
		}
	})
}

// smallerSide reports lead images of a known size one side of which has fewer pixels.
func smallerSide(least int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		if i := a.Image; i.Width > 0 && i.Height > 0 && min(i.Width, i.Height) < least {
			report("Image.Width", sizeOf(i))
		}
	}
}

// knownSize reports a lead image whose size is not stated, so that it cannot be checked.
func knownSize(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if a.Image.URL != "" && (a.Image.Width <= 0 || a.Image.Height <= 0) {
		report("Image.Width", "")
	}
}

// imageBytes reports images of a known size of more bytes.
func imageBytes(most int64) articleCheck {
	return eachImage(func(field string, i syndicate.Image, report Report) {
		if i.Size > most {
			report(field+".Size", strconv.FormatInt(i.Size, 10))
		}
	})
}

// imageShape reports images whose width divided by their height is not between these.
func imageShape(least, most float64) articleCheck {
	return eachImage(func(field string, i syndicate.Image, report Report) {
		if i.Width <= 0 || i.Height <= 0 {
			return
		}
		if ratio := float64(i.Width) / float64(i.Height); ratio < least || ratio > most {
			report(field+".Width", sizeOf(i))
		}
	})
}

// atLeastArticles reports a feed of fewer articles.
func atLeastArticles(least int) feedCheck {
	return func(f *syndicate.Feed, report Report) {
		if n := len(f.Articles); n < least {
			report("Articles", strconv.Itoa(n))
		}
	}
}

// atMostArticles reports a feed of more articles.
func atMostArticles(most int) feedCheck {
	return func(f *syndicate.Feed, report Report) {
		if n := len(f.Articles); n > most {
			report("Articles", strconv.Itoa(n))
		}
	}
}

// feedBytes limits the size of the RSS feed.
func feedBytes(most int) feedCheck {
	return func(f *syndicate.Feed, report Report) {
		if n := len(f.Append(nil, syndicate.RSS)); n > most {
			report("Articles", fmt.Sprintf("%d bytes", n))
		}
	}
}

// articleBytes limits the size of an item of the RSS feed.
func articleBytes(most int) articleCheck {
	return func(f *syndicate.Feed, a *syndicate.Article, report Report) {
		if len(a.Content)*6 < most { // no character has an escape of more than six bytes
			return
		}
		one := *f
		one.Articles = nil
		head := len(one.Append(nil, syndicate.RSS))
		one.Articles = []*syndicate.Article{a}
		if n := len(one.Append(nil, syndicate.RSS)) - head; n > most {
			report("Content", fmt.Sprintf("%d bytes", n))
		}
	}
}

// newestFirst reports the first article that is newer than the one before it.
func newestFirst(f *syndicate.Feed, report Report) {
	var last time.Time
	for i, a := range f.Articles {
		if a == nil {
			continue
		}
		if !last.IsZero() && a.Published.After(last) {
			report(fmt.Sprintf("Articles[%d].Published", i), a.Published.Format(time.RFC3339))
			return
		}
		last = a.Published
	}
}
