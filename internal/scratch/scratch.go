// Package scratch keeps buffers for text whose length is not known before it is written, so that
// the result can then be copied into memory of the right size.
package scratch

import "sync"

// most is the largest capacity of a buffer that is kept.
const most = 2 << 20

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Get returns a buffer for [Put]. Its length and contents are those of its last use.
func Get() *[]byte { return buffers.Get().(*[]byte) }

// Put takes a buffer back, unless it is larger than most uses need.
func Put(buffer *[]byte) {
	if cap(*buffer) <= most {
		buffers.Put(buffer)
	}
}
