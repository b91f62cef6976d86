// Package date writes dates in the forms of RSS (RFC 822) and of Atom and JSON Feed (RFC 3339).
package date

import "time"

// Representable reports whether every format can write t: its year has at most four digits (RFC
// 3339 section 5.6), and it is not the zero time, which stands for a missing date.
func Representable(t time.Time) bool {
	return t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero()
}

// early is the date of required elements without one. Readers distrust dates from before feeds
// existed.
var early = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// OrEarly returns t, or the beginning of the year 2000 if t is not [Representable] in UTC. It is
// for elements that are required.
func OrEarly(t time.Time) time.Time {
	if !Representable(t.UTC()) {
		return early
	}
	return t
}

// RFC822 is the layout of dates in RSS: RFC 822 section 5 with a year of four digits, as RSS 2.0
// recommends, and a numeric zone.
const RFC822 = "Mon, 02 Jan 2006 15:04:05 -0700"

// AppendRFC822 appends t in UTC in the layout [RFC822]. It appends nothing if t is not
// [Representable]. It is what t.Format returns, without the time to interpret the layout.
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

// RFC3339 is the layout of dates in Atom (RFC 4287 section 3.3) and JSON Feed, in UTC.
const RFC3339 = "2006-01-02T15:04:05Z"

// AppendRFC3339 appends t in UTC in the layout [RFC3339], without fractions of a second. It
// appends nothing if t is not [Representable].
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

// Earlier returns the earlier of two times. The zero time means never.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Later returns the later of two times.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
