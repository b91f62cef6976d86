package feeddir

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"strings"
)

// This file computes what the manifest says about the contents of files.

// checksumPrefix distinguishes a checksum from a digest.
const checksumPrefix = "crc32c:"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newSum returns the hash of a sum: CRC-32C for a checksum, otherwise SHA-256.
//
// A checksum is enough for a feed whose version is known. The version says whether the feed has
// changed; the checksum only finds files that somebody has edited or that the disk has damaged. It
// takes a sixteenth of the time. A feed without a version is compared by its digest.
func newSum(checksum bool) hash.Hash {
	if checksum {
		return crc32.New(castagnoli)
	}
	return sha256.New()
}

// sumText returns the sum of what was written to a hash of [newSum].
func sumText(h hash.Hash) string {
	text := hex.EncodeToString(h.Sum(nil))
	if h.Size() == crc32.Size {
		return checksumPrefix + text
	}
	return text
}

// sumOf returns the sum of content, as text.
func sumOf(content []byte, checksum bool) string {
	h := newSum(checksum)
	h.Write(content) // never fails
	return sumText(h)
}

// isChecksum reports whether a sum is a checksum.
func isChecksum(sum string) bool { return strings.HasPrefix(sum, checksumPrefix) }
