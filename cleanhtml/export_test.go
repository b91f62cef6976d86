package cleanhtml

// What the tests compare with each other; see already_test.go.
var AlreadyClean = alreadyClean

func (p Policy) AppendSlow(dst []byte, body, base string) ([]byte, Report) {
	return p.appendSlow(dst, body, base)
}

var Special, Letters, Load = special, letters, load

// SimpleSummary looks at all of the text that a summary may be made of.
func SimpleSummary(body string, words int) string {
	text, more, _ := plainText(body, 256*words+1024)
	summary, _ := summarize(text, words, more)
	return summary
}

// EndIsRemembered asks twice whether an end tag follows, the second time over a body that would
// give the other answer, and reports whether the first one stands.
func EndIsRemembered(body, other, name string) bool {
	c := newCleaner(Policy{}, nil, body, "")
	first := c.hasEnd(name)
	c.body = other
	return c.hasEnd(name) == first
}
