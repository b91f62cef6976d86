package cleanhtml

import (
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// mostReported limits the entries of each list of a [Report], and longestReported the bytes of each
// entry. Without limits the report of a hostile body could be longer than the body.
const (
	mostReported    = 100
	longestReported = 500
)

// reporter collects a [Report].
// Its methods drop what is reported already.
type reporter struct{ Report }

// note adds s to a list, unless the list is full or has it already.
func note(list *[]string, s string) {
	s = strings.ToValidUTF8(s[:min(len(s), longestReported)], "")
	if len(*list) < mostReported && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// removed reports an element that was removed, with or without its content.
func (r *reporter) removed(e *element) { note(&r.Removed, e.name) }

// missed reports an element that was removed and whose content a reader may miss.
func (r *reporter) missed(e *element) { note(&r.Missed, e.name) }

// refused reports a URL that was dropped.
func (r *reporter) refused(url []byte) { note(&r.Dropped, escape.Legal(string(url))) }

// linked reports a frame that became a link.
func (r *reporter) linked(url string) { note(&r.Linked, url) }

// player reports an iframe that was kept.
func (r *reporter) player(url string) { note(&r.Players, url) }

// finish returns the report.
func (r *reporter) finish() Report {
	slices.Sort(r.Removed)
	slices.Sort(r.Missed)
	return r.Report
}
