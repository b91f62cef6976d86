package main

import (
	"fmt"
	"os"
	"strings"
)

// Between these lines stands what the README quotes, in RESULTS.md and in the README.
const (
	quotationStart = "<!-- benchmarks -->"
	quotationEnd   = "<!-- /benchmarks -->"
)

// copyQuotation replaces a file's quotation by another file's.
func copyQuotation(to, from string) error {
	source, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_, quotation, _, err := cutQuotation(from, string(source))
	if err != nil {
		return err
	}
	target, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	before, _, after, err := cutQuotation(to, string(target))
	if err != nil {
		return err
	}
	return os.WriteFile(to, []byte(before+quotation+after), 0o644)
}

// cutQuotation returns the quotation with its marks, and what stands around it. The file's name is for the error.
func cutQuotation(file, text string) (before, quotation, after string, err error) {
	start, end := strings.Index(text, quotationStart), strings.Index(text, quotationEnd)
	if start < 0 || end < start {
		return "", "", "", fmt.Errorf("%s: no %s … %s", file, quotationStart, quotationEnd)
	}
	end += len(quotationEnd)
	return text[:start], text[start:end], text[end:], nil
}
