package findings

import (
	"slices"
	"time"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Schedule has the fields of the exported type that programs fill in, so that values convert.
type Schedule struct {
	TTL             time.Duration  // written in minutes
	UpdatePeriod    string         // "hourly" and so on
	UpdateFrequency int            // updates in a period
	SkipHours       []int          // from 0 to 23, in UTC
	SkipDays        []time.Weekday // in any order
}

// Equal reports whether two schedules are equal.
func (s Schedule) Equal(t Schedule) bool {
	return s.TTL == t.TTL && s.UpdatePeriod == t.UpdatePeriod && s.UpdateFrequency == t.UpdateFrequency &&
		slices.Equal(s.SkipHours, t.SkipHours) && slices.Equal(s.SkipDays, t.SkipDays)
}

// Schedule checks when readers should ask for a feed. RSS 2.0 has the time to live and the hours
// and days to skip, which it allows once each; the update period and frequency are those of the
// RSS 1.0 module Syndication, which knows five periods. A site is refused for a value that no
// format can write, because readers would follow the rest of the schedule.
func (r *Report[R, F]) Schedule(field string, s Schedule) Schedule {
	const rss, syndication = "RSS 2.0, optional channel elements", "RSS 1.0 module Syndication"
	found := len(r.Found)
	NotNegative(r, ".TTL", &s.TTL, rss)
	given := s.UpdatePeriod
	switch s.UpdatePeriod = escape.Trim(given); s.UpdatePeriod {
	case "":
		r.Shown(".UpdatePeriod", given)
	case "hourly", "daily", "weekly", "monthly", "yearly":
	default:
		r.Refuse(".UpdatePeriod", s.UpdatePeriod, "not hourly, daily, weekly, monthly or yearly", syndication)
	}
	NotNegative(r, ".UpdateFrequency", &s.UpdateFrequency, syndication)
	s.SkipHours = Between(r, ".SkipHours", s.SkipHours, 0, 23, "not an hour from 0 to 23", rss)
	s.SkipDays = Between(r, ".SkipDays", s.SkipDays, time.Sunday, time.Saturday,
		"not a day of the week", rss)
	r.Within(field, found)
	return s
}
