package findings_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/findings"
)

type report = findings.Report[syndicate.Rule, syndicate.Format]

func texts(r *report) (all []string) {
	for _, f := range r.Found {
		all = append(all, strings.TrimPrefix(f.String(), "syndicate: "))
	}
	return all
}

func TestAFindingSaysWhereWhatAndWhichRule(t *testing.T) {
	f := findings.Finding[syndicate.Rule, syndicate.Format]{
		Warning: true, Article: "a", Format: syndicate.RSS, Field: "URL", Value: "x", Rule: "bad", Spec: "left out",
	}
	assert.Equal(t, `syndicate: article "a": rss: URL: "x": bad (left out) [warning]`, f.String())
	f = findings.Finding[syndicate.Rule, syndicate.Format]{Field: "URL", Rule: "bad"}
	assert.Equal(t, "syndicate: URL: bad", f.String())
}

func TestTheRulesAreThoseThatProgramsTestFor(t *testing.T) {
	var r report
	r.NeedText("Title", " ", "")
	n := -1
	findings.NotNegative(&r, "Size", &n, "")
	r.Language("Language", "no tag!")
	r.Mail("Email", "nobody")
	r.MediaType("Type", "jpeg", "")
	r.Legal("Title", "\x00")
	want := []syndicate.Rule{
		syndicate.RuleMissing, syndicate.RuleNegative, syndicate.RuleBadLanguage, syndicate.RuleBadMail,
		syndicate.RuleBadType, syndicate.RuleIllegalText,
	}
	for i, rule := range want {
		assert.Equal(t, rule, r.Found[i].Rule)
	}
	assert.Len(t, r.Found, len(want))
	assert.Zero(t, n)
}

func TestAnOptionalDetailCostsWhatTheSubjectSays(t *testing.T) {
	base, early := &url.URL{Scheme: "https", Host: "e.org", Path: "/"}, time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
	subjects := map[findings.Subject]bool{findings.Article: false, findings.Site: true, findings.Feed: true}
	for subject, refused := range subjects {
		for name, check := range map[string]func(*report) bool{
			"url":      func(r *report) bool { return r.URL("URL", "mailto:x", base) == "" },
			"has url":  func(r *report) bool { return r.HasURL("URL", " ", "", base) == "" },
			"mail":     func(r *report) bool { return r.Mail("Email", "x") == "" },
			"iri":      func(r *report) bool { return r.IRI("ID", "no id") == "" },
			"date":     func(r *report) bool { return r.Date("When", early).IsZero() },
			"type":     func(r *report) bool { return r.MediaType("Type", "x", "") == "" },
			"language": func(r *report) bool { return r.Language("Language", "-") == "" },
		} {
			r := report{Mode: subject}
			assert.True(t, check(&r), name)
			assert.Equal(t, refused, r.Refused, name)
			assert.Len(t, r.Found, 1, name)
		}
	}
}

func TestWhatIsNeededIsRefused(t *testing.T) {
	var r report
	r.NeedURL("URL", "", "s")
	r.NeedMail("Email", " ", "s")
	r.NeedMail("Email", "x", "s")
	r.NeedIRI("ID", "no id")
	r.NeedDate("When", time.Time{})
	for _, f := range r.Found {
		assert.False(t, f.Warning, f.String())
	}
	assert.Len(t, r.Found, 5)
	assert.Equal(t, "a@e.org", r.NeedMail("Email", " a@e.org ", ""))
	r.NeedURL("URL", "https://e.org/", "")
	r.NeedIRI("ID", "https://e.org/")
	assert.Len(t, r.Found, 5)
	r.NeedIRI("ID", "HTTPS://E.org/")
	assert.Len(t, r.Found, 6)
	assert.Contains(t, texts(&r)[5], "not in its canonical form, https://e.org/ (RFC 4287 section 4.2.6.1) [warning]")
}

func TestAListKeepsWhatItsCheckKeeps(t *testing.T) {
	var r report
	kept := findings.List(&r, "Hubs", []string{"a", "", "b"}, func(s string) (string, bool) {
		r.NeedText("", s, "")
		return s + "!", s != ""
	})
	assert.Equal(t, []string{"a!", "b!"}, kept)
	assert.Equal(t, []string{"Hubs[1]: missing"}, texts(&r))
	assert.Nil(t, findings.Clipped([]int{}))
}

func TestASlugThatCannotBeUsedIsReplacedByThatOfTheName(t *testing.T) {
	var r report
	assert.Equal(t, "arms", r.Slug("Slug", "Arms", strings.Repeat("x", 1000)))
	assert.Len(t, r.Found, 1)
	assert.Len(t, []rune(r.Found[0].Value), 201, "shortened")
	assert.Empty(t, r.Slug("Slug", "…", ""))
	assert.Len(t, r.Found, 2)
}

func TestNumbersAreInOrderEachOnce(t *testing.T) {
	var r report
	assert.Equal(t, []int{0, 3, 23}, findings.Between(&r, "Hours", []int{23, 3, 0, 3}, 0, 23, "bad", ""))
	assert.Empty(t, r.Found)
	findings.Between(&r, "Hours", []int{24, -1}, 0, 23, "bad", "")
	assert.Equal(t, []string{`Hours: "-1": bad`, `Hours: "24": bad`}, texts(&r))
}

func TestEveryFindingNamesItsArticle(t *testing.T) {
	r := report{Article: "a"}
	r.Refuse("URL", "", "bad", "")
	r.Add(findings.Finding[syndicate.Rule, syndicate.Format]{Article: "b", Field: "URL", Rule: "bad"})
	assert.Equal(t, []string{`article "a": URL: bad`, `article "b": URL: bad`}, texts(&r))
}

func TestALeftOutDetailSaysSo(t *testing.T) {
	var r report
	r.Drop("Type", "x", "bad", "")
	r.Drop("Type", "x", "bad", "RFC 2045")
	want := []string{`Type: "x": bad (left out) [warning]`, `Type: "x": bad (left out; RFC 2045) [warning]`}
	assert.Equal(t, want, texts(&r))
}

// A feed is written as it is. Articles and sites get the canonical form, so nothing is wrong.
func TestOnlyAFeedIsWarnedOfAURLInAnotherForm(t *testing.T) {
	for _, subject := range []findings.Subject{findings.Article, findings.Site, findings.Feed} {
		r := report{Mode: subject}
		assert.Equal(t, "https://e.org/a", r.URL("URL", " https://e.org/a ", nil))
		assert.Empty(t, r.Found)
		assert.Equal(t, "https://e.org/a", r.URL("URL", "HTTPS://E.org/a", nil))
		assert.Equal(t, subject == findings.Feed, len(r.Found) == 1)
		assert.False(t, r.Refused)
	}
}

func TestZeroIsNotNegative(t *testing.T) {
	var r report
	for _, n := range []int{0, 1} {
		given := n
		findings.NotNegative(&r, "Size", &n, "")
		assert.Equal(t, given, n)
	}
	assert.Empty(t, r.Found)
}

func TestValuesOfMoreThan200BytesAreShortened(t *testing.T) {
	fits := strings.Repeat("x", 200)
	assert.Equal(t, fits, findings.Shorten(fits))
	assert.Equal(t, fits+"…", findings.Shorten(fits+"x"))
	assert.Equal(t, fits[1:]+"…", findings.Shorten(fits[1:]+"ğx"), "no half of a letter")
}

func TestAnElementWithoutFindingsCostsNoMemory(t *testing.T) {
	var r report
	assert.Zero(t, testing.AllocsPerRun(10, func() { r.Element("Hubs", 1000, 0) }))
}
