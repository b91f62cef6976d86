package feedhttp

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// acceptsGzip reports whether gzip is to be sent to a client with this Accept-Encoding: it takes it and prefers
// nothing else that we have (RFC 9110 section 12.5.3).
func acceptsGzip(header []string) bool {
	if len(header) == 0 {
		return false
	}
	switch header[0] { // what nearly all send
	case "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd":
		if len(header) == 1 {
			return true
		}
	}
	gzip, identity, other := -1.0, -1.0, -1.0 // weights; below 0 is not mentioned
	for _, line := range header {
		for line != "" {
			var element string
			element, line, _ = strings.Cut(line, ",")
			coding, weight := weighed(element)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"): // section 8.4.1.3
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

// weighed splits an element of a list into what is meant and its weight from 0 to 1; one that cannot be read is 0
// (RFC 9110 section 12.4.2).
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

var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress returns body in gzip.
func compress(body []byte) []byte {
	var out bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	w.Reset(&out)
	_, _ = w.Write(body) // a Buffer takes everything
	_ = w.Close()
	w.Reset(io.Discard) // or it would hold on to out
	compressors.Put(w)
	return bytes.Clone(out.Bytes())
}
