package shelves

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// sortedFacts yields the facts of terms that pass, in their order.
func sortedFacts(all map[Facts]*term[string, string, int], pass func(*term[string, string, int]) bool) iter.Seq[Facts] {
	var facts []Facts
	for f, t := range all {
		if pass(t) {
			facts = append(facts, f)
		}
	}
	slices.SortFunc(facts, Facts.Compare)
	return slices.Values(facts)
}

// The oracle is [Best] and [OtherName] of everything that is there. Few different facts stay in a
// slice, many go into trees, and all may leave again.
func TestTermsOfAKeyAreThoseOfItsFacts(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 5))
		library := New[string, string, int](Options[string, string]{Limit: func(string) int { return 1 }})
		ix := library.Index("")
		all := map[Facts]*term[string, string, int]{}
		kinds := 1 + r.IntN(4)
		word := func(of string) string { return []string{"", of + "1", of + "2", of + "3", of + "4"}[r.IntN(1+kinds)] }
		growing := true
		for i := range 400 {
			if i%80 == 0 {
				growing = !growing
			}
			f := Facts{"n" + word("n"), word("d"), word("u")}
			term := ix.term(f)
			switch {
			case growing || r.IntN(3) == 0:
				term.count(1, 0)
				if r.IntN(2) == 0 {
					term.count(0, 1)
				}
				all[f] = term
			case all[f] == nil:
				continue
			case term.visible > 0:
				term.count(0, -1)
			default:
				if term.count(-1, 0); term.all == 0 {
					delete(all, f)
				}
			}
			everything := func(*testTerm) bool { return true }
			require.Equal(t, len(all), ix.terms.len())
			for f, term := range all {
				require.Same(t, term, ix.term(f), "seed %d", seed)
			}
			require.Equal(t, Best(sortedFacts(all, everything)), *ix.terms.facts(stated), "seed %d", seed)
			require.Equal(t, Best(sortedFacts(all, func(t *testTerm) bool { return t.visible > 0 })), *ix.terms.facts(shown))
			for _, name := range []string{"n", "nn1", "nn2", "other"} {
				require.Equal(t, OtherName(sortedFacts(all, everything), name), ix.terms.otherName(name), "seed %d", seed)
			}
		}
	}
}

type testTerm = term[string, string, int]

// What is done for one article must not read the facts of all others: with ten times as many
// facts, each costs the same number of allocations.
func TestTermsOfAKeyMayBeMany(t *testing.T) {
	perFact := func(n int) float64 {
		library := New[string, string, int](Options[string, string]{Limit: func(string) int { return 1 }})
		ix := library.Index("")
		return testing.AllocsPerRun(1, func() {
			for i := range n {
				term := ix.term(Facts{Name: "One author", URL: fmt.Sprint("https://example.com/", i)})
				term.count(1, 0)
				term.count(0, 1)
				_, _ = ix.terms.facts(shown), ix.terms.otherName("One author")
			}
			for i := range n {
				term := ix.term(Facts{Name: "One author", URL: fmt.Sprint("https://example.com/", i)})
				term.count(0, -1)
				term.count(-1, 0)
			}
		}) / float64(n)
	}
	few, many := 3_000, 30_000
	if testing.Short() {
		few, many = 1_000, 4_000
	}
	require.InDelta(t, 1, perFact(many)/perFact(few), 0.2)
}
