package wordpress

import "time"

// time returns the time that an item's dates mean. It uses the first of these that can be parsed:
// the GMT date; pubDate, which is in GMT too; and the local date in the site's time zone. WordPress
// writes the GMT date of a post that was never published as 0000-00-00, and some old versions left
// it out.
//
// local is true if the local date was used as GMT, because the time zone is unknown. An item with
// both dates makes it known for the items after it.
func (r *reading) time(gmt, date, pubDate string) (t time.Time, local bool) {
	if offset := offsetOf(gmt, date); offset != nil {
		r.index.offset = offset
	}
	if t := parseDate(gmt, time.UTC); !t.IsZero() {
		return t, false
	}
	if t, err := time.Parse(time.RFC1123Z, pubDate); err == nil && t.Year() >= oldestYear {
		return t.UTC(), false
	}
	// Only the local date is left.
	zone := r.export.Location
	if zone == nil {
		zone = r.index.offset
	}
	if zone == nil {
		zone, local = time.UTC, true
	}
	t = parseDate(date, zone)
	return t, local && !t.IsZero()
}

// oldestYear is the first year that counts as a date. Earlier years come from 0000-00-00 and time
// zone arithmetic on it.
const oldestYear = 1900

// parseDate parses "2022-03-30 09:00:00". It returns the zero time for anything else, 0000-00-00
// included.
func parseDate(s string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateTime, s, zone)
	if err != nil || t.Year() < oldestYear {
		return time.Time{}
	}
	return t.UTC()
}

// offsetOf returns the time zone in which a local date is the same time as the GMT date. It returns
// nil if one of them is missing or the difference is more than any time zone's. The zone is a fixed
// offset: it cannot have daylight saving time, so it is right for posts of the same season only.
func offsetOf(gmt, date string) *time.Location {
	t, local := parseDate(gmt, time.UTC), parseDate(date, time.UTC)
	if t.IsZero() || local.IsZero() {
		return nil
	}
	// Time zones are between 12 hours behind GMT and 14 ahead of it. Leave some room for sites that
	// moved between them.
	offset := local.Sub(t)
	if offset < -14*time.Hour || offset > 15*time.Hour {
		return nil
	}
	return time.FixedZone("", int(offset.Seconds()))
}
