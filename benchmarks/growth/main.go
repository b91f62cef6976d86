// Growth measures whether the cost of each unit stays the same while a publication grows: of each
// article, kilobyte, tag or scope, from the smallest publications to far larger ones than exist.
// It writes the table to GROWTH.md:
//
//	go run ./growth
//
// The largest rows take 8 GB, and all of them ten minutes. A test checks the allocations, which
// other programs on the machine do not change, for the smaller sizes.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// limit is how much the cost of a unit may grow for each step of ten.
const limit = 1.3

var (
	only   = flag.String("run", "", "only the rows that this `regexp` matches")
	out    = flag.String("out", "GROWTH.md", "file to write the table to; - for none")
	rounds = flag.Int("rounds", 5, "how often each size is measured, at least; the table has the least time")
	leaves = flag.Bool("leaves", true, "also run the benchmarks of packages with hostile texts")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	check(err)
	var b strings.Builder
	fmt.Fprintf(&b, `# Growth

The processor time of each unit while everything grows tenfold, and what its allocations are at the
largest size. Written by `+"`go run ./growth`"+`: the least of %d rounds or more, 0.3 seconds together,
garbage collection included.
Growth is per step of ten, from the first size to the last and in the worst step; the limit is %.1f.
[BOUNDS.md](BOUNDS.md) explains the rows above it.

| | sizes | µs for each unit | growth | worst step | growth of allocations | allocations for each unit |
| --- | --- | --- | --- | --- | --- | --- |
`, *rounds, limit)
	for _, r := range rows {
		if wanted.MatchString(r.what) {
			line := r.line(r.measure())
			fmt.Fprintln(os.Stderr, line)
			fmt.Fprintln(&b, line)
		}
	}
	if *leaves {
		check(writeLeaves(&b))
	}
	fmt.Fprintf(&b, "\n%d processors, %s/%s, %s; load average %s.\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), load())
	fmt.Print(b.String())
	if *out != "-" {
		check(os.WriteFile(*out, []byte(b.String()), 0o644))
	}
}

// figure is what one unit costs at one size.
type figure struct {
	size        int
	time        float64 // of the processors, in nanoseconds
	allocations float64
}

// measure measures all sizes.
func (r row) measure() (all []figure) {
	for _, size := range r.sizes {
		all = append(all, r.at(size, *rounds, 300*time.Millisecond))
	}
	return all
}

// at measures one size: at least this often, and for at least this processor time, but no more
// than for ten seconds.
func (r row) at(size, rounds int, least time.Duration) figure {
	f := figure{size: size, time: math.Inf(1), allocations: math.Inf(1)}
	var total time.Duration
	var o operation
	begun := time.Now()
	for n := 0; n < rounds || total < least; n++ {
		if n == 0 || r.once {
			if o.end != nil {
				o.end()
			}
			o = r.prepare(size)
		}
		took, allocations := spent(o.run)
		total += took
		units := float64(cmp.Or(o.units, size))
		f.time = min(f.time, float64(took)/units)
		f.allocations = min(f.allocations, allocations/units)
		if time.Since(begun) > 10*time.Second {
			break
		}
	}
	if o.end != nil {
		o.end()
	}
	return f
}

// spent returns the processor time of a function and its allocations. No garbage of earlier work is
// left when it begins.
func spent(do func()) (took time.Duration, allocations float64) {
	var before, after runtime.MemStats
	var from, to syscall.Rusage
	runtime.GC()
	runtime.ReadMemStats(&before)
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &from))
	do()
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &to))
	runtime.ReadMemStats(&after)
	total := func(r syscall.Rusage) time.Duration { return time.Duration(r.Utime.Nano() + r.Stime.Nano()) }
	return total(to) - total(from), float64(after.Mallocs - before.Mallocs)
}

// growth returns how many times more b is than a for each step of ten between two sizes.
func growth(a, b float64, from, to int) float64 {
	return math.Pow(b/a, 1/math.Log10(float64(to)/float64(from)))
}

// line returns the line of the table.
func (r row) line(all []figure) string {
	var sizes, times []string
	var worst float64
	for i, f := range all {
		sizes = append(sizes, strconv.Itoa(f.size))
		times = append(times, fmt.Sprintf("%.3g", f.time/1e3))
		if i > 0 {
			worst = max(worst, growth(all[i-1].time, f.time, all[i-1].size, f.size))
		}
	}
	first, last := all[0], all[len(all)-1]
	whole := growth(first.time, last.time, first.size, last.size)
	mark := ""
	if whole > limit {
		mark = " (above the limit)"
	}
	counted := "none"
	if first.allocations > 0.01 {
		counted = fmt.Sprintf("%.2f", growth(first.allocations, last.allocations, first.size, last.size))
	}
	return fmt.Sprintf("| %s (%s) | %s | %s | %.2f%s | %.2f | %s | %.1f |", r.what, r.unit,
		strings.Join(sizes, ", "), strings.Join(times, ", "), whole, mark, worst, counted, last.allocations)
}

// packages have benchmarks of texts that are made to take long, of three sizes from 1 KB to 1 MB.
var packages = []string{"cleanhtml", "internal/bodies", "internal/htmltext", "internal/slug", "internal/uri", "wordpress"}

// measured matches a line of go test -bench: name, size and nanoseconds.
var measured = regexp.MustCompile(`(?m)^(Benchmark(?:Growth|Hostile)/.*)/(\d+)(KB)?(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// writeLeaves runs the benchmarks of packages and writes a line for each package, with the text
// that grows most.
func writeLeaves(b *strings.Builder) error {
	fmt.Fprintf(b, "\nTexts that are made to take long, from the first size to the last, with the text that grows most in\n"+
		"each package:\n\n| package | texts | median growth | most | of |\n| --- | --- | --- | --- | --- |\n")
	for _, name := range packages {
		command := exec.Command("go", "test", "-run", "^$", "-bench", "^Benchmark(Growth|Hostile)$", "-benchtime", "20ms", "-count", "2", "../"+name)
		command.Stderr = os.Stderr
		printed, err := command.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line := leaf(name, string(printed))
		fmt.Fprintln(os.Stderr, line)
		fmt.Fprintln(b, line)
	}
	return nil
}

// leaf returns the line of a package.
func leaf(name, printed string) string {
	times := map[string]map[int]float64{} // the least, by text and size
	for _, match := range measured.FindAllStringSubmatch(printed, -1) {
		size, err := strconv.Atoi(match[2])
		check(err)
		took, err := strconv.ParseFloat(match[4], 64)
		check(err)
		if times[match[1]] == nil {
			times[match[1]] = map[int]float64{}
		}
		if least, known := times[match[1]][size]; !known || took < least {
			times[match[1]][size] = took
		}
	}
	return leafLine(name, times)
}

func check(err error) {
	if err != nil {
		log.Fatalf("growth: %v", err)
	}
}
