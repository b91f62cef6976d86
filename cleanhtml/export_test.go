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
