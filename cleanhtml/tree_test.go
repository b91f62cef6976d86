package cleanhtml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-3b: parsers move nodes of misnested elements into hidden ones, and out of them.
func TestMisnestedElementsHideWhatBrowsersHide(t *testing.T) {
	for body, want := range map[string]string{
		`<i hidden><p><i><ul></ul></i>secret</i>`: "", `<p><b><form hidden>secret</form>secret</b>`: "", `<p><b><form hidden>secret</form>secret</b></p>shown`: "shown",
		`<table hidden>shown<tr><td>secret</table>`: "shown", `<table><tr hidden>shown<td>secret<tr><td>cell</table>`: "shown cell",
		`<table hidden><img src="/shown.png" alt="shown"><tr><td><img src="/x.png" alt="secret"></table>`: "shown",
		`<a href="/x" hidden>secret<div>secret<a href="/y">shown</a></div>`:                               "shown",
	} {
		assert.Equal(t, want, cleanhtml.Text(body), body)
		clean := cleanhtml.Policy{}.Clean(body, page)
		assert.NotContains(t, clean, "secret", body)
		assert.Equal(t, strings.Contains(want, "shown"), strings.Contains(clean, "shown"), body)
		assert.Equal(t, clean, cleanhtml.Policy{}.Clean(clean, page), body)
	}
}

// HTML-3b: parsers stop at a depth of 512 elements. Then the tags decide what is hidden.
func TestBodiesThatAreTooDeepForAParserStayHidden(t *testing.T) {
	deep := strings.Repeat("<div>", 1000)
	assert.Equal(t, "a d", cleanhtml.Text(`a<p hidden>b</p>`+deep+`<p hidden>c</p>d`))
}
