package podcast

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/xmltext"
)

// The namespaces. Apple ignores the elements of any other prefix than itunes, and of any other
// URI, https included.
var (
	itunes   = xmltext.Namespace{Prefix: "itunes", URI: "http://www.itunes.com/dtds/podcast-1.0.dtd"}
	podcast2 = xmltext.Namespace{Prefix: "podcast", URI: "https://podcastindex.org/namespace/1.0"}
	atom     = xmltext.Namespace{Prefix: "atom", URI: "http://www.w3.org/2005/Atom"}
	history  = xmltext.Namespace{Prefix: "fh", URI: "http://purl.org/syndication/history/1.0"}
	content  = xmltext.Namespace{Prefix: "content", URI: "http://purl.org/rss/1.0/modules/content/"}
)

// Where the rules are written down. A problem names one of these, with the element behind it.
const (
	apple   = "Apple, A Podcaster's Guide to RSS, "
	podspec = "podcast namespace 1.0, "
)

// The limits of texts, in characters.
const (
	appleText = 255 // Apple, for all but descriptions
	nameText  = 128 // podcast namespace, for most texts
	shortText = 32  // podcast namespace, for labels of episodes and files
)

// output writes elements and reports what it finds while it does so. The checks of a [Show] and an
// [Episode] write into an output that is thrown away, so that a check sees what a feed gets: there
// is one place for each rule.
//
// Fields of a show or episode are reported with a dot before them, ".Categories", and those of the
// feed or the article without one, "Language".
type output struct {
	findings.Report[syndicate.Rule, syndicate.Format]
	w        *xmltext.Writer
	base     *url.URL      // that relative URLs are resolved against, nil for none
	duration time.Duration // of the episode, 0 if it is not known
}

// newOutput returns an output that writes to w. Relative URLs are resolved against the page.
func newOutput(w *xmltext.Writer, page string) *output {
	o := &output{w: w}
	if base, err := url.Parse(strings.TrimSpace(page)); err == nil && base.IsAbs() {
		o.base = base
	}
	return o
}

// problems returns what was found. The name of the type precedes its fields.
func (o *output) problems(typeName string, formats syndicate.Format) []*syndicate.Problem {
	problems := make([]*syndicate.Problem, 0, len(o.Found))
	for _, f := range o.Found {
		if strings.HasPrefix(f.Field, ".") || strings.HasPrefix(f.Field, "[") {
			f.Field = typeName + f.Field
		}
		f.Format = formats
		problems = append(problems, (*syndicate.Problem)(f))
	}
	return problems
}

// writer is an element that writes itself, or nothing if it lacks what it needs.
type writer interface{ write(o *output) }

// each writes the elements of a list. Problems name the index.
func each[W writer](o *output, field string, list []W) {
	for i, element := range list {
		found := len(o.Found)
		element.write(o)
		o.Element(field, i, found)
	}
}

// one writes an element that may be there once, unless it is the zero value.
func one[W interface {
	writer
	comparable
}](o *output, field string, element W) {
	var zero W
	if element != zero {
		found := len(o.Found)
		element.write(o)
		o.Within(field, found)
	}
}

// text returns plain text of at most so many characters.
func (o *output) text(field, s string, most int) string {
	o.Text(field, &s)
	if utf8.RuneCountInString(s) > most {
		o.Warn(field, s, RuleTooLong, fmt.Sprintf("cut after %d characters", most))
		s = cut(s, most)
	}
	return s
}

// cut returns the first characters of a text, with an ellipsis as the last of them.
func cut(s string, most int) string {
	characters := 0
	for i := range s {
		if characters++; characters == most {
			return s[:i] + "…"
		}
	}
	return s
}

// has reports whether a required text is there. If it is missing, the element is left out.
func (o *output) has(field, text, spec string) bool {
	if text == "" {
		o.Warn(field, "", syndicate.RuleMissing, "left out; "+spec)
	}
	return text != ""
}

// link returns an optional URL of an element of the podcast namespace, absolute.
func (o *output) link(field, ref string) string {
	href := o.URL(field, ref, o.base)
	if strings.HasPrefix(href, "http://") {
		o.Warn(field, href, RuleNotHTTPS, "kept; podcast namespace 1.0, Podcast Tags")
	}
	return href
}

// needLink is link for a required URL. Without it the element is left out.
func (o *output) needLink(field, ref, spec string) string {
	if strings.TrimSpace(ref) == "" {
		o.has(field, "", spec)
		return ""
	}
	return o.link(field, ref)
}

// among returns the value of a list that s is, whatever its case. It reports another value, which
// is then left out, with the nearest one of the list.
func (o *output) among(field, s, spec string, known ...string) string {
	if s = escape.Trim(s); s == "" {
		return ""
	}
	for _, value := range known {
		if strings.EqualFold(value, s) {
			return value
		}
	}
	o.Warn(field, s, RuleUnknown, "left out; "+perhaps(s, known)+spec)
	return ""
}

// perhaps names the nearest of the known values, for an error that continues behind it.
func perhaps(s string, known []string) string {
	if near := nearest(s, known); near != "" {
		return fmt.Sprintf("perhaps %q; ", near)
	}
	return ""
}

// nearest returns the value with the fewest letters to change, "" if more than half of them would
// change.
func nearest(s string, known []string) (near string) {
	if len(s) > 100 { // no value is as long, and the time is quadratic
		return ""
	}
	least := len(s)/2 + 1
	for _, value := range known {
		if d := distance(strings.ToLower(s), strings.ToLower(value)); d < least {
			near, least = value, d
		}
	}
	return near
}

// distance returns how many bytes have to be changed, inserted or removed to turn s into t
// (Levenshtein).
func distance(s, t string) int {
	row := make([]int, len(t)+1) // of the distances between a start of s and all starts of t
	for j := range row {
		row[j] = j
	}
	for i := range len(s) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(t) {
			change := diagonal
			if s[i] != t[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}

// positive returns a number, "" for one that is not above 0. A negative one is reported.
func (o *output) positive(field string, n int64, spec string) string {
	findings.NotNegative(&o.Report, field, &n, spec)
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// span reports whether a part of an episode has a start and a length. Otherwise it is left out.
func (o *output) span(start, length time.Duration, spec string) bool {
	switch {
	case start < 0:
		o.Warn(".Start", start.String(), syndicate.RuleNegative, "left out; "+spec)
	case length <= 0:
		o.Warn(".Duration", length.String(), RuleNotPositive, "left out; "+spec)
	case o.duration > 0 && start >= o.duration:
		o.Warn(".Start", start.String(), RuleAfterEnd, "left out; "+spec)
	default:
		return true
	}
	return false
}

// seconds returns a time of an episode, in seconds with a decimal point if there are fractions.
func seconds(d time.Duration) string { return decimal(d.Seconds()) }

// decimal returns a number without an exponent.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// finite returns a number, "" for 0, which means unknown. One that is negative or no number is
// reported and left out.
func (o *output) finite(field string, f float64, spec string) string {
	switch {
	case f == 0:
		return ""
	case f > 0 && !math.IsInf(f, 1):
		return decimal(f)
	}
	o.Warn(field, decimal(f), RuleNotPositive, "left out; "+spec)
	return ""
}

// yes returns a word if a flag is set: elements of flags are written only then.
func yes(flag bool, word string) string {
	if flag {
		return word
	}
	return ""
}

// attr returns an attribute, which is left out if its value is empty.
func attr(name, value string) xmltext.Attr { return xmltext.Attr{Name: name, Value: value} }
