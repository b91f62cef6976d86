package date

import (
	"strconv"
	"strings"
	"time"
)

// Parse reads a date of a feed, in the forms that programs write: RFC 822 with a year of two or
// four digits (RSS 2.0, pubDate), with or without a weekday, seconds or a zone, with names of
// months in full; and RFC 3339 (Atom) with a space in place of the T, or a date alone. It returns
// the zero time for a text that is no date. Zoned is false if the date has no zone, or one that is
// not known; it is taken for UTC then.
func Parse(s string) (t time.Time, zoned bool) {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longestDate {
		return time.Time{}, false
	}
	// The year comes first in one of the two families of forms.
	if len(s) >= len("2006-01-02") && s[4] == '-' {
		return parseRFC3339(s)
	}
	return parseRFC822(s)
}

// longestDate is the number of bytes of the longest text that is parsed.
const longestDate = 64

// parseRFC3339 parses the form of Atom, and what resembles it.
func parseRFC3339(s string) (t time.Time, zoned bool) {
	// Parse accepts fractions of a second in all of these.
	zonedLayouts := []string{
		time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02T15:04:05Z0700",
		"2006-01-02 15:04:05 Z0700", "2006-01-02T15:04Z07:00",
	}
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	// Without a zone.
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false
		}
	}
	return time.Time{}, false
}

// months are the first letters of the names of months.
const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// zones are the zones by their names, in hours from UTC: those of RFC 822 section 5.1, and others
// that are in use and not ambiguous.
var zones = map[string]float64{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
	"PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "BST": 1, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
	"EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
	"NZST": 12, "NZDT": 13,
}

// parseRFC822 parses the form of RSS, and what resembles it: the day may follow the month.
func parseRFC822(s string) (t time.Time, zoned bool) {
	var day, year, month int
	var clock string
	offset, known := 0.0, false
	// No year has been found.
	year = -1
	// The parts are recognized by what they are, because programs differ in their order.
	for i, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		// The first number is the day, the second the year.
		n, err := strconv.Atoi(part)
		switch {
		case strings.ContainsRune(part, ':') && clock == "":
			clock = part
		case clock != "" && (part[0] == '+' || part[0] == '-'):
			offset, known = parseOffset(part)
		case err == nil && day == 0 && n >= 1 && n <= 31 && len(part) <= 2:
			day = n
		case err == nil && year < 0 && (len(part) == 4 || len(part) == 2):
			year = n
		case month == 0 && err != nil && monthOf(part) > 0:
			month = monthOf(part)
		case clock != "":
			// A zone by name, perhaps with an offset: GMT+0200.
			// Parentheses are comments in RFC 822, which often hold the name.
			name, plus, _ := strings.Cut(part, "+")
			if hours, ok := zones[strings.ToUpper(strings.Trim(name, "()"))]; ok && !known {
				offset, known = hours, true
			}
			if plus != "" {
				offset, known = parseOffset("+" + plus)
			}
		case i > 0: // a weekday comes first
			return time.Time{}, false
		}
	}
	if day == 0 || month == 0 || year < 0 {
		return time.Time{}, false
	}
	if year < 100 { // RFC 5322 section 4.3
		if year += 1900; year < 1950 {
			year += 100
		}
	}
	// The day is checked here: time.Date would make 3 March of 31 February.
	since, ok := parseClock(clock)
	t = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if !ok || t.Day() != day { // no such day: 31 February
		return time.Time{}, false
	}
	return t.Add(since - time.Duration(offset*float64(time.Hour))), known
}

// monthOf returns the number of a month by its English name or the first letters of it, 0 for
// another word.
func monthOf(name string) int {
	if len(name) < 3 {
		return 0
	}
	// A match that begins within another name does not count.
	at := strings.Index(months, strings.ToLower(name[:3]))
	if at < 0 || at%3 != 0 || !strings.HasPrefix(strings.ToLower(time.Month(at/3+1).String())+".t", strings.ToLower(strings.TrimSuffix(name, "."))) && !strings.EqualFold(name, "sept") {
		return 0
	}
	return at/3 + 1
}

// parseClock parses hours, minutes and seconds. An empty text is midnight.
func parseClock(s string) (d time.Duration, ok bool) {
	if s == "" {
		return 0, true
	}
	// Hours, minutes, seconds.
	limits := []int{24, 59, 60} // hour 24 ends a day, second 60 is a leap second
	parts := strings.Split(s, ":")
	if len(parts) > len(limits) {
		return 0, false
	}
	unit := time.Hour
	for i, part := range parts {
		part, _, _ = strings.Cut(part, ".") // fractions
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || n > limits[i] {
			return 0, false
		}
		d += time.Duration(n) * unit
		unit /= 60
	}
	return d, true
}

// parseOffset parses "+0200", "+02:00" and "-7", in hours.
func parseOffset(s string) (hours float64, ok bool) {
	// The colon is that of RFC 3339.
	digits := strings.Replace(s[1:], ":", "", 1)
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || len(digits) > 4 {
		return 0, false
	}
	// Hours and minutes, or hours alone.
	if len(digits) > 2 {
		hours = float64(n/100) + float64(n%100)/60
	} else {
		hours = float64(n)
	}
	if s[0] == '-' {
		hours = -hours
	}
	return hours, hours > -24 && hours < 24
}
