package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// results holds the values of each benchmark by unit, one value per round.
type results struct {
	cpu    string
	node   string   // the version; "" if node did not run
	loads  figures  // load averages, one before each round
	names  []string // in the order of the run
	values map[string]map[string][]float64
}

// processors is the suffix of a benchmark's name unless GOMAXPROCS is 1.
var processors = regexp.MustCompile(`-\d+$`)

// read reads the output of any number of rounds.
func read(in io.Reader) (*results, error) {
	r := &results{values: map[string]map[string][]float64{}}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := lines.Text()
		if cpu, ok := strings.CutPrefix(line, "cpu: "); ok {
			r.cpu = cpu
		}
		if node, ok := strings.CutPrefix(line, "node: "); ok {
			r.node = node
		}
		if load, ok := strings.CutPrefix(line, "load: "); ok {
			average, err := strconv.ParseFloat(load, 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			r.loads = append(r.loads, average)
		}
		if err := r.add(line); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	return r, lines.Err()
}

// add adds the values of a line. Lines that are not of a benchmark have none.
func (r *results) add(line string) error {
	fields := strings.Fields(line)
	if !strings.HasPrefix(line, "Benchmark") || len(fields) < 4 {
		return nil
	}
	name := processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
	if r.values[name] == nil {
		r.names = append(r.names, name)
		r.values[name] = map[string][]float64{}
	}
	for i := 2; i+1 < len(fields); i += 2 {
		value, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return err
		}
		unit := fields[i+1]
		r.values[name][unit] = append(r.values[name][unit], value)
	}
	return nil
}

// rounds returns the number of rounds. If it is not the same for all benchmarks, it returns the
// fewest and the most.
func (r *results) rounds() string {
	least, most := 0, 0
	for _, units := range r.values {
		for _, values := range units {
			if least == 0 || len(values) < least {
				least = len(values)
			}
			most = max(most, len(values))
		}
	}
	if least == most {
		return strconv.Itoa(least)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

// figures are values of one kind, one per round; none if it was not measured.
type figures []float64

func (r *results) figures(name, unit string) figures { return r.values[name][unit] }

// ratio divides a benchmark's figures by another's of the same rounds, so that a busy moment of the
// machine affects both.
func (r *results) ratio(unit, name, over string) figures {
	return r.figures(name, unit).over(r.figures(over, unit))
}

func (f figures) over(g figures) figures {
	var ratios figures
	for i := range min(len(f), len(g)) {
		ratios = append(ratios, f[i]/g[i])
	}
	return ratios
}

func (f figures) times(factor float64) figures {
	scaled := slices.Clone(f)
	for i := range scaled {
		scaled[i] *= factor
	}
	return scaled
}

// median returns the median, 0 if there are no figures.
func (f figures) median() float64 {
	n := len(f)
	if n == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// String returns the median, "" if there are no figures.
func (f figures) String() string {
	if len(f) == 0 {
		return ""
	}
	return short(f.median())
}

// spread returns the median and, if they differ, minimum and maximum.
func (f figures) spread() string {
	if len(f) == 0 || short(slices.Min(f)) == short(slices.Max(f)) {
		return f.String()
	}
	return fmt.Sprintf("%s (%s–%s)", f, short(slices.Min(f)), short(slices.Max(f)))
}

// short returns a number with three digits, or more before the point. A whole number has no point.
func short(v float64) string {
	switch {
	case v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// duration returns the median of nanoseconds with three digits and a suitable unit, "" if there is
// none.
func (f figures) duration() string {
	ns := f.median()
	switch {
	case len(f) == 0:
		return ""
	case ns < 999.5:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 999.5e3:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 999.5e6:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}

// durations returns the median of nanoseconds and, if they differ, minimum and maximum in its unit.
func (f figures) durations() string {
	middle, unit, _ := strings.Cut(f.duration(), " ")
	if len(f) == 0 {
		return ""
	}
	in := func(ns float64) string {
		return fmt.Sprintf("%.3g", ns/map[string]float64{"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit])
	}
	least, most := in(slices.Min(f)), in(slices.Max(f))
	if least == most {
		return f.duration()
	}
	return fmt.Sprintf("%s %s (%s–%s)", middle, unit, least, most)
}

// count returns the median as a whole number, "" if there is none.
func (f figures) count() string {
	if len(f) == 0 {
		return ""
	}
	return strconv.FormatFloat(f.median(), 'f', 0, 64)
}
