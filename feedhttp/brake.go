package feedhttp

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Brake limits how often a client downloads feeds, pages and files. A client that exceeds it gets
// 429 with Retry-After (RFC 6585 section 4). Only responses with a body count: a client that sends
// its ETag and gets 304 is never refused, and neither is HEAD.
//
// A Brake needs 256 KB, no matter how many clients there are: counters are shared by clients whose
// keys have the same hash. Each client has two counters and is refused only if both are exhausted.
// Do not copy a Brake, or change its fields after the first request.
type Brake struct {
	// Requests is how many downloads a client may have at once, and within Per. Required; 0 or less
	// means that there is no limit.
	Requests int
	// Per is the time in which all Requests become available again, one after the other. 0 or less
	// means the default. Default: one hour.
	Per time.Duration
	// Key identifies the client of a request. Behind a proxy, use the header that the proxy sets.
	// "" is a client without a limit. Default: the address of the connection, without its port; of
	// an IPv6 address the first 64 bits, which belong to one network.
	Key func(*http.Request) string

	once sync.Once
	seed maphash.Seed
	// counters hold, for each hash, when all downloads will be available again, in nanoseconds
	// since 1970 (the theoretical arrival time of the generic cell rate algorithm).
	counters [2][1 << 14]atomic.Int64
}

// per returns Per with its default.
func (b *Brake) per() time.Duration {
	if b.Per <= 0 {
		return time.Hour
	}
	return b.Per
}

// cells returns the counters of a client, nil if the client has no limit.
func (b *Brake) cells(r *http.Request) []*atomic.Int64 {
	key := clientOf(r)
	if b.Key != nil {
		key = b.Key(r)
	}
	if b.Requests <= 0 || key == "" {
		return nil
	}
	b.once.Do(func() { b.seed = maphash.MakeSeed() })
	hash := maphash.String(b.seed, key)
	return []*atomic.Int64{&b.counters[0][hash%(1<<14)], &b.counters[1][hash>>32%(1<<14)]}
}

// clientOf returns the address of a connection, of IPv6 its network.
func clientOf(r *http.Request) string {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := connection.Addr().Unmap().WithZone("")
	if address.Is6() {
		network, _ := address.Prefix(64)
		return network.String()
	}
	return address.String()
}

// wait returns how long a client has to wait for its next download.
func (b *Brake) wait(r *http.Request, now time.Time) time.Duration {
	shortest := time.Duration(0)
	for i, cell := range b.cells(r) {
		wait := time.Duration(cell.Load()-now.UnixNano()) + b.per()/time.Duration(b.Requests) - b.per()
		if i == 0 || wait < shortest {
			shortest = wait
		}
	}
	return max(0, shortest)
}

// count counts a download.
func (b *Brake) count(r *http.Request, now time.Time) {
	for _, cell := range b.cells(r) {
		for {
			before := cell.Load()
			after := max(before, now.UnixNano()) + int64(b.per()/time.Duration(b.Requests))
			if cell.CompareAndSwap(before, after) {
				break
			}
		}
	}
}

// slowDown answers with 429 if the client has to wait, unless it has rep already. It returns
// whether it has answered.
func (x *exchange) slowDown(rep *representation) bool {
	if x.h.Brake == nil || x.r.Method == http.MethodHead || x.has(rep) {
		return false
	}
	wait := x.h.Brake.wait(x.r, x.now)
	if wait <= 0 {
		return false
	}
	header := x.w.Header()
	for _, name := range []string{"Etag", "Vary"} { // they describe a body
		delete(header, name)
	}
	header["Retry-After"] = []string{strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)}
	header["Cache-Control"] = []string{"no-store"}
	return x.refuse(http.StatusTooManyRequests)
}

// has reports whether the client has rep by the conditions of the request.
func (x *exchange) has(rep *representation) bool {
	if tags := x.r.Header["If-None-Match"]; tags != nil {
		return rep.anyOf(strings.Join(tags, ",")) != nil
	}
	since, err := http.ParseTime(x.r.Header.Get("If-Modified-Since"))
	return err == nil && x.datable(rep) && !rep.modified.After(since)
}

// counted counts the response, if it was a download.
func (x *exchange) counted() {
	if x.h.Brake == nil || x.r.Method == http.MethodHead {
		return
	}
	switch x.event.Status {
	case http.StatusOK, http.StatusPartialContent, http.StatusIMUsed:
		x.h.Brake.count(x.r, x.now)
	}
}
