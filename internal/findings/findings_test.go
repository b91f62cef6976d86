package findings_test

import (
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	assert.Equal(t, "arms", r.Slug("Slug", "", "Arms", strings.Repeat("x", 1000)))
	assert.Len(t, r.Found, 1)
	assert.Len(t, []rune(r.Found[0].Value), 201, "shortened")
	assert.Equal(t, "given", r.Slug("Slug", "", "Arms", " Given "))
	assert.Len(t, r.Found, 1)
}

func TestAnUnexpectedSlugIsAWarning(t *testing.T) {
	var r report
	assert.Equal(t, "…", r.Slug("Slug", "", "…", ""))
	assert.Equal(t, "page-category", r.Slug("Slug", "news", "Page", ""))
	assert.Equal(t, "page", r.Slug("Slug", "", "Page", ""))
	assert.Equal(t, "…", r.Slug("Slug", "", "…", "…"))
	assert.Equal(t, []string{
		`Slug: "…": name without a letter or digit (slug is "…") [warning]`, `Slug: "page": reserved word (slug is "page-category") [warning]`,
	}, texts(&r))
	r = report{Mode: findings.Feed}
	assert.Equal(t, ".x", r.Slug("Slug", "", "X", ".x"))
	assert.Empty(t, r.Found, "a feed shows no slugs")
}

func TestNumbersAreInOrderEachOnce(t *testing.T) {
	var r report
	assert.Equal(t, []int{0, 3, 23}, findings.Between(&r, "Hours", []int{23, 3, 0, 3}, 0, 23, "bad", ""))
	assert.Empty(t, r.Found)
	findings.Between(&r, "Hours", []int{24, -1}, 0, 23, "bad", "")
	assert.Equal(t, []string{`Hours: "-1": bad`, `Hours: "24": bad`}, texts(&r))
}

// LIFE-4
func TestLongTextsAndListsAreCut(t *testing.T) {
	var r report
	name, text := strings.Repeat("n", 1025), strings.Repeat("word ", 20_000)
	r.Name("Name", &name)
	r.Text("Text", &text)
	assert.Equal(t, strings.Repeat("n", 1021)+"…", name)
	assert.LessOrEqual(t, len(text), 64<<10)
	assert.True(t, strings.HasSuffix(text, "word…"))
	kept := findings.List(&r, "Tags", make([]int, 1001), func(i int) (int, bool) { return i, true })
	assert.Len(t, kept, 1000)
	assert.Len(t, r.Found, 3)
	assert.Contains(t, r.Found[2].String(), `Tags: "1001 elements": too long (those after 1000 are left out) [warning]`)

	r = report{}
	name, text = strings.Repeat("n", 1024), strings.Repeat("t", 64<<10)
	r.Name("Name", &name)
	r.Text("Text", &text)
	findings.List(&r, "Tags", make([]int, 1000), func(i int) (int, bool) { return i, true })
	assert.Empty(t, r.Found)
}

// HTML-6
func TestHTMLInPlainTextIsAWarning(t *testing.T) {
	var r report
	for _, text := range []string{"AT&amp;T", "<b>Bold</b>", "Using <code>"} {
		given := text
		r.Plain("Title", &text)
		assert.Equal(t, given, text, "kept")
	}
	assert.Equal(t, []string{
		`Title: "AT&amp;T": looks like HTML (kept; this is plain text) [warning]`,
		`Title: "<b>Bold</b>": looks like HTML (kept; this is plain text) [warning]`,
	}, texts(&r))
}

// LIFE-4
func TestLanguagesAreMendedOrLeftOut(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "en\x00": "en", "EN-us": "en-US", "en_US": "en-US", "iw": "he", "tr ": "tr", "": "",
		"English": "", "xx-unknown": "", "en-" + strings.Repeat("-", 800_000): "",
	} {
		var r report
		assert.Equal(t, want, r.Language("Language", tag), "%.20s", tag)
		mended := strings.EqualFold(want, strings.TrimSpace(tag))
		assert.Equal(t, mended, len(r.Found) == 0, "%.20s", tag)
		assert.False(t, r.Refused)
	}
	r := report{Mode: findings.Site}
	r.Language("Language", "English!")
	assert.True(t, r.Refused, "a site's owner hears of it at once")
}

// LIFE-4
func TestOddDatesAreKeptWithAWarning(t *testing.T) {
	for year, odd := range map[int]bool{1: true, 1969: true, 1970: false, 2100: false, 2101: true} {
		var r report
		date := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)
		assert.Equal(t, date, r.Date("Published", date))
		r.NeedDate("Updated", date)
		assert.Equal(t, odd, len(r.Found) == 2, year)
	}
}

// RSS-4, LIFE-4
func TestMailAddressesAndPasswordsAreTakenOut(t *testing.T) {
	var r report
	name, email, ref := "Jane Roe <jane@e.org>", "", "mailto:other@e.org"
	r.Masked("Name", &name, &email)
	r.Mailto("URL", &ref, &email)
	assert.Equal(t, []string{"Jane Roe", "jane@e.org", ""}, []string{name, email, ref})
	assert.Equal(t, "https://e.org/a", r.URL("URL", "https://me:secret@e.org/a", nil))
	for _, text := range texts(&r) {
		assert.NotContains(t, text, "@")
		assert.NotContains(t, text, "secret")
	}
	assert.Len(t, r.Found, 3)
	name, ref = "Jane", "https://e.org/"
	r.Masked("Name", &name, &email)
	r.Mailto("URL", &ref, &email)
	assert.Len(t, r.Found, 3)
	assert.Equal(t, "https://e.org/", ref)
}

func TestAStyleSheetIsNoXSLT(t *testing.T) {
	var r report
	assert.Equal(t, "https://e.org/a.css", r.Stylesheet("Stylesheet", "https://e.org/a.css", nil))
	assert.Empty(t, r.Found)
	for _, ref := range []string{"https://e.org/a.xsl", "https://e.org/a.xslt?v=1"} {
		assert.Empty(t, r.Stylesheet("Stylesheet", ref, nil))
	}
	assert.Len(t, r.Found, 2)
	assert.False(t, r.Refused)
}

func TestHubsAreListedOnce(t *testing.T) {
	r := report{Mode: findings.Site}
	assert.Equal(t, []string{"https://e.org/", "https://f.org/"}, r.Hubs("Hubs", []string{"https://e.org", " ", "https://f.org/", "https://E.org/"}, nil))
	assert.Equal(t, []string{"Hubs[1]: missing (left out) [warning]"}, texts(&r))
}

func TestASiteHasMovedFromAnotherFolder(t *testing.T) {
	today, err := url.Parse("https://e.org/")
	require.NoError(t, err)
	var r report
	for given, want := range map[string]string{"": "https://e.org/", "https://e.org": "https://e.org/", "http://old.org/blog": "http://old.org/blog/"} {
		site := given
		folder := r.MovedFrom("IDBase", &site, today)
		assert.Equal(t, want, site)
		assert.Equal(t, want == "https://e.org/", folder == nil)
	}
	assert.Empty(t, r.Found)
	site := "old.org"
	r.MovedFrom("IDBase", &site, today)
	assert.True(t, r.Refused)
}

func TestLimits(t *testing.T) {
	var r report
	assert.Equal(t, []int{0, 7, 1 << 30}, []int{r.Limit("Limit", 0), r.Limit("Limit", 7), r.Limit("Limit", math.MaxInt)})
	assert.Empty(t, r.Found)
	assert.Zero(t, r.Limit("Limit", -1))
	assert.Len(t, r.Found, 1)
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

func TestAFeedIsWrittenAsItIs(t *testing.T) {
	for subject, want := range map[findings.Subject]string{
		findings.Article: `URL: "https://e.org/": has a user name or password (left out; RFC 9110 section 4.2.4) [warning]`,
		findings.Feed:    `URL: "https://e.org/": has a user name or password (written as it is; RFC 9110 section 4.2.4) [warning]`,
	} {
		r := report{Mode: subject}
		r.URL("URL", "https://me:secret@e.org/", nil)
		r.Stylesheet("Stylesheet", "https://e.org/a.xsl", nil)
		require.Len(t, r.Found, 2)
		assert.Equal(t, want, texts(&r)[0])
		assert.Equal(t, subject == findings.Feed, strings.Contains(texts(&r)[1], "written as it is"))
	}
}
