// Program measures what a user of a static site waits for: a program that reads the articles of a
// publication from files and writes all of its feeds to a folder. It runs such a program with
// syndicate, one with github.com/gorilla/feeds, and Hugo, each as a process, and `cp -r` of the
// result as the limit. The publication has 20,000 articles and 473 scopes, so 1,419 feeds. The
// articles are content files of Hugo, and all programs read the same ones.
//
//	go run ./program -pages
//	go run ./table -quote PROGRAM.md -mark program ../README.md
//
// The folder is below TMPDIR. With archive pages, which only syndicate writes, it takes 7 GB;
// without -pages these rows are left out. Hugo is built first, which takes minutes; -hugo names a
// program that exists, or "none".
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var (
	count  = flag.Int("n", 20_000, "the number of articles")
	rounds = flag.Int("rounds", 3, "how often each program runs; the table has medians")
	pages  = flag.Bool("pages", false, "also measure with archive pages")
	hugoAt = flag.String("hugo", "", "the `path` of Hugo, or none. Default: build "+hugoVersion)
	out    = flag.String("out", "PROGRAM.md", "file to write the table to; - for none")
	keep   = flag.String("articles", "", "only write the articles to this `folder`, for -cpuprofile")
	prof   = flag.String("cpuprofile", "", "a profile of: syndicate CONTENT FOLDER, or gorilla CONTENT FOLDER")
)

// cost is what a process, or a part of one, took.
type cost struct {
	CPU, Wall time.Duration
	Memory    int64 // the largest, in bytes
}

// row is one line of the table.
type row struct {
	what   string
	label  string // in the short table; "" leaves the row out
	whose  *row   // the row of reading alone that belongs to this row
	in     string // the folder that the program writes to
	run    func(folder string) cost
	costs  []cost
	files  int
	bytes  int64
	sparse bool // writes other feeds than the rest, such as archive pages
	longer bool // has one article more, which lengthens feeds that are not full
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *keep != "" {
		path, contents := generate(*keep, *count)
		check(json.NewEncoder(os.Stdout).Encode(newest{path, contents}))
		return
	}
	if *prof != "" {
		file, err := os.Create(*prof)
		check(err)
		check(pprof.StartCPUProfile(file))
		defer pprof.StopCPUProfile()
	}
	switch flag.Arg(0) {
	case "":
		measure()
	case "syndicate":
		withSyndicate(flag.Arg(1), flag.Arg(2), *pages)
	case "again":
		keepRunning(flag.Arg(1), flag.Arg(2), *pages)
	case "read":
		read(flag.Arg(1), func(article) {})
	case "gorilla":
		withGorilla(flag.Arg(1), flag.Arg(2))
	default:
		log.Fatalf("program: %q is none of syndicate, again, gorilla and read", flag.Arg(0))
	}
}

// measure runs all programs in turn and writes the table.
func measure() {
	begun := load1()
	dir, err := os.MkdirTemp("", "program")
	check(err)
	defer os.RemoveAll(dir)
	t := newTable(dir)
	for range *rounds {
		t.round()
	}
	text := t.report(begun)
	_, err = os.Stdout.WriteString(text)
	check(err)
	if *out != "-" {
		check(os.WriteFile(*out, []byte(text), 0o644))
	}
}

// newest is the article that is added.
type newest struct {
	Path     string
	Contents []byte
}

// table is the table, and what its rows need.
type table struct {
	dir     string
	rows    []*row
	gorilla *row
	hugo    *row // nil without Hugo
}

// newTable writes the articles and lists the programs. Each round writes to new folders; the rows
// of a round depend on those before them.
func newTable(dir string) *table {
	t := &table{dir: dir}
	content := filepath.Join(dir, "content")
	self, err := os.Executable()
	check(err)
	// A process begins with the largest size of the one that started it (getrusage(2)), so this one
	// must stay small.
	generated, err := exec.Command(self, "-articles", content, "-n", strconv.Itoa(*count)).Output()
	check(err)
	var added newest
	check(json.Unmarshal(generated, &added))
	program := func(arguments ...string) func(string) cost {
		return func(folder string) cost { return run(exec.Command(self, append(arguments, folder)...)) }
	}
	// more runs a program while there is one more article.
	more := func(inner func(string) cost) func(string) cost {
		return func(folder string) cost {
			check(os.WriteFile(added.Path, added.Contents, 0o644))
			defer func() { check(os.Remove(added.Path)) }()
			return inner(folder)
		}
	}
	reading := &row{what: "Go programs, only reading the articles", run: program("read", content)}
	t.gorilla = &row{what: "gorilla/feeds, every run", label: "gorilla/feeds 1.2, every run", whose: reading, in: "gorilla", run: program("gorilla", content)}
	t.rows = append(t.rows, reading, t.gorilla)
	if hugoProgram := findHugo(dir); hugoProgram != "" {
		prepareHugo(dir)
		site := func(config string) func(string) cost {
			return func(folder string) cost { return run(hugo(context.Background(), hugoProgram, dir, config, folder)) }
		}
		reading := &row{what: "Hugo, reading the articles and writing 3 feeds", in: "nothing", run: site(reads), sparse: true}
		t.hugo = &row{what: "Hugo, every run", label: "Hugo " + hugoVersion[1:] + ", every run", whose: reading, in: "hugo", run: site(writes)}
		t.rows = append(t.rows, reading, t.hugo)
	}
	t.syndicate("", "plain", reading, content, program, more)
	if *pages {
		t.syndicate(" with archive pages", "pages", reading, content, program, more)
	}
	return t
}

// syndicate adds the rows of syndicate, with or without archive pages.
func (t *table) syndicate(how, in string, reading *row, content string,
	program func(...string) func(string) cost, more func(func(string) cost) func(string) cost) {
	paged := how != ""
	flag := "-pages=" + map[bool]string{true: "true", false: "false"}[paged]
	publish := program(flag, "syndicate", content)
	label := func(text string) string {
		if paged {
			return ""
		}
		return "syndicate, " + text
	}
	var a again
	keepsRunning := func(folder string) cost {
		self, err := os.Executable()
		check(err)
		command := exec.Command(self, flag, "again", content, folder)
		command.Stderr = os.Stderr
		printed, err := command.Output()
		check(err)
		check(json.Unmarshal(printed, &a))
		if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
			a.Unchanged.Memory, a.Added.Memory = maxRSS(usage), maxRSS(usage)
		}
		return a.Unchanged
	}
	t.rows = append(t.rows,
		&row{what: "syndicate" + how + ", first run", label: label("first run"), whose: reading, in: in, run: publish, sparse: paged},
		&row{what: "syndicate" + how + ", unchanged", label: label("nothing changed"), whose: reading, in: in, run: publish, sparse: paged},
		&row{what: "syndicate" + how + ", one article added", label: label("one article added"), whose: reading, in: in, run: more(publish), sparse: paged, longer: true},
		&row{what: "syndicate" + how + ", process that keeps running: Publish, unchanged", label: label("in a process that keeps running: nothing changed"),
			in: in + "-running", run: keepsRunning, sparse: true},
		&row{what: "syndicate" + how + ", process that keeps running: Publish after Add of one", label: label("in a process that keeps running: one article added"),
			in: in + "-running", run: func(string) cost { return a.Added }, sparse: true},
		&row{what: "cp -r of these files", in: in + "-copy", sparse: true, run: func(folder string) cost {
			return run(exec.Command("cp", "-r", filepath.Join(t.dir, in), folder))
		}})
}

// findHugo returns the program, "" if Hugo is left out.
func findHugo(dir string) string {
	switch *hugoAt {
	case "none":
		return ""
	case "":
		return installHugo(dir)
	}
	return *hugoAt
}

// round runs each program once. The programs write to folders that do not exist yet, and those that
// write the same feeds are compared.
func (t *table) round() {
	for _, r := range t.rows {
		if r.in != "" {
			check(os.RemoveAll(filepath.Join(t.dir, r.in)))
		}
	}
	var want *found
	for _, r := range t.rows {
		folder := filepath.Join(t.dir, r.in)
		r.costs = append(r.costs, r.run(folder))
		if r.in == "" {
			continue
		}
		got := look(folder)
		r.files, r.bytes = got.files, got.bytes
		if r.sparse {
			continue
		}
		if want == nil {
			want = got
		}
		if got.feeds != want.feeds || got.items != want.items && !r.longer {
			log.Fatalf("program: %s: feeds %v with %v items, others %v with %v", r.what, got.feeds, got.items, want.feeds, want.items)
		}
	}
}

// run runs a process and returns what it took.
func run(process *exec.Cmd) cost {
	process.Stderr = os.Stderr
	begun := time.Now()
	if err := process.Run(); err != nil {
		log.Fatalf("program: %v: %v", process.Args, err)
	}
	c := cost{Wall: time.Since(begun), CPU: process.ProcessState.UserTime() + process.ProcessState.SystemTime()}
	if usage, ok := process.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.Memory = maxRSS(usage)
	}
	return c
}

// maxRSS returns the largest resident set in bytes; Linux has it in KiB.
func maxRSS(usage *syscall.Rusage) int64 { return int64(usage.Maxrss) << 10 }

// spent returns what a function took of this process. Memory is left out.
func spent(do func()) cost {
	var before, after syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &before))
	begun := time.Now()
	do()
	took := time.Since(begun)
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &after))
	total := func(r syscall.Rusage) time.Duration { return time.Duration(r.Utime.Nano() + r.Stime.Nano()) }
	return cost{CPU: total(after) - total(before), Wall: took}
}

// load1 returns the load average of the last minute (proc_loadavg(5)).
func load1() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(averages)); err == nil && len(fields) > 2 {
		return fields[0]
	}
	return "unknown"
}

func check(err error) {
	if err != nil {
		log.Fatalf("program: %v", err)
	}
}
