package slug

import (
	"bytes"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Names is a set of names. It compares them in the form of [Fold], without the characters that XML
// does not allow. Names that fit into its own memory, as those of most articles do, cost no
// allocation. The zero Names is empty.
type Names struct {
	own  [512]byte // names in folded form, each between two zeros
	n    int       // how much of own is in use
	more map[string]bool
}

// Add adds a name. It returns false if the set holds it already.
func (s *Names) Add(name string) bool {
	var few [64]byte
	folded := append(appendFolded(append(few[:0], 0), name), 0)
	// Folded names hold no zeros, so that only whole names match.
	if bytes.Contains(s.own[:s.n], folded) || s.more[string(folded)] {
		return false
	}
	added := folded
	if s.n > 0 {
		added = folded[1:] // the zero before it is there
	}
	if s.n+len(added) <= len(s.own) {
		s.n += copy(s.own[s.n:], added)
		return true
	}
	if s.more == nil {
		s.more = map[string]bool{}
	}
	s.more[string(folded)] = true
	return true
}

// appendFolded appends [Fold] of a name in legal characters. For ASCII that is lower case.
func appendFolded(dst []byte, name string) []byte {
	start := len(dst)
	for i := range len(name) {
		c := name[i]
		if c < 0x20 || c >= 0x7F {
			return append(dst[:start], Fold(escape.Legal(name))...)
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
