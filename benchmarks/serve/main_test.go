package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const said = `Running 1s test @ http://127.0.0.1:1/rss.xml
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.07ms    1.71ms  35.84ms   94.01%
    Req/Sec    41.55k     2.12k   44.47k    80.00%
  Latency Distribution
     50%  640.00us
     99%    8.47ms
  41385 requests in 1.00s, 1.10GB read
Requests/sec:  41380.21
Transfer/sec:      1.10GB
`

func TestWhatWrkSaysIsRead(t *testing.T) {
	got, err := read(said)
	require.NoError(t, err)
	assert.Equal(t, result{perSecond: 41380.21, requests: 41385, p50: 640 * time.Microsecond, p99: 8470 * time.Microsecond, max: 35840 * time.Microsecond}, got)
	for _, wrong := range []string{"", said + "  Non-2xx or 3xx responses: 3\n", said + "  Socket errors: connect 0, read 1, write 0, timeout 0\n"} {
		_, err := read(wrong)
		assert.Error(t, err)
	}
}

// The bare handler answers what feedhttp does, header by header.
func TestBareHandlerAnswersTheSame(t *testing.T) {
	h := handler(newArchive(20))
	b := newBare(h)
	again := newBare(b)
	assert.ElementsMatch(t, b.plain.header, again.plain.header)
	assert.ElementsMatch(t, b.packed.header, again.packed.header)
	assert.ElementsMatch(t, b.same.header, again.same.header)
	assert.Equal(t, b.packed.body, again.packed.body)
	assert.Equal(t, 304, b.same.status)
	assert.Greater(t, len(b.plain.body), len(b.packed.body))
}
