package feedhttp

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Brake limits how often a client downloads feeds, pages and files. A client that exceeds it gets
// 429 with Retry-After (RFC 6585 section 4). Only responses with a body count: a client that sends
// its ETag and gets 304 is never refused, and neither is HEAD.
//
// A Brake needs at most 3 MB: it knows the 32,768 clients that downloaded last. A client that it
// has forgotten begins anew. Do not copy a Brake, or change its fields after the first request.
type Brake struct {
	// Downloads is how many downloads a client may have at once, and within Per. Required; 0 or
	// less means that there is no limit.
	Downloads int
	// Per is the time in which all Downloads become available again, one after the other. 0 or less
	// means the default. Default: one hour.
	Per time.Duration
	// Key identifies the client of a request. Behind a proxy, use the header that the proxy sets.
	// "" is a client without a limit. If it panics, the client has no limit either. Default: the
	// address of the connection, without its port; of an IPv6 address the first 64 bits, which
	// belong to one network.
	Key func(*http.Request) string

	mu   sync.Mutex
	seed maphash.Seed
	// free is, for the hash of each client, when all its downloads will be available again, in
	// nanoseconds since 1970 (the theoretical arrival time of the generic cell rate algorithm).
	free *simplelru.LRU[uint64, int64]
}

// mostClients is the number of clients that a Brake knows.
const mostClients = 1 << 15

// per returns Per with its default.
func (b *Brake) per() time.Duration {
	if b.Per <= 0 {
		return time.Hour
	}
	return b.Per
}

// each returns the time in which one download becomes available again.
func (b *Brake) each() time.Duration { return b.per() / time.Duration(b.Downloads) }

// client returns the key of a client, "" if it has no limit.
func (b *Brake) client(r *http.Request) (key string) {
	if b.Downloads <= 0 {
		return ""
	}
	if b.Key == nil {
		return clientOf(r)
	}
	defer func() { _ = recover() }()
	return b.Key(r)
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

// take takes a download from a client. It returns how long the client has to wait instead, if there
// is none left, and a function that gives the download back.
func (b *Brake) take(r *http.Request, now time.Time) (wait time.Duration, giveBack func()) {
	client := b.client(r)
	if client == "" {
		return 0, func() {}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.free == nil {
		b.seed = maphash.MakeSeed()
		b.free, _ = simplelru.NewLRU[uint64, int64](mostClients, nil) // fails only for a count below 1
	}
	hash := maphash.String(b.seed, client)
	free, _ := b.free.Get(hash)
	free = max(free, now.UnixNano()) + int64(b.each())
	if wait = time.Duration(free-now.UnixNano()) - b.per(); wait > 0 {
		return wait, nil
	}
	b.free.Add(hash, free)
	return 0, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if free, found := b.free.Get(hash); found {
			b.free.Add(hash, free-int64(b.each()))
		}
	}
}

// slowDown answers with 429 if the client has to wait, unless it has rep already. It returns
// whether it has answered, and otherwise takes a download from the client, which [exchange.settle]
// gives back if there was none.
func (x *exchange) slowDown(rep *representation) bool {
	if x.h.Brake == nil || x.r.Method == http.MethodHead || x.has(rep) {
		return false
	}
	wait, giveBack := x.h.Brake.take(x.r, x.now)
	if x.giveBack = giveBack; wait <= 0 {
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

// has reports whether the client has rep by the conditions of the request, as net/http reads them.
func (x *exchange) has(rep *representation) bool {
	if tags := x.r.Header["If-None-Match"]; tags != nil {
		return rep.anyOf(strings.Join(tags, ",")) != nil
	}
	dates := x.r.Header["If-Modified-Since"]
	if len(dates) != 1 || !x.datable(rep) {
		return false
	}
	since, err := http.ParseTime(dates[0])
	return err == nil && !rep.modified.After(since)
}

// settle gives back the download of a response that was none.
func (x *exchange) settle() {
	switch x.event.Status {
	case http.StatusOK, http.StatusPartialContent, http.StatusIMUsed:
	default:
		if x.giveBack != nil {
			x.giveBack()
		}
	}
}
