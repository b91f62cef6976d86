package date

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func FuzzDatesByHand(f *testing.F) {
	for _, t := range []time.Time{{}, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		f.Add(t.Unix(), int64(t.Nanosecond()), 0)
	}
	f.Add(int64(1e9), int64(999999999), 3*3600)
	f.Add(int64(253402300800), int64(0), -3600) // of the year 9999 only in its own zone
	f.Fuzz(func(t *testing.T, seconds, nanoseconds int64, zone int) {
		when := time.Unix(seconds, nanoseconds).In(time.FixedZone("", zone%86400))
		atom, rss := "", ""
		if Representable(when.UTC()) {
			atom, rss = when.UTC().Format(RFC3339), when.UTC().Format(RFC822)
		}
		assert.Equal(t, atom, string(AppendRFC3339(nil, when)))
		assert.Equal(t, rss, string(AppendRFC822(nil, when)))
	})
}

func TestOrEarly(t *testing.T) {
	now := time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
	assert.Equal(t, now, OrEarly(now))
	assert.Equal(t, "2000-01-01T00:00:00Z", string(AppendRFC3339(nil, OrEarly(time.Time{}))))
}

func TestDatesOfFourDigitsAreRepresentable(t *testing.T) {
	day := func(year int) time.Time { return time.Date(year, 12, 31, 23, 59, 59, 0, time.UTC) }
	for _, year := range []int{1, 2, 1970, 9998, 9999} {
		assert.True(t, Representable(day(year)), year)
	}
	for _, when := range []time.Time{{}, day(0), day(-1), day(10000)} {
		assert.False(t, Representable(when), when)
	}
}
