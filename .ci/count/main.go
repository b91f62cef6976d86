// Count measures the source of the repository and checks the limits of its design: the size of the
// root package, the share of comments in each package and the width of comment lines. It also
// reports comments and documents that name a requirement by its number in a catalogue, because
// readers do not have that catalogue.
//
//	go run ./.ci/count
//
// Count prints a table of the packages and then one line for each fault. It exits with 1 if there
// are any. Some packages need no share of comments, because nobody learns an interface from them:
// see unmeasured. Everything else applies to them too.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits, and the numbers of requirements.
const (
	rootFiles    = 28   // production files of the root package
	rootLines    = 4500 // their lines
	rootTypes    = 30   // exported types of the root package
	rootShare    = 25   // per cent of the root's lines that have a comment
	share        = 20   // the same for every other package
	fewestLines  = 40   // packages with fewer lines need no share of comments
	commentWidth = 100  // columns of a line that is only a comment
	codeWidth    = 120  // columns of any other line; wider lines are counted, but are no fault
	tab          = 4    // columns of a tab
	catalogue    = `\b(ATOM|DEL|DISC|HTML|HTTP|JSON|LIFE|POD|RSL|RSS|SEL|SM|STORE|WXR|XML)-[0-9]+[a-z]?\b`
)

// pkg holds the counts of a package's production files.
type pkg struct {
	dir                                 string
	files, lines, comments, types, wide int
}

func (p *pkg) share() int {
	if p.lines == 0 {
		return 100
	}
	return p.comments * 100 / p.lines
}

var (
	requirement = regexp.MustCompile(catalogue)
	output      = regexp.MustCompile(`(?i)^//\s*(unordered )?output:`) // of an example
	faults      []string
)

// unmeasured matches the folders and files that need no share of comments: the programs of .ci, the
// benchmarks, and tests that several packages run and that are therefore in production files. Their
// lines are cases, fixtures and assertions, whose messages say what they test.
var unmeasured = regexp.MustCompile(`^(\.ci|benchmarks|internal/storetest|internal/feedlist/feedlisttest|` +
	`examples/internal/newsdesk/replicas|sourcetest/stories\.go)(/|$)`)

func fault(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }

func main() {
	log.SetFlags(0)
	log.SetPrefix("count: ")
	packages := map[string]*pkg{}
	for _, name := range tracked() {
		switch {
		case strings.Contains(name, "testdata/"):
		case strings.HasSuffix(name, ".go"):
			dir := path.Dir(name)
			if packages[dir] == nil {
				packages[dir] = &pkg{dir: dir}
			}
			countFile(packages[dir], name)
		case strings.HasSuffix(name, ".md"):
			findRequirements(name)
		}
	}
	sorted := make([]*pkg, 0, len(packages))
	for _, p := range packages {
		if p.files > 0 {
			sorted = append(sorted, p)
		}
	}
	slices.SortFunc(sorted, func(a, b *pkg) int { return cmp.Compare(a.dir, b.dir) })
	fmt.Printf("%-40s %6s %6s %9s %6s %10s\n", "package", "files", "lines", "comments", "types", "over 120")
	for _, p := range sorted {
		fmt.Printf("%-40s %6d %6d %8d%% %6d %10d\n", p.dir, p.files, p.lines, p.share(), p.types, p.wide)
		check(p)
	}
	slices.Sort(faults)
	for _, f := range faults {
		fmt.Println(f)
	}
	if len(faults) > 0 {
		log.Fatalf("%d faults", len(faults))
	}
}

// check reports the limits that a package exceeds.
func check(p *pkg) {
	least := share
	if p.dir == "." {
		least = rootShare
		if p.files > rootFiles {
			fault("the root has %d production files, at most %d", p.files, rootFiles)
		}
		if p.lines > rootLines {
			fault("the root has %d lines, at most %d", p.lines, rootLines)
		}
		if p.types > rootTypes {
			fault("the root exports %d types, at most %d", p.types, rootTypes)
		}
	}
	if p.lines >= fewestLines && p.share() < least && !unmeasured.MatchString(p.dir) {
		fault("%s: %d %% of the lines are comments, at least %d %%", p.dir, p.share(), least)
	}
}

// tracked returns the files of the repository, committed or not, without those that git ignores.
func tracked() []string {
	listed, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		log.Fatalf("git ls-files: %v", err)
	}
	names := strings.Split(strings.TrimSuffix(string(listed), "\x00"), "\x00")
	return slices.DeleteFunc(names, func(name string) bool {
		_, err := os.Stat(name)
		return err != nil // deleted, but not committed
	})
}

// countFile adds a Go file to its package and reports the faults of its comments.
func countFile(p *pkg, name string) {
	source, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(source), "\n"), "\n")
	isTest := strings.HasSuffix(name, "_test.go")
	commented := map[int]bool{}
	for _, group := range file.Comments {
		for _, c := range group.List {
			// What an example prints is no comment: it cannot be wrapped.
			if isTest && output.MatchString(c.Text) {
				break
			}
			first, last := set.Position(c.Pos()), set.Position(c.End())
			for line := first.Line; line <= last.Line; line++ {
				commented[line] = true
				text := lines[line-1]
				alone := line > first.Line || strings.TrimSpace(text[:first.Column-1]) == ""
				if columns := width(text); alone && columns > commentWidth && !strings.HasPrefix(text, "//go:") {
					fault("%s:%d: a comment of %d columns, at most %d", name, line, columns, commentWidth)
				}
			}
			if found := requirement.FindString(c.Text); found != "" && !isTest && !strings.HasSuffix(file.Name.Name, "test") {
				fault("%s:%d: names the requirement %s", name, first.Line, found)
			}
		}
	}
	if isTest {
		return
	}
	p.files++
	if !unmeasured.MatchString(name) || unmeasured.MatchString(p.dir) {
		p.lines += len(lines)
		p.comments += len(commented)
	}
	p.types += exportedTypes(file)
	for i, text := range lines {
		if width(text) > codeWidth && !commented[i+1] {
			p.wide++
		}
	}
}

// width is how many columns a line takes.
func width(line string) int {
	return utf8.RuneCountInString(line) + strings.Count(line, "\t")*(tab-1)
}

func exportedTypes(file *ast.File) (n int) {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			if t, ok := s.(*ast.TypeSpec); ok && t.Name.IsExported() {
				n++
			}
		}
	}
	return n
}

// findRequirements reports the lines of a public document that name a requirement.
func findRequirements(name string) {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for line := 1; scanner.Scan(); line++ {
		if found := requirement.FindString(scanner.Text()); found != "" {
			fault("%s:%d: names the requirement %s", name, line, found)
		}
	}
	if err := scanner.Err(); err != nil {
		log.Fatalf("%s: %v", name, err)
	}
}
