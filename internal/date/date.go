// Package date writes dates as RSS (RFC 822) and Atom (RFC 3339) have them.
package date

import "time"

// Representable reports whether every format can write t.
func Representable(t time.Time) bool {
	return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999
}

// OrEarly returns t, or the beginning of the year 2000 if no format can write t: for elements that are
// required. Readers distrust dates from before feeds existed.
func OrEarly(t time.Time) time.Time {
	if !Representable(t.UTC()) {
		return early
	}
	return t
}

var early = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

const RFC822 = "Mon, 02 Jan 2006 15:04:05 -0700"

// AppendRFC822 appends a date in RFC 822's form with a year of four digits and a numeric zone; nothing for one
// that is none.
func AppendRFC822(dst []byte, t time.Time) []byte {
	if t = t.UTC(); !Representable(t) {
		return dst
	}
	year, month, day := t.Date()
	dst = append(dst, t.Weekday().String()[:3]...)
	dst = appendTwo(append(dst, ", "...), day)
	dst = append(append(dst, ' '), month.String()[:3]...)
	dst = appendTwo(appendTwo(append(dst, ' '), year/100), year%100)
	return append(appendClock(append(dst, ' '), t), " +0000"...)
}

const RFC3339 = "2006-01-02T15:04:05Z"

// AppendRFC3339 appends a date in UTC in RFC 3339's form without fractions; nothing for one that is not
// [Representable].
func AppendRFC3339(dst []byte, t time.Time) []byte {
	if t = t.UTC(); !Representable(t) {
		return dst
	}
	return t.AppendFormat(dst, time.RFC3339)
}

// appendClock appends hours, minutes and seconds.
func appendClock(dst []byte, t time.Time) []byte {
	hour, minute, second := t.Clock()
	dst = appendTwo(dst, hour)
	dst = appendTwo(append(dst, ':'), minute)
	return appendTwo(append(dst, ':'), second)
}

// appendTwo appends a number below 100 in two digits.
func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
