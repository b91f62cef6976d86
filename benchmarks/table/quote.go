package main

import (
	"fmt"
	"os"
	"strings"
)

// resultsMark is the mark of the tables in RESULTS.md that the README quotes.
const resultsMark = "benchmarks"

// marks returns the comments that enclose the quoted tables with a mark, in both files.
func marks(mark string) (start, end string) { return "<!-- " + mark + " -->", "<!-- /" + mark + " -->" }

// copyQuotation replaces the quotation with a mark in a file with that of another file.
func copyQuotation(to, from, mark string) error {
	source, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_, quotation, _, err := cutQuotation(from, string(source), mark)
	if err != nil {
		return err
	}
	target, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	before, _, after, err := cutQuotation(to, string(target), mark)
	if err != nil {
		return err
	}
	return os.WriteFile(to, []byte(before+quotation+after), 0o644)
}

// cutQuotation returns the quotation with its comments and the text around it. The error names the
// file.
func cutQuotation(file, text, mark string) (before, quotation, after string, err error) {
	opening, closing := marks(mark)
	start, end := strings.Index(text, opening), strings.Index(text, closing)
	if start < 0 || end < start {
		return "", "", "", fmt.Errorf("%s: no %s … %s", file, opening, closing)
	}
	end += len(closing)
	return text[:start], text[start:end], text[end:], nil
}
