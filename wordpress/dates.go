package wordpress

import "time"

// time returns the time that an item's dates give: the GMT one; pubDate, which is GMT too; or the local one in the
// site's time zone. Local tells that this zone is not known, and that GMT was taken for it.
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

const oldestYear = 1900 // years before are what is left of 0000-00-00

// parseDate reads "2022-03-30 09:00:00"; the zero time for what is no date, as 0000-00-00 is.
func parseDate(s string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateTime, s, zone)
	if err != nil || t.Year() < oldestYear {
		return time.Time{}
	}
	return t.UTC()
}

// offsetOf returns how a local date differs from the GMT one; nil when that cannot be told.
func offsetOf(gmt, date string) *time.Location {
	t, local := parseDate(gmt, time.UTC), parseDate(date, time.UTC)
	if t.IsZero() || local.IsZero() {
		return nil
	}
	offset := local.Sub(t)
	if offset < -14*time.Hour || offset > 15*time.Hour {
		return nil
	}
	return time.FixedZone("", int(offset.Seconds()))
}
