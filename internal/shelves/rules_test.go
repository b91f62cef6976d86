package shelves

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// assertOrder asserts that values are in ascending order, whatever is compared with what.
func assertOrder[T any](t *testing.T, compare func(T, T) int, values ...T) {
	t.Helper()
	for i, a := range values {
		for j, b := range values {
			switch c := compare(a, b); {
			case i < j:
				assert.Negative(t, c, "%v, %v", a, b)
			case i > j:
				assert.Positive(t, c, "%v, %v", a, b)
			default:
				assert.Zero(t, c, "%v", a)
			}
		}
	}
}

func TestOrders(t *testing.T) {
	assertOrder(t, Place.Compare, Place{9, "b"}, Place{8, "a"}, Place{8, "b"}, Place{-8, "a"})
	assertOrder(t, Tombstone.Compare, Tombstone{"b", 9}, Tombstone{"a", 8}, Tombstone{"b", 8}, Tombstone{"a", -8})
	assertOrder(t, Facts.Compare,
		Facts{"", "z", "z"}, Facts{"A", "", "b"}, Facts{"A", "b", "a"}, Facts{"A", "b", "b"}, Facts{"a", "", ""})
	assertOrder(t, Event.Compare,
		Event{1, "a", Forgets}, Event{2, "b", Appears}, Event{2, "b", Expires},
		Event{2, "a", Appears}, Event{2, "a", Expires}, Event{2, "a", Forgets})
	assert.True(t, Place{9, "b"}.Before(Place{8, "a"}))
	assert.False(t, Place{8, "a"}.Before(Place{8, "a"}))
}

func TestPagesAreCountedFromTheOldest(t *testing.T) {
	ends := []Place{{2, "b"}, {4, "b"}}
	for want, places := range map[int][]Place{
		1: {{1, "a"}, {2, "c"}, {2, "b"}},
		2: {{2, "a"}, {3, "z"}, {4, "c"}, {4, "b"}},
		3: {{4, "a"}, {5, "z"}},
	} {
		for _, p := range places {
			assert.Equal(t, want, PageOf(ends, p), p)
		}
	}
	assert.Equal(t, 1, PageOf(nil, Place{}))
}

func TestSmallestTextIsNotEmpty(t *testing.T) {
	for _, test := range [][3]string{
		{"", "", ""}, {"a", "", "a"}, {"", "a", "a"}, {"a", "b", "a"}, {"b", "a", "a"}, {"B", "a", "B"}, {"a", "a", "a"},
	} {
		assert.Equal(t, test[2], Smallest(test[0], test[1]), test)
	}
}

// The oracle of Best looks at everything.
func TestSmallestNameIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string { return []string{"", "a", "b", "B"}[r.IntN(4)] }
	for range 500 {
		facts := make([]Facts, r.IntN(5))
		for i := range facts {
			facts[i] = Facts{text(), text(), text()}
		}
		slices.SortFunc(facts, Facts.Compare)
		var want Facts
		for i, f := range facts {
			if i == 0 || f.Name < want.Name {
				want.Name = f.Name
			}
		}
		for _, f := range facts {
			if f.Name == want.Name {
				want.Description, want.URL = Smallest(want.Description, f.Description), Smallest(want.URL, f.URL)
			}
		}
		assert.Equal(t, want, Best(slices.Values(facts)), facts)
	}
}

func TestOtherNameIsTheFirstThatDiffers(t *testing.T) {
	facts := slices.Values([]Facts{{Name: "a"}, {Name: "a", URL: "x"}, {Name: "b"}, {Name: "c"}})
	assert.Equal(t, "b", OtherName(facts, "a"))
	assert.Equal(t, "a", OtherName(facts, "b"))
	assert.Equal(t, "a", OtherName(facts, "z"))
	assert.Equal(t, "", OtherName(slices.Values([]Facts{{Name: "a"}, {Name: "a"}}), "a"))
}

func TestClockThatStepsBackOneSecondIsNotTurnedBack(t *testing.T) {
	assert.False(t, TurnedBack(10, 11))
	assert.False(t, TurnedBack(10, 10))
	assert.False(t, TurnedBack(10, 9))
	assert.True(t, TurnedBack(10, 8))
	assert.False(t, TurnedBack(Unset, 8), "no time was shown before")
}

func TestArticleThatExpiresInTimeDoesNotAppear(t *testing.T) {
	assert.True(t, Appearing(5, Never, 9))
	assert.True(t, Appearing(5, 10, 9))
	assert.False(t, Appearing(5, 9, 9))
	assert.True(t, Appearing(5, 6, Unset))
	assert.False(t, Appearing(5, 5, Unset))
}

func TestTimeOfChangeIsThatOfTheNewestVersion(t *testing.T) {
	tests := []struct {
		why                      string
		at, updated, entered, to int64
	}{
		{"as published", 5, 5, Unset, 5},
		{"updated later", 5, 7, Unset, 7},
		{"updated now", 5, 10, Unset, 10},
		{"updated in the future", 5, 11, Unset, 5},
		{"updated before", 5, 4, Unset, 5},
		{"entered later", 5, 7, 8, 8},
		{"entered before it was updated", 5, 7, 6, 7},
		{"entered late, updated in the future", 5, 11, 6, 6},
	}
	for _, test := range tests {
		assert.Equal(t, test.to, ChangedAt(test.at, test.updated, test.entered, 10), test.why)
	}
}
