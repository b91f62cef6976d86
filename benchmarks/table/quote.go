package main

import (
	"fmt"
	"os"
	"strings"
)

// quotationStart and quotationEnd enclose the tables that the README quotes, in both files.
const (
	quotationStart = "<!-- benchmarks -->"
	quotationEnd   = "<!-- /benchmarks -->"
)

// copyQuotation replaces the quotation in a file with that of another file.
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

// cutQuotation returns the quotation with its marks and the text around it. The error names the
// file.
func cutQuotation(file, text string) (before, quotation, after string, err error) {
	start, end := strings.Index(text, quotationStart), strings.Index(text, quotationEnd)
	if start < 0 || end < start {
		return "", "", "", fmt.Errorf("%s: no %s … %s", file, quotationStart, quotationEnd)
	}
	end += len(quotationEnd)
	return text[:start], text[start:end], text[end:], nil
}
