package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// leafLine returns the line of a package from the least time of each text and size.
func leafLine(name string, times map[string]map[int]float64) string {
	var all []float64
	most, of := 0.0, ""
	for text, bySize := range times {
		sizes := slices.Sorted(maps.Keys(bySize))
		first, last := sizes[0], sizes[len(sizes)-1]
		if first == last {
			continue
		}
		grown := growth(bySize[first]/float64(first), bySize[last]/float64(last), first, last)
		all = append(all, grown)
		if grown > most {
			most, of = grown, strings.SplitN(text, "/", 2)[1]
		}
	}
	if len(all) == 0 {
		return fmt.Sprintf("| %s | 0 | | | |", name)
	}
	slices.Sort(all)
	mark := ""
	if most > limit {
		mark = " (above the limit)"
	}
	return fmt.Sprintf("| %s | %d | %.2f | %.2f%s | `%s` |", name, len(all), all[len(all)/2], most, mark, strings.ReplaceAll(of, "|", "\\|"))
}

// load returns the load average of the last minute (proc_loadavg(5)).
func load() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(averages)); err == nil && len(fields) > 0 {
		return fields[0]
	}
	return "unknown"
}
