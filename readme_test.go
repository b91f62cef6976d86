// The README shows code that compiles, output that programs print, commands that CI runs, and files
// that exist.
package syndicate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/gorilla/feeds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Every piece of Go stands word for word in an example, or in an Example of the root package or of
// packages podcast, destination and view.
func TestReadmeShowsCodeThatRuns(t *testing.T) {
	sources := readAll(t, "example_test.go", "podcast/example_test.go", "destination/example_test.go", "view/example_test.go", "examples/*/main.go")
	code := readmeBlocks(t, "go")
	require.NotEmpty(t, code)
	for _, block := range code {
		assert.Contains(t, sources, block)
	}
}

// The first program is the whole of examples/quickstart, and the XML is all that it prints.
func TestReadmeShowsTheQuickstartAndItsOutput(t *testing.T) {
	program, test := readAll(t, "examples/quickstart/main.go"), readAll(t, "examples/quickstart/main_test.go")
	assert.True(t, strings.HasSuffix(program, readmeBlocks(t, "go")[0]))

	documents := readmeBlocks(t, "xml")
	require.Len(t, documents, 1)
	assert.Contains(t, test, commented(documents[0])+"}\n")
}

// The shell commands are those that CI runs, all tests with the race detector.
func TestReadmeCommandsAreRunByCI(t *testing.T) {
	ci := readAll(t, ".ci/run")
	commands := readmeBlocks(t, "sh")
	require.Len(t, commands, 2)
	for _, command := range commands {
		command = strings.NewReplacer("-out public", `-out "$out/public"`).Replace(command)
		if strings.TrimSpace(command) == "go test work" { // all of its packages are in one of two lists
			assert.Contains(t, ci, `{{end}}' work | grep . | sort -r >"$out/packages"`)
			assert.Contains(t, ci, `xargs go test -vet=off -race -short <"$out/race"`)
			assert.Contains(t, ci, `"$out/plain" | xargs go test -vet=off`+"\n")
			continue
		}
		assert.Contains(t, ci, command)
	}
}

// The table of examples names every example, with a command of its documentation.
func TestReadmeListsTheExamples(t *testing.T) {
	readme := readAll(t, "README.md")
	programs, err := filepath.Glob("examples/*/main.go")
	require.NoError(t, err)
	for _, program := range programs {
		row := regexp.MustCompile(`(?m)^\| \[(\w+)\]\(` + program + "\\) .* `(go run .*)` \\|$").FindStringSubmatch(readme)
		if assert.NotNil(t, row, program) {
			assert.Equal(t, filepath.Base(filepath.Dir(program)), row[1])
			assert.Contains(t, readAll(t, program), "//\t"+row[2]+"\n", program)
		}
	}
}

// The links of the documents lead somewhere: to files, or to headings of the README.
func TestLinksOfDocumentsLeadSomewhere(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	readme := readAll(t, "README.md")
	for _, document := range append(documents, "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md") {
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readAll(t, document), -1) {
			target, heading, _ := strings.Cut(link[1], "#")
			switch {
			case strings.HasPrefix(target, "https://"):
			case target == "":
				assert.Contains(t, anchors(readme), heading, document)
			default:
				assert.FileExists(t, filepath.Join(filepath.Dir(document), target), document)
			}
		}
	}
}

// Every picture in docs is shown by a document.
func TestPicturesAreShown(t *testing.T) {
	pictures, err := filepath.Glob("docs/*.png")
	require.NoError(t, err)
	documents := readAll(t, "README.md", "docs/*.md")
	for _, picture := range pictures {
		assert.Contains(t, documents, filepath.Base(picture)+")")
	}
}

// The README says that gorilla/feeds has no fields for these. What its encoders do is in
// gorilla_test.go.
func TestGorillaHasNoFieldsFor(t *testing.T) {
	for _, field := range []string{"Language", "Hubs", "Self", "Next", "Categories", "Tags"} {
		_, found := reflect.TypeFor[feeds.Feed]().FieldByName(field)
		assert.False(t, found, "Feed.%s", field)
	}
	for _, field := range []string{"Authors", "Category", "Categories", "Tags", "Draft", "Expires"} {
		_, found := reflect.TypeFor[feeds.Item]().FieldByName(field)
		assert.False(t, found, "Item.%s", field)
	}
}

// The errors and warnings that the README shows are those of this program.
func TestReadmeShowsErrorsAndWarnings(t *testing.T) {
	readme := readAll(t, "README.md")
	site := site
	site.Warn = func(p *syndicate.Problem) { assert.Contains(t, readme, "```\n"+p.Error()+"\n```\n") }
	_, err := syndicate.NewArchive(site,
		syndicate.Article{URL: "/a/", Title: "Without a date"},
		syndicate.Article{URL: "/b/", Title: "A broken image", Published: noon, Image: syndicate.Image{URL: "http://["}},
	)
	require.Error(t, err)
	assert.Contains(t, readme, "```\n"+err.Error()+"\n```\n")
}

// readmeBlocks returns the README's blocks of code in a language.
func readmeBlocks(t *testing.T, language string) (blocks []string) {
	t.Helper()
	for _, block := range strings.Split(readAll(t, "README.md"), "```"+language+"\n")[1:] {
		block, _, found := strings.Cut(block, "```")
		require.True(t, found)
		blocks = append(blocks, block)
	}
	return blocks
}

// commented returns text as the output of an Example states it.
func commented(text string) (lines string) {
	for line := range strings.Lines(text) {
		lines += fmt.Sprintf("\t// %s", line)
	}
	return lines
}

// anchors returns the names by which links refer to the headings of a document.
func anchors(document string) (names []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(document, -1) {
		name := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

func readAll(t *testing.T, patterns ...string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names, pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			all.Write(data)
		}
	}
	return all.String()
}
