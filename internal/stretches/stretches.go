// Package stretches keeps long feeds in stretches of articles. A feed of ten thousand articles to
// which one is added consists of the stretches of the feed before it: only articles that are in
// none of these are looked at.
package stretches

import (
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/joined"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

// Length is how many articles a stretch has at most. Feeds of fewer than two such lengths have no
// stretches.
const Length = 256

// formats is the length of an array with an element for each format. A larger number of a format
// panics.
const formats = 4

// Feed remembers the stretches of one feed, as they were when it was last made. Several goroutines
// may make the feed at the same time: each uses what is remembered, and the last one is remembered.
// The nil Feed remembers nothing and has no stretches.
type Feed[A any] struct {
	mu   sync.Mutex
	last map[*A]*Stretch[A] // by their oldest articles
}

// Stretch is a part of a long feed: consecutive articles, newest first. It holds the articles as
// feeds show them, and what was made of them together, as long as a feed or [Feed] refers to it.
type Stretch[A any] struct {
	given []*A     // to Divide
	shown []*A     // as feeds show them; nil until show
	found sync.Map // what Select and Latest found, by its name and by latest
	items [formats]struct {
		once sync.Once
		Items
	}
}

// Known are the stretches that a feed's list of articles ends in, if the list is as [Divide]
// returned it.
type Known[A any] struct {
	stretches []*Stretch[A]
	certain   []*A // a list that ends in them, and that nobody can change
}

// Certain returns what is known of a list that nobody can change: it is not compared again.
func (k Known[A]) Certain(list []*A) Known[A] {
	if _, stretches := k.Ending(list); stretches == nil {
		return Known[A]{stretches: k.stretches}
	}
	return Known[A]{k.stretches, list}
}

// Item is an encoded article.
type Item struct {
	joined.Part
	Used []xmlwriter.Namespace // those that the document has to declare
}

// Items are the encoded articles of a stretch, joined.
type Items struct {
	joined.Document
	Used []xmlwriter.Namespace // those that the document has to declare
}

// Of returns what a map remembers of a feed of n articles, as long as a holder holds it; nil if the
// feed is short. The holder must point to the beginning of an allocation.
func Of[K comparable, A, H any](m *few.HeldMap[K, Feed[A]], key K, holder *H, n int) *Feed[A] {
	if n < 2*Length {
		return nil
	}
	return few.HoldsOf[Feed[A]](holder, 1).Get(m.Of(key), func() *Feed[A] { return new(Feed[A]) })
}

// Divide returns a list in order, as [few.InOrder] does, and the first n articles of it as the feed
// shows them, with the stretches that these end in. A stretch that the Feed remembers is used again
// if its articles follow one another in the list; they are neither compared nor shown again. The
// Feed then remembers the new stretches instead. Articles that are in no stretch are held as long
// as the holder, which must point to the beginning of an allocation.
func Divide[A, H any](
	f *Feed[A], holder *H, list []*A, n int, compare func(a, b *A) int, show func(*A, *few.Holds[A]) *A,
) (ordered, shown []*A, known Known[A]) {
	ordered, alone, stretches := f.divide(list, n, compare)
	holds := few.HoldsOf[A](holder, len(alone))
	shown = make([]*A, 0, min(n, len(ordered)))
	for _, a := range alone {
		shown = append(shown, show(a, holds))
	}
	for _, s := range stretches {
		shown = append(shown, s.show(show)...)
	}
	f.keep(stretches)
	return ordered, shown, Known[A]{stretches: stretches}
}

// divide is [Divide] without showing the articles. The newest ones are alone.
func (f *Feed[A]) divide(
	list []*A, n int, compare func(a, b *A) int,
) (ordered, alone []*A, stretches []*Stretch[A]) {
	if f == nil || len(list) < 2*Length {
		list = few.InOrder(list, compare)
		return list, list[:min(n, len(list))], nil
	}
	// The map of stretches is never changed, so it is read without the lock.
	f.mu.Lock()
	known := f.last
	f.mu.Unlock()
	alone, stretches, ok := divide(list, min(n, len(list)), known, compare)
	if !ok {
		list = few.InOrder(list, compare)
	}
	// Changes in the middle leave short stretches. When there are too many of them the list is
	// divided anew, as the first time. That is rare, because a change adds one or two.
	if !ok || len(stretches) > 8+2*len(list)/Length {
		alone, stretches, _ = divide(list, min(n, len(list)), nil, compare)
	}
	return list, alone, stretches
}

// divide divides the first n articles of a list with the stretches that are known. It returns false
// if the list is not in order.
func divide[A any](
	list []*A, n int, known map[*A]*Stretch[A], compare func(a, b *A) int,
) (alone []*A, stretches []*Stretch[A], ok bool) {
	// Most changes are at the newest end, so stretches are counted from the oldest article. They
	// are known by their oldest articles, so that each article that is in none is looked up once.
	end := n // of the articles that are in no stretch yet
	for i := len(list); i > 0; {
		if list[i-1] == nil || i < len(list) && compare(list[i-1], list[i]) > 0 {
			return nil, nil, false
		}
		s := known[list[i-1]]
		if s == nil || i > n || len(s.given) > i || !slices.Equal(s.given, list[i-len(s.given):i]) {
			i--
			continue
		}
		stretches = append(appendNew(stretches, list[i:end]), s)
		i -= len(s.given)
		end = i
	}
	alone = list[:end%Length] // until they fill a stretch
	stretches = appendNew(stretches, list[len(alone):end])
	slices.Reverse(stretches)
	return alone, stretches, true
}

// appendNew appends new stretches of articles, oldest first.
func appendNew[A any](stretches []*Stretch[A], articles []*A) []*Stretch[A] {
	for end := len(articles); end > 0; end -= Length {
		// A copy, because a part of the list would keep all of it in memory.
		stretches = append(stretches, &Stretch[A]{given: slices.Clone(articles[max(0, end-Length):end])})
	}
	return stretches
}

// keep has the Feed remember the stretches of the feed that was made, and no others. All of them
// must have been shown.
func (f *Feed[A]) keep(stretches []*Stretch[A]) {
	if f == nil {
		return
	}
	last := make(map[*A]*Stretch[A], len(stretches))
	for _, s := range stretches {
		last[s.given[len(s.given)-1]] = s
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = last
}

// show returns the articles as feeds show them. The first call makes them, and the stretch holds
// them. It must have returned before other goroutines use the stretch.
func (s *Stretch[A]) show(show func(*A, *few.Holds[A]) *A) []*A {
	if s.shown == nil {
		holds, shown := few.HoldsOf[A](s, len(s.given)), make([]*A, 0, len(s.given))
		for _, a := range s.given {
			shown = append(shown, show(a, holds))
		}
		s.shown = shown
	}
	return s.shown
}

// Shown returns the articles as feeds show them, for a document that cannot declare all namespaces
// of the stretch.
func (s *Stretch[A]) Shown() []*A { return s.shown }

// Items returns the articles in a format, with a separator between them unless that is nil. The
// first call makes them with item.
func (s *Stretch[A]) Items(format int, separator *joined.Part, item func(*A) *Item) *Items {
	items := &s.items[format]
	items.once.Do(func() {
		b := joined.NewBuilder()
		defer b.Free()
		b.Separate(separator)
		for _, a := range s.shown {
			encoded := item(a)
			b.Share(&encoded.Part)
			for _, ns := range encoded.Used {
				if !slices.Contains(items.Used, ns) {
					items.Used = append(items.Used, ns)
				}
			}
		}
		b.AddTo(&items.Document)
	})
	return &items.Items
}

// Ending divides the articles of a feed as [Divide] did: in articles that are alone and stretches.
// If a program has changed the list since, all are alone.
func (k Known[A]) Ending(articles []*A) (alone []*A, stretches []*Stretch[A]) {
	at := len(articles)
	for _, s := range k.stretches {
		at -= len(s.shown)
	}
	alone = articles[:max(0, at)]
	if len(articles) > 0 && len(articles) == len(k.certain) && &articles[0] == &k.certain[0] {
		return alone, k.stretches
	}
	for _, s := range k.stretches {
		end := at + len(s.shown)
		if at < 0 || !slices.Equal(s.shown, articles[at:end]) {
			return articles, nil
		}
		at = end
	}
	return alone, k.stretches
}

// Select returns the articles that match, without nil ones. Each stretch remembers by name which of
// its articles do, so match must return the same for an article and a name each time.
func (k Known[A]) Select(articles []*A, name string, match func(*A) bool) (found []*A) {
	matching := func(articles []*A) (found []*A) {
		for _, a := range articles {
			if a != nil && match(a) {
				found = append(found, a)
			}
		}
		return found
	}
	for part := range each(k, articles, name, matching) {
		found = append(found, part...)
	}
	return found
}

// latest is the key of what [Known.Latest] finds in a stretch.
type latest struct{}

// Latest returns the latest time of the articles. It returns the zero time for no articles. Each
// stretch remembers its latest time.
func (k Known[A]) Latest(articles []*A, timeOf func(*A) time.Time) (last time.Time) {
	of := func(articles []*A) (last time.Time) {
		for _, a := range articles {
			if a != nil {
				last = date.Later(last, timeOf(a))
			}
		}
		return last
	}
	for t := range each(k, articles, latest{}, of) {
		last = date.Later(last, t)
	}
	return last
}

// each yields what find returns for the articles that are alone, and for those of each stretch,
// which remembers it by key.
func each[A, T any](k Known[A], articles []*A, key any, find func([]*A) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		alone, stretches := k.Ending(articles)
		if !yield(find(alone)) {
			return
		}
		for _, s := range stretches {
			found, known := s.found.Load(key)
			if !known {
				found, _ = s.found.LoadOrStore(key, find(s.shown))
			}
			if !yield(found.(T)) {
				return
			}
		}
	}
}
