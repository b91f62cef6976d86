// Package oneline puts errors into one line, because logs have one line for each.
package oneline

import "strings"

// Error returns an error with the same text in one line. Drivers list the addresses that they
// tried in a line each.
func Error(err error) error {
	if err == nil || !strings.Contains(err.Error(), "\n") {
		return err
	}
	return line{err}
}

// line is an error whose text has spaces in place of line breaks.
type line struct{ error }

// Error implements error.
func (l line) Error() string { return strings.Join(strings.Fields(l.error.Error()), " ") }

// Unwrap returns the error itself.
func (l line) Unwrap() error { return l.error }
