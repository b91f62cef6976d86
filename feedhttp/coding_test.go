package feedhttp

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// HTTP-4; RFC 9110 section 12.5.3: the best coding of each client.
func TestBestCodingOfAClient(t *testing.T) {
	for _, test := range []struct {
		send []string
		want coding
	}{
		{nil, plain},
		{[]string{"gzip, deflate"}, zipped},
		{[]string{"gzip, deflate, br, zstd"}, brotlied},
		{[]string{"br,gzip"}, brotlied},
		{[]string{"BR", "gzip"}, brotlied},
		{[]string{"br;q=0.8, gzip;q=0.8"}, brotlied},
		{[]string{"br;q=0.7, gzip;q=0.8"}, zipped},
		{[]string{"br;q=0, gzip"}, zipped},
		{[]string{"br;q=x, gzip"}, zipped},
		{[]string{"br, *"}, brotlied},
		{[]string{"*"}, zipped}, // not every client that says so has Brotli
		{[]string{"br"}, plain}, // it would get plain bytes at first
		{[]string{"br, gzip;q=0"}, plain},
		{[]string{"identity, br;q=0.9, gzip;q=0.8"}, plain},
	} {
		assert.Equal(t, test.want, codingFor(test.send), "%q", test.send)
	}
}

// One compression at a time runs in the background, and the next one waits for a multiple of the
// time that it took.
func TestBackgroundWorkIsBounded(t *testing.T) {
	var i improver
	var admitted sync.WaitGroup
	begun := make(chan bool, 20)
	for range cap(begun) {
		admitted.Go(func() { begun <- i.begin() })
	}
	admitted.Wait()
	close(begun)
	count := 0
	for began := range begun {
		if began {
			count++
		}
	}
	assert.Equal(t, 1, count)
	i.end(time.Hour)
	assert.False(t, i.begin(), "it rests")
	assert.False(t, i.busy.Load())
	assert.InDelta(t, (restFactor * time.Hour).Seconds(), time.Until(time.Unix(0, i.until.Load())).Seconds(), 60)
	i.end(0)
	assert.True(t, i.begin())
	i.end(0)
}

// Bodies that are too large, or that a better level does not make smaller, stay as they are.
func TestWhatBringsNothingIsNotCached(t *testing.T) {
	for name, size := range map[string]int{"large": mostImproved + 1, "as good as it gets": 100} {
		t.Run(name, func(t *testing.T) {
			h, p := new(Handler), &state{cache: newCache(0, 0)}
			rep := &representation{sum: "a"}
			packed := rep.in(zipped, false, compressBest(make([]byte, size)), new(popularity))
			k := key{"rss.xml", zipped}
			p.cache.put(k, packed)
			for range requestsForGzip {
				h.noteRequest(p, k, packed, zipped)
			}
			Settle(h)
			assert.True(t, packed.popular.gzip.begun.Load())
			assert.Same(t, packed, p.cache.get(k))
		})
	}
}

// What is replaced or removed while it is compressed does not come back, in either coding.
func TestABetterFormIsStoredOnlyForTheCurrentVersion(t *testing.T) {
	for name, coding := range map[string]coding{"gzip": zipped, "Brotli": brotlied} {
		t.Run(name, func(t *testing.T) {
			c := newCache(0, 0)
			k, at := key{"rss.xml", zipped}, key{"rss.xml", coding}
			form := func(p *popularity) *representation { return &representation{coding: coding, popular: p} }
			older, newer := new(popularity), new(popularity)
			current := &representation{coding: zipped, popular: newer}
			c.put(k, current)
			c.improve(k, form(older))
			assert.Same(t, current, c.get(k))
			if coding != zipped {
				assert.Nil(t, c.get(at))
			}
			better := form(newer)
			c.improve(k, better)
			assert.Same(t, better, c.get(at))
			c.remove(k)
			c.remove(at)
			c.improve(k, form(newer))
			assert.Nil(t, c.get(at), "the feed is gone")
		})
	}
}

// The rest of a large body is not unpacked: its wrong checksum is not found.
func TestLargeBodiesAreUnpackedUpToTheLimit(t *testing.T) {
	whole := compress(make([]byte, 1<<20))
	wrong := append(slices.Clone(whole[:len(whole)-8]), make([]byte, 8)...)
	body, err := unpack(wrong, 1<<20-1)
	assert.NoError(t, err)
	assert.Nil(t, body)
	_, err = unpack(wrong, 1<<20)
	assert.Error(t, err)
	body, err = unpack(whole, 1<<20)
	assert.NoError(t, err)
	assert.Len(t, body, 1<<20)
}
