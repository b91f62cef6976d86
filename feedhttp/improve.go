package feedhttp

import (
	"log/slog"
	"sync/atomic"
	"time"
)

// This file compresses feeds that are requested often once more, in the background: first fast, for
// the client that waits, then well, for all that follow.

const (
	// After so many requests for a version, compressing it once more pays: gzip's best level takes
	// 8 ms for a feed of 85 KB and saves 1.2 KB for each response; Brotli takes 180 ms and saves 6.
	requestsForGzip   = 8
	requestsForBrotli = 32
	// mostImproved is the size of the largest body that is compressed once more, before
	// compression. Brotli takes two seconds for it.
	mostImproved = 1 << 20
	// restFactor is how many times as long as a compression takes the next one has to wait. The
	// background so uses at most a quarter of one processor.
	restFactor = 3
)

// popularity counts the requests for compressed bodies of one version.
type popularity struct{ gzip, brotli demand }

// demand counts the requests that a better body would serve.
type demand struct {
	requests atomic.Int64
	begun    atomic.Bool // the better body exists, or is being made
}

// improver admits one background compression at a time, with pauses.
type improver struct {
	busy  atomic.Bool
	until atomic.Int64 // the end of the pause, in nanoseconds since 1970
}

// begin reports whether a compression may begin. Then end must follow. The pause is read last,
// because another compression may just have ended.
func (i *improver) begin() bool {
	if !i.busy.CompareAndSwap(false, true) {
		return false
	}
	if time.Now().UnixNano() < i.until.Load() {
		i.busy.Store(false)
		return false
	}
	return true
}

// end ends a compression that took so long.
func (i *improver) end(took time.Duration) {
	i.until.Store(time.Now().Add(restFactor * took).UnixNano())
	i.busy.Store(false)
}

// noteRequest counts a request that rep answered, for a client whose best coding is given. When
// there were enough of them, it has the contents compressed better.
func (h *Handler) noteRequest(p *state, k key, rep *representation, best coding) {
	if rep.popular == nil || rep.coding == brotlied {
		return
	}
	wanted, needed := &rep.popular.gzip, int64(requestsForGzip)
	if best == brotlied {
		wanted, needed = &rep.popular.brotli, requestsForBrotli
	}
	if wanted.begun.Load() || wanted.requests.Add(1) < needed || !h.improver.begin() {
		return
	}
	if wanted.begun.Swap(true) {
		h.improver.end(0) // another request was faster
		return
	}
	go h.improve(p, k, rep, best)
}

// improve caches the contents of rep, which is in gzip, in a better form. If that fails or brings
// nothing, the cache stays as it is.
func (h *Handler) improve(p *state, k key, rep *representation, best coding) {
	begun := time.Now()
	var err error
	defer func() {
		if err != nil {
			slog.Default().Error("feed not compressed better", "path", k.path, "err", err)
		}
		h.improver.end(time.Since(begun))
	}()
	defer recovered(&err)
	text, err := unpack(rep.body, mostImproved)
	if err != nil || text == nil {
		return
	}
	body, pack := []byte(nil), compressBest
	if best == brotlied {
		pack = compressBrotli
	}
	if body = pack(text); len(body) >= len(rep.body) {
		return
	}
	p.cache.improve(k, rep.in(best, true, body, rep.popular))
}
