// Program measures what a user of a static site waits for: a program that reads the articles of a
// publication from a file and writes all of its feeds to a folder. It runs such a program with
// syndicate and one with github.com/gorilla/feeds, each as a process, and `cp -r` of the result as
// the limit. The publication has 20,000 articles and 473 scopes, so 1,419 feeds.
//
//	go run ./program > PROGRAM.md
//
// The folder is below TMPDIR. With archive pages, which only syndicate writes, it takes 3.5 GB;
// without -pages these rows are left out.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

var (
	count  = flag.Int("n", 20_000, "the number of articles")
	rounds = flag.Int("rounds", 3, "how often each program runs; the table has medians")
	pages  = flag.Bool("pages", false, "also measure with archive pages")
	keep   = flag.String("articles", "", "only write the articles to this file, for -cpuprofile")
	prof   = flag.String("cpuprofile", "", "a profile of: syndicate INPUT FOLDER, or gorilla INPUT FOLDER")
)

// cost is what a process took.
type cost struct {
	cpu, wall time.Duration
	memory    int64 // the largest, in bytes
}

// row is one line of the table.
type row struct {
	what  string
	run   func() cost
	costs []cost
	files int
	bytes int64
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *keep != "" {
		generate(*count, *keep, *keep+".more")
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
	case "read":
		read(flag.Arg(1), func(article) {})
	case "gorilla":
		withGorilla(flag.Arg(1), flag.Arg(2))
	default:
		log.Fatalf("program: %q is none of syndicate, gorilla and read", flag.Arg(0))
	}
}

// measure runs all programs in turn and prints the table.
func measure() {
	dir, err := os.MkdirTemp("", "program")
	check(err)
	defer os.RemoveAll(dir)
	articles, more := filepath.Join(dir, "articles.jsonl"), filepath.Join(dir, "more.jsonl")
	generate(*count, articles, more)

	// Each round writes to new folders; the rows of a round depend on those before them.
	var at string
	self, err := os.Executable()
	check(err)
	child := func(arguments ...string) func() cost {
		return func() cost { return run(exec.Command(self, arguments...)) }
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	publish := func(what, input, flag string) *row {
		return &row{what: what, run: func() cost { return child(flag, "syndicate", input, at)() }}
	}
	var rows []*row
	add := func(out string, more ...*row) {
		for _, r := range more {
			inner := r.run
			r.run = func() cost {
				at = in(out)
				c := inner()
				r.files, r.bytes = size(at)
				return c
			}
			rows = append(rows, r)
		}
	}
	rows = append(rows, &row{what: "only reading the articles", run: child("read", articles)})
	add("gorilla", &row{what: "gorilla/feeds", run: func() cost { return child("gorilla", articles, at)() }})
	add("plain", publish("syndicate, first run", articles, "-pages=false"),
		publish("syndicate, unchanged", articles, "-pages=false"),
		publish("syndicate, one article added", more, "-pages=false"))
	add("copy", &row{what: "cp -r of these files", run: func() cost { return run(exec.Command("cp", "-r", in("plain"), at)) }})
	if *pages {
		add("pages", publish("syndicate with archive pages, first run", articles, "-pages"),
			publish("syndicate with archive pages, unchanged", articles, "-pages"),
			publish("syndicate with archive pages, one article added", more, "-pages"))
		add("copy2", &row{what: "cp -r of these files", run: func() cost { return run(exec.Command("cp", "-r", in("pages"), at)) }})
	}
	for range *rounds {
		for _, name := range []string{"gorilla", "plain", "copy", "pages", "copy2"} {
			check(os.RemoveAll(in(name)))
		}
		for _, r := range rows {
			r.costs = append(r.costs, r.run())
		}
	}
	print(rows)
}

// run runs a process and returns what it took.
func run(process *exec.Cmd) cost {
	process.Stderr = os.Stderr
	begun := time.Now()
	if err := process.Run(); err != nil {
		log.Fatalf("program: %v: %v", process.Args, err)
	}
	took := time.Since(begun)
	c := cost{cpu: process.ProcessState.UserTime() + process.ProcessState.SystemTime(), wall: took}
	if usage, ok := process.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.memory = int64(usage.Maxrss) << 10 // in KiB on Linux
	}
	return c
}

// size returns how many feeds are in a folder, and their size.
func size(dir string) (files int, bytes int64) {
	check(filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			files++
			bytes += info.Size()
		}
		return err
	}))
	return files, bytes
}

// print prints the table.
func print(rows []*row) {
	fmt.Printf("# Whole programs\n\nA process reads %d articles from a file and writes their feeds to a folder. Written by\n"+
		"`go run ./program`; medians of %d rounds, in which the programs ran in turn. The processor time\n"+
		"is that of the user and the system. On a busy machine it says more than the time that passed. The\n"+
		"articles are lines of JSON, which encoding/json reads. The program with gorilla/feeds checks and\n"+
		"cleans nothing, and writes all files in each run.\n\n",
		*count, *rounds)
	fmt.Println("| | processor seconds | of gorilla | of gorilla, without reading | seconds | peak memory | files | bytes |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	seconds := func(r *row) float64 { return median(r.costs, func(c cost) float64 { return c.cpu.Seconds() }) }
	reading, gorilla := seconds(rows[0]), seconds(rows[1])
	for _, r := range rows {
		cpu, of := seconds(r), ""
		if strings.HasPrefix(r.what, "syndicate") {
			of = fmt.Sprintf("%.2f | %.2f", cpu/gorilla, (cpu-reading)/(gorilla-reading))
		} else {
			of = " | "
		}
		fmt.Printf("| %s | %.2f | %s | %.2f | %.0f MB | %d | %.0f MB |\n", r.what, cpu, of,
			median(r.costs, func(c cost) float64 { return c.wall.Seconds() }),
			median(r.costs, func(c cost) float64 { return float64(c.memory) / 1e6 }), r.files, float64(r.bytes)/1e6)
	}
	fmt.Printf("\n%d processors, %s/%s, %s\n", runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

func median(costs []cost, of func(cost) float64) float64 {
	var values []float64
	for _, c := range costs {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func check(err error) {
	if err != nil {
		log.Fatalf("program: %v", err)
	}
}
