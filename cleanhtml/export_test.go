package cleanhtml

// Functions that the tests compare with each other; see already_test.go.
func (p Policy) AlreadyClean(body string) bool { return p.alreadyClean(body) }

func (p Policy) AppendSlow(dst []byte, body, base string) ([]byte, Report) {
	return p.appendSlow(dst, body, base)
}

var Special, Letters, Load = special, letters, load

// SimpleSummary is Summary without its limits: it reads all of the text.
func (p Policy) SimpleSummary(body string, words int) string {
	text, more, _ := p.plainText(body, 256*words+1024)
	summary, _ := summarize(text, words, more)
	return summary
}

// EndIsRemembered reports whether hasEnd caches its result. It calls hasEnd twice, the second time
// with a body that would give the other result.
func EndIsRemembered(body, other, name string) bool {
	c := newCleaner(Policy{}, nil, body, "")
	first := c.hasEnd(name)
	c.body = other
	return c.hasEnd(name) == first
}
