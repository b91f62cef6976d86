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
	"github.com/syndicate-go/syndicate/internal/uri"
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

// judge returns the validator's messages about each document.
func judge(t *testing.T, documents []document) [][]message {
	t.Helper()
	var input bytes.Buffer
	for _, d := range documents {
		line, err := json.Marshal(d)
		require.NoError(t, err)
		input.Write(append(line, '\n'))
	}
	command := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("PYTHON"), "python3"), "../../.ci/feedvalidator.py")
	command.Stdin, command.Stderr = &input, os.Stderr
	output, err := command.Output()
	require.NoError(t, err, "the validator failed")
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
	verdicts  []verdict
	documents []document
	numbers   map[string]int
}

// add adds a feed in both formats that the validator reads. JSON Feed is none of them.
func (c *corpus) add(base string, m mutation, feed *syndicate.Feed, usual map[string]bool) {
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
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

// TestValidateAgreesWithTheValidator lists every feed about which the validator reports something
// and Validate nothing, and every feed that Validate calls invalid and the validator does not.
func TestValidateAgreesWithTheValidator(t *testing.T) {
	if os.Getenv("FEEDVALIDATOR") == "" {
		t.Skip("NOT RUN: set FEEDVALIDATOR to the folder of a checkout of github.com/w3c/feedvalidator")
	}
	c := corpus{numbers: map[string]int{}}
	c.addMutations(t, "filled in", filledIn, "")
	c.addMutations(t, "minimal", minimal, "")
	c.addMutations(t, "archived", archived, "Feed.Articles[0].") // those are copies, as in a feed that is filled in
	c.addPublished(t)
	judged := judge(t, c.documents)
	differences := 0
	for _, v := range c.verdicts {
		messages := without(onlyValidator, judged[v.document], message.String)
		invalid := slices.DeleteFunc(slices.Clone(v.problems), func(p *syndicate.Problem) bool { return p.Warning })
		if len(messages) == 0 {
			invalid = without(onlyValidate, invalid, problemText)
		}
		switch {
		case len(messages) > 0 && len(v.problems) == 0:
			differences++
			t.Errorf("%s, %s, %s: Validate reports nothing, the validator %s", v.base, v.format, v.mutation, messages)
		case len(messages) == 0 && len(invalid) > 0:
			differences++
			t.Errorf("%s, %s, %s: the validator reports nothing, Validate %s", v.base, v.format, v.mutation, invalid)
		}
	}
	for _, e := range slices.Concat(onlyValidator, onlyValidate) {
		if !e.used {
			t.Errorf("nothing needs the explanation %q", e.reason)
		}
	}
	t.Logf("%d feeds in RSS and Atom (%d different documents): %d differences that are not explained",
		len(c.verdicts)/2, len(c.documents), differences)
}

// problemText returns a problem without the article and the format.
func problemText(p *syndicate.Problem) string {
	plain := *p
	plain.Article, plain.Format = "", 0
	return strings.TrimPrefix(plain.Error(), "syndicate: ")
}
