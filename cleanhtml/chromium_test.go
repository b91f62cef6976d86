package cleanhtml_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// misnested returns a random fragment in which some elements are hidden and end tags are missing,
// doubled or in the wrong order. Each of its words occurs once.
func misnested(random *rand.Rand) string {
	names := []string{"p", "p", "b", "i", "a href=/x", "div", "span", "form", "ul", "li", "dl", "dt", "dd", "h2", "section", "nav", "pre", "q", "code", "font", "label", "blockquote",
		"table", "tr", "td", "tbody", "caption", "fieldset", "nobr", "ruby", "rt", "x-y", "small", "article"}
	var body strings.Builder
	var open []string
	words := 0
	for range 3 + random.IntN(14) {
		switch n := random.IntN(10); {
		case n < 4:
			name := names[random.IntN(len(names))]
			body.WriteString("<" + name)
			if random.IntN(4) == 0 {
				body.WriteString([]string{" hidden", ` style="display:none"`, ` style="DISPLAY : n\6fne !important"`}[random.IntN(3)])
			}
			body.WriteString(">")
			open = append(open, strings.Fields(name)[0])
		case n < 7:
			fmt.Fprintf(&body, "w%dw", words)
			words++
		case len(open) > 0: // mostly the last one
			at := len(open) - 1 - min(random.IntN(2)*random.IntN(4), len(open)-1)
			body.WriteString("</" + open[at] + ">")
			if random.IntN(8) > 0 {
				open = slices.Delete(open, at, at+1)
			}
		}
	}
	fmt.Fprintf(&body, "w%dw", words)
	return body.String()
}

// HTML-3b: a page and its feed show the same words.
func TestHiddenIsWhatChromiumHides(t *testing.T) {
	if os.Getenv("SYNDICATE_CLIENTS") == "" {
		t.Skip("NOT RUN: set SYNDICATE_CLIENTS=1, and install chromium")
	}
	random := rand.New(rand.NewPCG(12, 2026))
	var bodies []string
	for range 5000 {
		bodies = append(bodies, misnested(random))
	}
	for _, style := range append(slices.Clone(hiding), showing...) {
		bodies = append(bodies, `<p style="`+html.EscapeString(style)+`">w0w</p>`, `<p hidden style="`+html.EscapeString(style)+`">w0w</p>`)
	}
	given, err := json.Marshal(bodies)
	require.NoError(t, err)
	page := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(page, []byte(`<!DOCTYPE html><meta charset="utf-8"><body><script>
const shown = `+string(given)+`.map(body => {
  const div = document.createElement("div");
  document.body.append(div);
  div.innerHTML = body;
  const words = div.innerText.match(/w\d+w/g) || [];
  div.remove();
  return words;
});
document.body.textContent = "BEGIN" + JSON.stringify(shown) + "END";
</script>`), 0o600))
	output, err := exec.CommandContext(t.Context(), "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+page).Output()
	require.NoError(t, err)
	_, list, _ := strings.Cut(string(output), "BEGIN")
	list, _, found := strings.Cut(list, "END")
	require.True(t, found, "%s", output)
	var shown [][]string
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(list)), &shown))
	require.Len(t, shown, len(bodies))
	hidden := 0
	for i, body := range bodies {
		text := cleanhtml.Text(body)
		clean := cleanhtml.Policy{}.Clean(body, "https://example.com/")
		for n := range strings.Count(body, "w") / 2 {
			word := fmt.Sprintf("w%dw", n)
			if !strings.Contains(body, word) {
				break
			}
			want := slices.Contains(shown[i], word)
			if !want {
				hidden++
			}
			if assert.Equal(t, want, strings.Contains(clean, word), "%s in %s: %s", word, body, clean) {
				assert.Equal(t, want, strings.Contains(text, word), "%s in %s: %s", word, body, text)
			}
		}
	}
	assert.Greater(t, hidden, 2000)
	t.Logf("%d fragments, %d hidden words", len(bodies), hidden)
}

// hiding are style sheets that hide an element, and showing are ones that do not.
var (
	hiding = []string{
		"display:none", "DISPLAY:NONE", "display : none ;", `display:n\6fne`, `display:n\00006f ne`, `d\69splay:none`, `display:\none`, "display:/**/none/**/", "/*x*/display:none",
		"display/**/:none", "display:none!important", "display:none ! important;display:block", "display:block;display:none", "display:none;display:bogus",
		"display:none;display:no/**/ne", "display:none;display:", "x:{;};display:none", "x:[;];display:none", "visibility:hidden", "visibility:HIDDEN!important;visibility:visible",
		"x;display:none", "color:'a;b';display:none", `content:"\";";display:none`, "display:none;display:none x", "display:none;display:flex none", "display:none/*",
	}
	showing = []string{
		"display:block", "display:none;display:block", "display:no/**/ne", "display:none x", `disp\6cay:block`, "{display:none}", "content:'display:none'", `display\:none`, `display:none\;`,
		`display:no\ ne`, "display:'none'", "display:none!important;display:block!important", "--display:none", "x:{display:none}", "x:[;display:none", "/*display:none*/",
		"display:none;display:inline-flex", "display:var(--x)", "display:none;display:block flow", "visibility:hidden;visibility:visible", "display:none!imp", "display:none !x", "display:n one",
	}
)

// HTML-3b
func TestStylesHideAsBrowsersReadThem(t *testing.T) {
	for _, style := range hiding {
		assert.Empty(t, cleanhtml.Text(`<p style="`+html.EscapeString(style)+`">x</p>`), style)
	}
	for _, style := range showing {
		assert.Equal(t, "x", cleanhtml.Text(`<p style="`+html.EscapeString(style)+`">x</p>`), style)
	}
	assert.Equal(t, "x", cleanhtml.Text(`<p hidden style="display:block">x</p>`))
	assert.Empty(t, cleanhtml.Text(`<p hidden style="display:none">x</p><p hidden style="color:red">x</p>`))
}
