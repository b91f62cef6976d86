package date_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/date"
)

// RSS-2: the forms of pubDate in the feeds of podcast hosts, and some of Atom's.
func TestDatesOfFeedsAreParsed(t *testing.T) {
	noon := "2022-03-30T12:00:05Z"
	for given, want := range map[string]string{
		"Wed, 30 Mar 2022 12:00:05 GMT": noon, "Wed, 30 Mar 2022 12:00:05 +0000": noon, "30 Mar 2022 05:00:05 PDT": noon,
		"Wed 30 Mar 2022 14:00:05 +0200": noon, "Wednesday, 30 March 2022 14:00:05 +02:00": noon, "wed, 30 mar 22 12:00:05 utc": noon,
		"Wed,\n 30  Mar 2022 12:00:05 Z": noon, "Wed, 30 Mar 2022 14:00:05 GMT+0200": noon, "Mar 30, 2022 12:00:05 GMT": noon,
		"Wed, 30 Mar 2022 12:00:05.123 GMT": noon, "Wed, 30 Mar 2022 21:30:05 ACST": noon, "2022-03-30T12:00:05Z": noon,
		"2022-03-30 14:00:05 +0200": noon, "2022-03-30T14:00:05+0200": noon, "2022-03-30 14:00:05+02:00": noon, "2022-03-30T12:00:05.5Z": "2022-03-30T12:00:05.5Z",
		"Wed, 30 Mar 2022 12:00 GMT": "2022-03-30T12:00:00Z", "3 Sept 2021 1:02:03 EST": "2021-09-03T06:02:03Z", "Thu, 1 Jan 70 00:00:00 GMT": "1970-01-01T00:00:00Z",
		"Thu, 31 Dec 2020 24:00:00 GMT": "2021-01-01T00:00:00Z", "30 Mar 2022 12:00 -7": "2022-03-30T19:00:00Z",
	} {
		got, zoned := date.Parse(given)
		assert.Equal(t, want, got.Format(time.RFC3339Nano), given)
		assert.True(t, zoned, given)
	}
	for given, want := range map[string]string{
		"Wed, 30 Mar 2022 12:00:05": noon, "Wed, 30 Mar 2022 12:00:05 XYZ": noon, "2022-03-30T12:00:05": noon, "2022-03-30 12:00:05": noon,
		"2022-03-30": "2022-03-30T00:00:00Z", "30 Mar 2022": "2022-03-30T00:00:00Z",
	} {
		got, zoned := date.Parse(given)
		assert.Equal(t, want, got.Format(time.RFC3339), given)
		assert.False(t, zoned, given)
	}
	for _, given := range []string{
		"", "yesterday", "31 Feb 2022 12:00:00 GMT", "Wed, 30 Mar 2022 25:00:00 GMT", "30 Mayor 2022", "Mar 2022", "2022", "0", "-", "+", ":", "30 Mar 2022 1:2:3:4",
		"2022-13-01", "30 Mar 2022 12:-1:00 GMT", "Wed, 30 Mar 20222 12:00:05 GMT",
	} {
		got, _ := date.Parse(given)
		assert.True(t, got.IsZero(), given)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"Wed, 30 Mar 2022 12:00:05 GMT", "2022-03-30T14:00:05+02:00", "30 Mar 22", ", +", "1 jan 1 :"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := date.Parse(s)
		// A year such as 0022 is read as one of this century (RFC 5322 section 4.3, obs-year).
		if got.IsZero() || !date.Representable(got) || got.Year() < 100 {
			return
		}
		again, zoned := date.Parse(string(date.AppendRFC822(nil, got)))
		assert.True(t, zoned)
		assert.True(t, got.Truncate(time.Second).Equal(again), s)
	})
}
