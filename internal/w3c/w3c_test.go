// Feed.Validate and the W3C feed validator judge the same feeds.
package w3c

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/licenses"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/rsl"
	"github.com/syndicate-go/syndicate/view"
)

// document is a feed as the validator gets it.
type document struct {
	URL  string `json:"url"`
	Type string `json:"type"`
	Body []byte `json:"body"`
}

// message is what the validator reports.
type message struct {
	Level, Name string
	Params      map[string]string
}

func (m message) String() string {
	var params []string
	for name, value := range m.Params {
		params = append(params, fmt.Sprintf("%s=%q", name, value))
	}
	slices.Sort(params)
	return strings.Join(append([]string{m.Level, m.Name}, params...), " ")
}

// judge returns the messages about each document of a program that reads and writes lines as
// .ci/feedvalidator.py does.
func judge(t *testing.T, documents []document, name string, args ...string) [][]message {
	t.Helper()
	var input bytes.Buffer
	for _, d := range documents {
		line, err := json.Marshal(d)
		require.NoError(t, err)
		input.Write(append(line, '\n'))
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin, command.Stderr = &input, os.Stderr
	output, err := command.Output()
	require.NoError(t, err, "%s failed", name)
	var judged [][]message
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var messages []message
		require.NoError(t, json.Unmarshal(lines.Bytes(), &messages))
		judged = append(judged, messages)
	}
	require.Len(t, judged, len(documents))
	return judged
}

// published returns a feed as a client gets it from its own address, or from the address of the
// valid feed if its own is none.
func published(feed *syndicate.Feed, format syndicate.Format) document {
	at := links("feed").For(format)
	if self, fault := uri.Resolve(nil, feed.Self.For(format)); fault == "" {
		at = self
	}
	return document{URL: at, Type: format.ContentType(), Body: feed.Append(nil, format)}
}

// verdict is what both sides say about a feed.
type verdict struct {
	mutation
	base     string
	format   syndicate.Format
	document int                  // its number
	problems []*syndicate.Problem // that the valid feed does not have
}

// corpus is the feeds and their documents. Mutations of what a format does not carry have the same
// document as the valid feed, which is judged once.
type corpus struct {
	formats   []syndicate.Format
	verdicts  []verdict
	documents []document
	numbers   map[string]int
}

// add adds a feed in the formats that the judge reads.
func (c *corpus) add(base string, m mutation, feed *syndicate.Feed, usual map[string]bool) {
	for _, format := range c.formats {
		d := published(feed, format)
		key := d.URL + " " + string(d.Body)
		n, ok := c.numbers[key]
		if !ok {
			n = len(c.documents)
			c.numbers[key], c.documents = n, append(c.documents, d)
		}
		v := verdict{mutation: m, base: base, format: format, document: n}
		for _, p := range feed.Validate(format) {
			if !usual[p.Error()] {
				v.problems = append(v.problems, p)
			}
		}
		c.verdicts = append(c.verdicts, v)
	}
}

// addMutations adds the mutations of a valid feed. Usual are the warnings about the feed itself: it
// has a value in each field, which no format can hold.
func (c *corpus) addMutations(t *testing.T, base string, valid func(testing.TB) *syndicate.Feed, skip string) {
	usual := map[string]bool{}
	for _, p := range valid(t).Validate(syndicate.Formats()...) {
		require.True(t, p.Warning, "%s", p)
	}
	for _, format := range syndicate.Formats() {
		for _, p := range valid(t).Validate(format) {
			require.Equal(t, syndicate.RuleDegraded, p.Rule, "%s", p)
			usual[p.Error()] = true
		}
	}
	c.add(base, mutation{field: "nothing"}, valid(t), usual)
	for _, m := range mutations(reflect.ValueOf(valid(t)), func(field string) { t.Errorf("%s has no values", field) }) {
		if skip != "" && strings.HasPrefix(m.field, skip) {
			continue
		}
		feed := valid(t)
		m.apply(reflect.ValueOf(feed))
		c.add(base, m, feed, usual)
	}
}

// addPublished adds the feeds of Archives with a mutated site or article. An Archive refuses some
// of them.
func (c *corpus) addPublished(t *testing.T) {
	for _, m := range mutations(reflect.ValueOf(site(t)), func(field string) { t.Errorf("%s has no values", field) }) {
		mutated, articles := site(t), filledIn(t).Articles
		m.apply(reflect.ValueOf(mutated))
		if feed := feedOf(t, mutated, *articles[0], *articles[1]); feed != nil {
			c.add("published", m, feed, nil)
		}
	}
	for _, m := range mutations(reflect.ValueOf(filledIn(t).Articles[0]), func(string) {}) {
		given := filledIn(t).Articles
		m.apply(reflect.ValueOf(given[0]))
		if feed := publishedFeed(t, *given[0], *given[1]); feed != nil {
			c.add("published", m, feed, nil)
		}
	}
}

// addExtended adds feeds of Archives with the extensions that public feeds may have.
func (c *corpus) addExtended(t *testing.T) {
	terms := rsl.Terms{Licenses: []rsl.License{{
		Permits:    rsl.Rights{Usage: []rsl.Usage{rsl.Search}, Users: []rsl.User{rsl.Personal}, Countries: []string{"EU"}},
		Prohibits:  rsl.Rights{Usage: []rsl.Usage{rsl.AITrain}},
		Payment:    rsl.Payment{Type: rsl.PayCrawl, Standard: "https://example.com/standard", Custom: "https://example.com/ask", Amount: 0.1, Currency: "EUR", Accepts: rsl.Accepts{Type: "application/x402+json", Text: `{"a":1}`}},
		Reporting:  []rsl.Reporting{{Type: "audit", Profile: "https://example.com/profile", Endpoint: "https://example.com/report"}},
		Warranties: []rsl.Warranty{rsl.Ownership}, Disclaimers: []rsl.Disclaimer{rsl.AsIs}, Attested: true, Contact: "mailto:a@example.com", Proof: []string{"https://example.com/proof"},
	}}, Server: "https://example.com/server", Encrypted: true, Schema: "https://example.com/schema", Page: rsl.DefaultTerms,
		Copyright:  rsl.Copyright{Name: "Example", Type: "person", Email: "a@example.com", URL: "https://example.com/"},
		Alternates: []rsl.Alternate{{URL: "https://example.com/a.md", Type: "text/markdown"}}}
	for name, extension := range map[string]syndicate.Extension{
		"rsl": rsl.Site{URL: site(t).URL, Terms: terms}, "media": media.Images{}, "place": destination.Point{Latitude: 59.33, Longitude: 18.06},
		"Creative Commons": licenses.Site{URL: licenses.CCBY}, "license": licenses.Site{URL: "https://example.com/license"},
		"languages": view.Languages{{Language: "tr", URL: "https://example.com/tr/"}, {Language: "sv", URL: "https://example.com/sv/"}},
	} {
		extended := site(t)
		extended.Extensions = []syndicate.Extension{extension}
		feed := feedOf(t, extended, *filledIn(t).Articles[0], *filledIn(t).Articles[1])
		require.NotNil(t, feed, name)
		c.add("extended", mutation{field: "Site.Extensions", value: name}, feed, nil)
	}
}

// newCorpus returns all feeds, in these formats.
func newCorpus(t *testing.T, formats ...syndicate.Format) *corpus {
	c := &corpus{formats: formats, numbers: map[string]int{}}
	c.addMutations(t, "filled in", filledIn, "")
	c.addMutations(t, "minimal", minimal, "")
	c.addMutations(t, "archived", archived, "Feed.Articles[0].") // those are copies, as in a feed that is filled in
	c.addPublished(t)
	c.addExtended(t)
	return c
}

// compare lists every feed about which the judge reports something and Validate nothing, and every
// feed that Validate calls invalid and the judge does not.
func (c *corpus) compare(t *testing.T, judged [][]message, onlyJudge, onlyValidate []*explained) {
	t.Helper()
	differences := 0
	for _, v := range c.verdicts {
		messages := without(onlyJudge, judged[v.document], message.String)
		invalid := slices.DeleteFunc(slices.Clone(v.problems), func(p *syndicate.Problem) bool { return p.Warning })
		if len(messages) == 0 {
			invalid = without(onlyValidate, invalid, problemText)
		}
		switch {
		case len(messages) > 0 && len(v.problems) == 0:
			differences++
			t.Errorf("%s, %s, %s: Validate reports nothing, the judge %s", v.base, v.format, v.mutation, messages)
		case len(messages) == 0 && len(invalid) > 0:
			differences++
			t.Errorf("%s, %s, %s: the judge reports nothing, Validate %s", v.base, v.format, v.mutation, invalid)
		}
	}
	for _, e := range slices.Concat(onlyJudge, onlyValidate) {
		if !e.used {
			t.Errorf("nothing needs the explanation %q", e.reason)
		}
	}
	t.Logf("%d feeds in %v (%d different documents): %d differences that are not explained",
		len(c.verdicts)/len(c.formats), c.formats, len(c.documents), differences)
}

func TestValidateAgreesWithTheValidator(t *testing.T) {
	if os.Getenv("FEEDVALIDATOR") == "" {
		t.Skip("NOT RUN: set FEEDVALIDATOR to the folder of a checkout of github.com/w3c/feedvalidator")
	}
	c := newCorpus(t, syndicate.RSS, syndicate.Atom)
	judged := judge(t, c.documents, cmp.Or(os.Getenv("PYTHON"), "python3"), "../../.ci/feedvalidator.py")
	c.compare(t, judged, onlyValidator, onlyValidate)
}

func TestValidateAgreesWithTheRulesOfJSONFeed(t *testing.T) {
	if testing.Short() {
		t.Skip("judges thousands of feeds")
	}
	c := newCorpus(t, syndicate.JSON)
	var judged [][]message
	for _, d := range c.documents {
		judged = append(judged, judgeJSON(d.Body))
	}
	c.compare(t, judged, onlyRules, onlyValidateJSON)
}

// JSONFEED_CHECKER is a command that is run in the folder of the repository.
func TestValidateAgreesWithACheckerOfJSONFeed(t *testing.T) {
	command := strings.Fields(os.Getenv("JSONFEED_CHECKER"))
	if len(command) == 0 {
		t.Skip("NOT RUN: set JSONFEED_CHECKER to a command that checks JSON feeds as .ci/jsonfeed.mjs does")
	}
	t.Chdir("../..")
	c := newCorpus(t, syndicate.JSON)
	c.compare(t, judge(t, c.documents, command[0], command[1:]...), onlyChecker, onlyValidateChecker)
}

// problemText returns a problem without the article and the format.
func problemText(p *syndicate.Problem) string {
	plain := *p
	plain.Article, plain.Format = "", 0
	return strings.TrimPrefix(plain.Error(), "syndicate: ")
}
