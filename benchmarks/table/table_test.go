package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README contains the tables of RESULTS.md and PROGRAM.md.
func TestREADMEQuotesTheResults(t *testing.T) {
	for mark, file := range map[string]string{resultsMark: "RESULTS.md", "program": "PROGRAM.md"} {
		quotation := func(file string) string {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			_, quotation, _, err := cutQuotation(file, string(text), mark)
			require.NoError(t, err)
			return quotation
		}
		assert.Equal(t, quotation("../"+file), quotation("../../README.md"), "go run ./table -quote %s -mark %s ../README.md", file, mark)
	}
}

func TestQuotationReplacesTheOldOneOnly(t *testing.T) {
	start, end := marks("b")
	other := "<!-- a -->\nkept\n<!-- /a -->\n"
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	require.NoError(t, os.WriteFile(from, []byte("x\n"+start+"\nnew\n"+end+"\ny\n"), 0o600))
	require.NoError(t, os.WriteFile(to, []byte(other+start+"\nold\n"+end+"\nafter\n"), 0o600))
	require.NoError(t, copyQuotation(to, from, "b"))
	text, err := os.ReadFile(to)
	require.NoError(t, err)
	assert.Equal(t, other+start+"\nnew\n"+end+"\nafter\n", string(text))
	assert.ErrorContains(t, copyQuotation(to, from, "c"), "no <!-- c -->")
}

// In the second round the machine was half as fast. The ratio is the same.
func TestRatiosAreTakenRoundByRound(t *testing.T) {
	r, err := read(strings.NewReader(`cpu: Some CPU
load: 0.25
BenchmarkS/syndicate/warm 	 10	 100 ns/op
BenchmarkS/gorilla/warm   	 1	 5000 ns/op
BenchmarkS/syndicate/warm 	 10	 200 ns/op
BenchmarkS/gorilla/warm   	 1	 10000 ns/op
`))
	require.NoError(t, err)
	assert.Equal(t, "2", r.rounds())
	assert.Equal(t, figures{50, 50}, r.ratio("ns/op", "S/gorilla/warm", "S/syndicate/warm"))
	assert.Contains(t, written(r), "| S warm: every article encoded before | 45 × | 70 × | 50 × |")
	assert.Contains(t, written(r), "| syndicate | warm | 150 ns (100–200) |")
	assert.Contains(t, written(r), "Some CPU")
	assert.Contains(t, written(r), "load average 0.25 before the rounds")
}

func TestSpreadIsShownWhereRoundsDiffer(t *testing.T) {
	assert.Equal(t, "2.50 (1.25–4.50)", figures{4.5, 1.25, 2.5}.spread())
	assert.Equal(t, "12.3", figures{12.34}.spread())
	assert.Equal(t, "0", figures{0, 0}.spread())
	assert.Equal(t, "13", figures{13}.spread())
}

func TestDurationsHaveTheUnitOfTheMedian(t *testing.T) {
	assert.Equal(t, "2 ms (0.5–3)", figures{2e6, 5e5, 3e6}.durations())
	assert.Equal(t, "7 µs", figures{7000, 7001}.durations())
	assert.Empty(t, figures(nil).durations())
}

// Joining compressed pieces is fast and takes more bytes. The table says both.
func TestTableSaysHowMuchLargerJoinedGzipIs(t *testing.T) {
	r, err := read(strings.NewReader(`
BenchmarkGzip/S/syndicate/warm    1  5 ns/op  150 rss-bytes  150 atom-bytes  100 json-bytes
BenchmarkGzip/S/level6/documents  1  9 ns/op  100 rss-bytes  100 atom-bytes  50 json-bytes
`))
	require.NoError(t, err)
	assert.Contains(t, written(r), "joins what was compressed then, 1.60 times the bytes | 5 ns |")
}

func TestWhatWasNotMeasuredIsSaidToBe(t *testing.T) {
	r, err := read(strings.NewReader(""))
	require.NoError(t, err)
	assert.Equal(t, len(goals), strings.Count(written(r), "| not run |"))
}

func TestAllocationsAreThoseOfTheWorstFormat(t *testing.T) {
	r, err := read(strings.NewReader(`
BenchmarkAllocations/Append/syndicate/rss  	 100	 5 ns/op	 0 B/op	 0 allocs/op
BenchmarkAllocations/Append/syndicate/json 	 100	 5 ns/op	 9 B/op	 3 allocs/op
BenchmarkAllocations/Write/syndicate/rss   	 100	 5 ns/op	 9 B/op	 1 allocs/op
`))
	require.NoError(t, err)
	assert.Contains(t, written(r), "| 3 / 1 |")
}

func written(r *results) string {
	var b strings.Builder
	r.write(&b)
	return b.String()
}
