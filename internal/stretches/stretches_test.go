package stretches

import (
	"cmp"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/joined"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// article is shown as itself. Its number is its date.
type article struct{ number int }

func newestFirst(a, b *article) int { return cmp.Compare(b.number, a.number) }

func same(a *article, _ *few.Holds[article]) *article { return a }

// numbered returns n articles, newest first.
func numbered(n int) (list []*article) {
	for i := range n {
		list = append(list, &article{10 * (n - i)})
	}
	return list
}

// holder holds the articles of a feed that are alone.
type holder struct{ _ [64]byte }

// made divides a list as a feed does.
func made(f *Feed[article], list []*article, n int) (ordered, all []*article, known Known[article]) {
	return Divide(f, new(holder), list, min(n, len(list)), newestFirst, same)
}

func TestADividedListIsWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		list, next := numbered(r.IntN(5*Length)), 100_000
		f := new(Feed[article])
		for range 40 {
			switch i := r.IntN(len(list) + 1); r.IntN(7) {
			case 0, 1: // the newest
				for range r.IntN(2 * Length) {
					next++
					list = slices.Insert(list, 0, &article{next})
				}
			case 2: // one of an older date, with the date of another one perhaps
				a := &article{r.IntN(10 * Length)}
				list = slices.Insert(list, slices.IndexFunc(append(list, &article{}), func(o *article) bool { return o.number <= a.number }), a)
			case 3:
				list = slices.Delete(list, i, min(len(list), i+r.IntN(Length)))
			case 4: // replaced
				if i < len(list) {
					list[i] = &article{list[i].number}
				}
			case 5: // a hole
				list = slices.Insert(list, i, nil)
			case 6: // not in order
				list = append(list, &article{r.IntN(10 * Length)})
			}
			n := r.IntN(len(list) + 2)
			if r.IntN(3) > 0 {
				n = len(list)
			}
			want := few.InOrder(list, newestFirst)
			before := slices.Clone(list)
			ordered, all, known := made(f, list, n)
			require.Equal(t, before, list, "the caller's list")
			require.Equal(t, want, ordered)
			require.Equal(t, want[:min(n, len(want))], all)
			require.LessOrEqual(t, len(known.stretches), 8+2*len(list)/Length)
			for _, s := range known.stretches {
				require.LessOrEqual(t, len(s.Shown()), Length)
				require.NotEmpty(t, s.Shown())
			}
			list = slices.Clone(ordered)
		}
	}
}

// The work of one change does not grow with the feed.
func TestOneChangeCostsOneStretch(t *testing.T) {
	for _, size := range []int{4 * Length, 400 * Length} {
		f, list := new(Feed[article]), numbered(size+Length/2)
		_, _, before := made(f, list, len(list))
		require.Len(t, before.stretches, size/Length)
		for why, change := range map[string]func() []*article{
			"added":    func() []*article { return slices.Insert(slices.Clone(list), 0, &article{1 << 40}) },
			"replaced": func() []*article { c := slices.Clone(list); c[size/2] = &article{c[size/2].number}; return c },
			"removed":  func() []*article { return slices.Delete(slices.Clone(list), size/2, size/2+1) },
			"oldest":   func() []*article { return list[:len(list)-1] },
		} {
			compared, shown := 0, 0
			changed, again := change(), &Feed[article]{last: f.last}
			compare := func(a, b *article) int { compared++; return newestFirst(a, b) }
			show := func(a *article, _ *few.Holds[article]) *article { shown++; return a }
			_, _, known := Divide(again, new(holder), changed, len(changed), compare, show)
			assert.LessOrEqual(t, compared, 2*Length+len(known.stretches), why)
			assert.LessOrEqual(t, shown, 2*Length, why)
		}
	}
}

// What is remembered is what the last feed was made of. It is held as long as that, and no longer.
func TestAStretchHoldsItsArticles(t *testing.T) {
	f, list := new(Feed[article]), numbered(2*Length)
	forms := make([]few.Held[article], len(list))
	form := func(a *article, holds *few.Holds[article]) *article {
		return holds.Get(&forms[slices.Index(list, a)], func() *article { return &article{a.number} })
	}
	_, _, known := Divide(f, new(holder), list, len(list), newestFirst, form)
	runtime.GC()
	runtime.GC()
	assert.NotNil(t, forms[300].Value())
	runtime.KeepAlive(known)

	var third Known[article]
	for i := range 10 {
		list = append([]*article{{1 << 30}}, list[i%2:]...)
		_, _, third = made(f, list, len(list))
	}
	assert.Len(t, f.last, len(third.stretches))
	_, _, known = made(f, numbered(2*Length), 2*Length)
	assert.Len(t, f.last, len(known.stretches))
	gone := func() bool {
		for range 1000 {
			if runtime.GC(); forms[300].Value() == nil {
				return true
			}
			time.Sleep(time.Millisecond)
		}
		return false
	}
	third = Known[article]{}
	assert.True(t, gone())
	runtime.KeepAlive(f)
}

// Articles that are added in the middle, one at a time, leave short stretches, but not for ever.
func TestShortStretchesAreJoined(t *testing.T) {
	f, list := new(Feed[article]), numbered(4*Length)
	most := 0
	for i := range 100 {
		list = slices.Insert(list, 2*Length, &article{list[2*Length].number})
		_, all, known := made(f, list, len(list))
		require.Equal(t, list, all, i)
		most = max(most, len(known.stretches))
	}
	assert.LessOrEqual(t, most, 8+2*len(list)/Length)
}

func TestShortFeedsHaveNoStretches(t *testing.T) {
	var m few.HeldMap[string, Feed[article]]
	h := new(holder)
	assert.Nil(t, Of(&m, "short", h, 2*Length-1))
	f := Of(&m, "long", h, 2*Length)
	assert.NotNil(t, f)
	assert.Same(t, f, Of(&m, "long", h, 9*Length))
	runtime.KeepAlive(h)

	list := numbered(3 * Length)
	ordered, all, known := made(nil, list, 100)
	assert.Same(t, &list[0], &ordered[0])
	assert.Equal(t, list[:100], all)
	assert.Empty(t, known.stretches)
}

// A stretch whose articles could not be shown is not remembered, so another call shows them.
func TestAStretchThatFailedIsMadeAgain(t *testing.T) {
	f, list := new(Feed[article]), numbered(2*Length)
	assert.Panics(t, func() {
		Divide(f, new(holder), list, len(list), newestFirst, func(a *article, _ *few.Holds[article]) *article {
			if a == list[300] { // in the second stretch
				panic("no form")
			}
			return a
		})
	})
	assert.Empty(t, f.last)
	_, all, _ := made(f, list, len(list))
	assert.Equal(t, list, all)
}

func TestWhatIsFoundIsRemembered(t *testing.T) {
	f, list := new(Feed[article]), numbered(4*Length+10)
	calls := 0
	match := func(a *article) bool { calls++; return a.number%100 == 0 }
	timeOf := func(a *article) time.Time { calls++; return time.Unix(int64(a.number), 0) }
	check := func(articles []*article, known Known[article], most int) {
		t.Helper()
		var want []*article
		latest := time.Time{}.Unix()
		for _, a := range articles {
			if a == nil {
				continue
			}
			latest = max(latest, int64(a.number))
			if a.number%100 == 0 {
				want = append(want, a)
			}
		}
		calls = 0
		assert.Equal(t, want, known.Select(articles, "hundreds", match))
		assert.LessOrEqual(t, calls, most)
		assert.Empty(t, known.Select(articles, "none", func(*article) bool { return false }))
		calls = 0
		assert.Equal(t, latest, known.Latest(articles, timeOf).Unix())
		assert.LessOrEqual(t, calls, most)
	}
	list[500] = &article{list[500].number} // the latest is in a stretch
	_, all, known := made(f, list, len(list))
	check(all, known, len(list))
	check(all, known, 10)
	check(all, known.Certain(all), 10)
	check(slices.Clone(all), known.Certain(all), 10)
	_, all, known = made(f, slices.Insert(list, 0, &article{1 << 30}), len(list)+1)
	check(all, known, 11)

	// A program has changed the list, so nothing is known of it.
	changed := slices.Clone(all)
	changed[300] = nil
	check(changed, known, len(all))
	check(all[:Length], known, Length)
	check(nil, known, 0)
	slices.Reverse(changed)
	check(changed, known, len(all))
	check(changed, known.Certain(all), len(all))
}

func TestItemsAreJoinedOnce(t *testing.T) {
	list := numbered(2 * Length)[:3]
	s := &Stretch[article]{given: list, shown: list}
	dc, sy := xmlwriter.Namespace{Prefix: "dc", URI: "d"}, xmlwriter.Namespace{Prefix: "sy", URI: "s"}
	used := map[*article][]xmlwriter.Namespace{list[0]: {dc}, list[2]: {dc, sy}}
	calls := 0
	item := func(a *article) *Item {
		calls++
		return &Item{joined.Part{Head: "<item/>"}, used[a]}
	}
	for range 2 {
		items := s.Items(1, nil, item)
		assert.Equal(t, "<item/><item/><item/>", string(items.Append(nil)))
		assert.Equal(t, []xmlwriter.Namespace{dc, sy}, items.Used)
		assert.Equal(t, "<item/>,<item/>,<item/>", string(s.Items(3, joined.Comma, item).Append(nil)))
	}
	assert.Equal(t, 6, calls)
}
