package uri

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// RSS-4
func TestMailAddressesAreCutOutOfNames(t *testing.T) {
	for name, want := range map[string][2]string{
		"Jane Roe":                              {"Jane Roe", ""},
		"jane@example.org":                      {"jane", "jane@example.org"},
		"Jane Roe <jane@example.org>":           {"Jane Roe", "jane@example.org"},
		"Jane Roe<jane@example.org>":            {"Jane Roe", "jane@example.org"},
		"Jane(jane@example.org)":                {"Jane", "jane@example.org"},
		"jane@example.org (Jane Roe)":           {"(Jane Roe)", "jane@example.org"},
		"Jane Roe, jane@example.org.":           {"Jane Roe", "jane@example.org"},
		"<mailto:jane@example.org>":             {"jane", "jane@example.org"},
		"MAILTO:jane@example.org":               {"jane", "jane@example.org"},
		"E-mail:jane@example.org":               {"E-mail", "jane@example.org"},
		"Jane jane@example.org joe@example.org": {"Jane", "jane@example.org"},
		"jane@example.org,john@example.org":     {"jane", "jane@example.org"},
		"jane@example.org / roe@example.org":    {"jane", "jane@example.org"},
		"“jane@example.org”":                    {"jane", "jane@example.org"},
		"«jane@example.org» {joe@example.org}":  {"jane", "jane@example.org"},
		"jane@example.org's desk":               {"s desk", "jane@example.org"},
		"jane@münchen.de":                       {"jane", "jane@münchen.de"},
		"müller@example.org":                    {"müller", "müller@example.org"},
		"@jane":                                 {"@jane", ""},
		"A@B":                                   {"A@B", ""},
		"jane @ example.org":                    {"jane @ example.org", ""},
		"@alice@mastodon.social":                {"@alice@mastodon.social", ""},
		"jane@localhost":                        {"jane@localhost", ""},
		"":                                      {"", ""},
	} {
		rest, address := CutMail(name)
		assert.Equal(t, want, [2]string{rest, address}, name)
		assert.Equal(t, rest, MaskMail(name))
	}
}

// LIFE-4
func TestMailtoURLs(t *testing.T) {
	for ref, want := range map[string]string{
		"mailto:jane@example.org":             "jane@example.org",
		" MAILTO:jane@example.org?subject=x ": "jane@example.org",
		"mailto:jane%2Broe@example.org":       "jane+roe@example.org",
		"mailto:jane":                         "",
		"https://example.org/":                "",
		"jane@example.org":                    "",
		"mailto:%zz":                          "",
		"":                                    "",
	} {
		assert.Equal(t, want, Mailto(ref), ref)
	}
}

// LIFE-4: RFC 9110 section 4.2.4
func TestUserNamesAreLeftOutOfAddresses(t *testing.T) {
	for ref, want := range map[string]string{
		"https://jane:secret@example.org/a": "https://example.org/a",
		"https://jane@example.org:8080/a":   "https://example.org:8080/a",
		"//jane:s%zz@example.org/a":         "https://example.org/a",
		"https://example.org/@jane":         "https://example.org/@jane",
		"https://example.org/a\n\t.jpg":     "https://example.org/a.jpg",
		"https://me:pw@example.org/i\n.png": "https://example.org/i.png",
		"https://example.org/?a=b@c":        "https://example.org/?a=b@c",
	} {
		_, base, _ := Base("https://example.org/")
		absolute, fault := Resolve(base, ref)
		assert.Empty(t, fault)
		assert.Equal(t, want, absolute)
		assert.Equal(t, strings.Contains(ref, "@example.org"), HasUserinfo(ref), ref)
	}
	assert.False(t, HasUserinfo("mailto:jane@example.org"))
	assert.False(t, HasUserinfo("http://[@"))
}
