package feedhttp

import (
	"bytes"
	"compress/gzip"
	"io"
	"strconv"
	"strings"
	"sync"
)

// acceptsGzip reports whether a client with this Accept-Encoding gets gzip. It does if it accepts
// gzip and does not prefer the plain bytes (RFC 9110 section 12.5.3).
func acceptsGzip(header []string) bool {
	if len(header) == 0 {
		return false
	}
	switch header[0] { // nearly all clients send one of these
	case "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd":
		if len(header) == 1 {
			return true
		}
	}
	gzip, identity, other := -1.0, -1.0, -1.0 // weights; negative means not mentioned
	for _, line := range header {
		for line != "" {
			var element string
			element, line, _ = strings.Cut(line, ",")
			coding, weight := weighed(element)
			switch {
			// Section 8.4.1.3 makes x-gzip an alias.
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				gzip = max(gzip, weight)
			case strings.EqualFold(coding, "identity"):
				identity = weight
			case coding == "*":
				other = weight
			}
		}
	}
	if gzip < 0 {
		gzip = other
	}
	return gzip > 0 && gzip >= identity
}

// weighed splits an element such as "gzip;q=0.5" into its name and its weight from 0 to 1. An
// invalid weight counts as 0 (RFC 9110 section 12.4.2).
func weighed(element string) (name string, weight float64) {
	name, parameters, weighs := strings.Cut(element, ";")
	name = strings.Trim(name, " \t")
	if !weighs {
		return name, 1
	}
	q, value, _ := strings.Cut(parameters, "=")
	if !strings.EqualFold(strings.Trim(q, " \t"), "q") {
		return name, 0
	}
	weight, err := strconv.ParseFloat(strings.Trim(value, " \t"), 64)
	if err != nil || !(weight >= 0 && weight <= 1) {
		return name, 0
	}
	return name, weight
}

// compressors holds idle writers. Each of them has buffers of several hundred kilobytes.
var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress returns body in gzip, in a slice of exactly its length.
func compress(body []byte) []byte {
	var out bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	w.Reset(&out)
	_, _ = w.Write(body) // writing to a Buffer never fails
	_ = w.Close()
	w.Reset(io.Discard) // releases out
	compressors.Put(w)
	return bytes.Clone(out.Bytes())
}
