package cleanhtml

import (
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// mostReported bounds each list of a [Report], and longestReported each entry in bytes: a hostile
// body must not make its report longer than itself.
const (
	mostReported    = 100
	longestReported = 500
)

// reporter collects a [Report].
type reporter struct{ Report }

// note adds s to a list that has room for it and does not have it yet.
func note(list *[]string, s string) {
	s = strings.ToValidUTF8(s[:min(len(s), longestReported)], "")
	if len(*list) < mostReported && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

func (r *reporter) removed(e *element)   { note(&r.Removed, e.name) }
func (r *reporter) refused(url []byte)   { note(&r.Dropped, escape.Legal(string(url))) }
func (r *reporter) linked(url string)    { note(&r.Linked, url) }
func (r *reporter) player(url string)    { note(&r.Players, url) }
func (r *reporter) finish() (rep Report) { slices.Sort(r.Removed); return r.Report }
