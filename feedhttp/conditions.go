package feedhttp

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// This file prepares the conditions and ranges of a request for [http.ServeContent], which reads
// only the first line of each header, and refuses ranges that it should ignore.

// plainly returns a copy of a request for ServeContent. Its conditions and ranges mean the same as
// those of r, and each of them stands on a single line that ServeContent reads as RFC 9110
// prescribes. If If-None-Match names rep, has is the ETag for the 304, as the value of a header.
func (rep *representation) plainly(r *http.Request) (plain *http.Request, has []string) {
	plain = r.WithContext(r.Context())
	plain.Header = r.Header.Clone()
	header := plain.Header
	if lines := header["If-None-Match"]; lines != nil {
		// A condition on ETags takes precedence over the date (section 13.1.3).
		header.Del("If-None-Match")
		header.Del("If-Modified-Since")
		if has = rep.anyOf(strings.Join(lines, ",")); has != nil {
			header.Set("If-None-Match", "*")
		}
	}
	if lines := header["If-Match"]; lines != nil {
		// The comma keeps an empty list from being read as no condition.
		header.Set("If-Match", strings.Join(lines, ",")+",")
	}
	// A header with two dates is ignored (sections 13.1.3 and 13.1.4).
	for _, name := range []string{"If-Modified-Since", "If-Unmodified-Since"} {
		if len(header[name]) > 1 {
			header.Del(name)
		}
	}
	if lines := header["Range"]; lines != nil {
		header.Del("Range")
		if wanted := rangesOf(r, int64(len(rep.body))); wanted != "" {
			header.Set("Range", wanted)
		}
	}
	return plain, has
}

// anyOf returns the ETag for the 304 if the value of an If-None-Match header names rep, and
// otherwise nil. A syntax error ends the list.
func (rep *representation) anyOf(list string) []string {
	for {
		list = strings.TrimLeft(list, " \t\r\n,")
		if strings.HasPrefix(list, "*") {
			return rep.etag
		}
		var tag string
		if tag, list = cutTag(list); tag == "" {
			return nil
		}
		if has := rep.is(tag); has != nil {
			return has
		}
	}
}

// cutTag cuts the ETag at the beginning of a list from the rest (RFC 9110 section 8.8.3). It leaves
// out "W/", because If-None-Match compares weakly. The tag is "" if there is none.
func cutTag(list string) (tag, rest string) {
	list = strings.TrimPrefix(list, "W/")
	if !strings.HasPrefix(list, `"`) {
		return "", ""
	}
	for i := 1; i < len(list); i++ {
		switch c := list[i]; {
		case c == '"':
			return list[:i+1], list[i+1:]
		case c <= ' ', c == 0x7F: // not allowed in an ETag
			return "", ""
		}
	}
	return "", ""
}

// is returns the ETag for a 304 to a client that has the contents of rep under this ETag, as the
// value of a header. It returns nil if the client does not have them.
//
// The client can have another compressed form of the contents: one from before the feed was
// compressed once more, or one in the other coding. The 304 then has the ETag of that form: it is
// as good a representation for this client as rep, and the one that a cache must find to update its
// stored response.
//
// A proxy that compresses the response can have written the name of its coding into the ETag, and
// sends it back that way. The 304 then has the ETag of rep, because the other one is the proxy's. A
// cache that finds no stored response with this ETag uses the 304 for the current request, and does
// not update its stored headers (RFC 9111 section 4.3.4). It asks again next time, and receives no
// wrong body.
func (rep *representation) is(tag string) (has []string) {
	if tag == rep.etag[0] {
		return rep.etag
	}
	for _, form := range rep.forms {
		if tag == form[0] {
			return form
		}
		if isCodingOf(tag, form[0]) {
			return rep.etag
		}
	}
	if isCodingOf(tag, rep.etag[0]) || isCodingOf(tag, rep.plainTag) {
		return rep.etag
	}
	return nil
}

// proxyCodings are the names that proxies append to an ETag when they compress or unpack a body.
var proxyCodings = []string{"gzip", "gunzip", "deflate", "br", "zstd"}

// isCodingOf reports whether tag is etag with the suffix of a coding, as in "abc-gzip" (Apache
// httpd, Caddy), "abc--gzip" (Jetty) or "abc;gzip". Two proxies write two suffixes.
func isCodingOf(tag, etag string) bool {
	suffix, ok := strings.CutPrefix(strings.TrimSuffix(tag, `"`), strings.TrimSuffix(etag, `"`))
	if !ok || suffix == "" || !isSeparator(rune(suffix[0])) || isSeparator(rune(suffix[len(suffix)-1])) {
		return false
	}
	for coding := range strings.FieldsFuncSeq(suffix, isSeparator) {
		if !slices.Contains(proxyCodings, coding) {
			return false
		}
	}
	return true
}

// isSeparator reports whether proxies write this character before the name of a coding.
func isSeparator(c rune) bool { return c == '-' || c == ';' || c == ':' }

// maxRanges is the largest number of ranges in a request. Real clients ask for one.
const maxRanges = 16

// span is a range of bytes. Both ends are included.
type span struct{ first, last int64 }

// rangesOf returns the value of Range for ServeContent, or "" if the request's ranges must or may
// be ignored: ranges are for GET, and their only unit is bytes (RFC 9110 sections 14.1 and 14.2).
// The ranges in the result do not overlap.
func rangesOf(r *http.Request, size int64) string {
	lines, since := r.Header["Range"], r.Header["If-Range"]
	if r.Method != http.MethodGet || len(lines) != 1 || since != nil && (len(since) > 1 || since[0] == "") {
		return ""
	}
	unit, list, _ := strings.Cut(lines[0], "=")
	if !strings.EqualFold(unit, "bytes") {
		return ""
	}
	spans, ok := parseSpans(list, size)
	switch {
	case !ok:
		return ""
	case len(spans) == 0: // all are behind the end: ServeContent answers with 416
		return fmt.Sprintf("bytes=%d-", size)
	}
	var b strings.Builder
	separator := "bytes="
	for _, s := range merged(spans) {
		fmt.Fprintf(&b, "%s%d-%d", separator, s.first, s.last)
		separator = ","
	}
	return b.String()
}

// parseSpans parses a list of ranges and leaves out those behind the end of size bytes. It returns
// false if one is invalid, or if there is none or too many.
func parseSpans(list string, size int64) (spans []span, ok bool) {
	count := 0
	for element := range strings.SplitSeq(list, ",") {
		if element = strings.Trim(element, " \t"); element == "" {
			continue // empty elements count for nothing (RFC 9110 section 5.6.1.2)
		}
		s, ok := parseSpan(element, size)
		if count++; !ok || count > maxRanges {
			return nil, false
		}
		if s.first <= s.last {
			spans = append(spans, s)
		}
	}
	return spans, count > 0
}

// parseSpan parses one range: "5-9", "5-", or "-5" for the last five bytes. The span of a range
// that has no byte in common with the body ends before it begins.
func parseSpan(element string, size int64) (s span, ok bool) {
	first, last, ok := strings.Cut(element, "-")
	if !ok {
		return s, false
	}
	begin, hasBegin := parseDigits(first)
	end, hasEnd := parseDigits(last)
	switch {
	case hasBegin && hasEnd:
		return span{begin, min(end, size-1)}, begin <= end
	case hasBegin:
		return span{begin, size - 1}, last == ""
	}
	return span{size - min(end, size), size - 1}, first == "" && hasEnd
}

// parseDigits parses a number without a sign. Numbers that are too large become the largest one.
func parseDigits(text string) (number int64, ok bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		number = math.MaxInt64
	}
	return number, true
}

// merged returns spans without overlaps. Spans that do not overlap keep their order, in which the
// client expects them (RFC 9110 section 15.3.7.2).
func merged(spans []span) []span {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b span) int { return cmp.Compare(a.first, b.first) })
	joined := sorted[:1]
	for _, s := range sorted[1:] {
		if last := &joined[len(joined)-1]; s.first <= last.last+1 {
			last.last = max(last.last, s.last)
		} else {
			joined = append(joined, s)
		}
	}
	if len(joined) == len(spans) {
		return spans
	}
	return joined
}
