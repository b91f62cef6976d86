package podcast

import (
	"crypto/sha1"
	"fmt"
	"regexp"
	"strings"
)

// guidNamespace is the UUID ead4c236-bf58-58c6-a2c6-a6b28d128cb6, in which the names are addresses
// of feeds.
var guidNamespace = [16]byte{
	0xea, 0xd4, 0xc2, 0x36, 0xbf, 0x58, 0x58, 0xc6, 0xa2, 0xc6, 0xa6, 0xb2, 0x8d, 0x12, 0x8c, 0xb6,
}

// GUID returns the podcast:guid of a show whose feed has the given address: a UUID of version 5
// (RFC 9562 section 5.5) of the address without its scheme and without slashes at its end.
//
// A show has one GUID for its lifetime. Call GUID once, and set [Show.GUID] to the result before
// the address of the feed changes.
func GUID(feedURL string) string {
	name := strings.TrimSpace(feedURL)
	if _, rest, found := strings.Cut(name, "://"); found {
		name = rest
	}
	name = strings.TrimRight(name, "/")
	sum := sha1.Sum(append(guidNamespace[:], name...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50 // version 5
	id[8] = id[8]&0x3f | 0x80 // the variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// isGUID matches a UUID of any version. Hosts gave some shows a random one.
var isGUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString

// guid returns a GUID in lower case, "" if it is none.
func (o *output) guid(field, id string) string {
	id = strings.TrimSpace(id)
	if id == "" || isGUID(id) {
		return strings.ToLower(id)
	}
	o.Warn(field, id, RuleNotGUID, "left out; "+podspec+"guid")
	return ""
}
