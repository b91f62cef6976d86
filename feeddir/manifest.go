package feeddir

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file reads and writes the manifest, whose format the package comment documents.

// manifestHeader is the first line of a manifest. Its number is the version of the format.
const manifestHeader = "syndicate/feeddir manifest 1\n"

// manifest is the state that the previous run has left.
type manifest struct {
	records  map[string]record // by path
	killed   bool              // the previous run left a journal
	outdated bool              // the file must be written even if no record changes
}

// record is one line of the manifest or of the journal.
type record struct {
	Path     string // below the folder, with slashes
	Scope    string // as text; "" for an additional file
	Source   string // fingerprint of the feed's version; "" if unknown
	Next     int64  // when time changes the feed, hidden by its fingerprint; 0 if Source is unknown
	Size     int64  // in bytes
	Modified int64  // in nanoseconds since 1970
	Sum      string // of the contents: see sumOf
	Of       string // for a compressed copy the Sum of the original
}

// key returns a text that all files of one job have in common.
func (rec record) key() string {
	if rec.Scope != "" {
		return rec.Scope
	}
	return "/" + strings.TrimSuffix(rec.Path, gzipEnding) // a scope's text has no slash in front
}

// secondOf returns t in seconds since 1970, rounded up: in that second t has come. It returns 0 for
// the zero time.
func secondOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	if t.Nanosecond() > 0 {
		t = t.Add(time.Second)
	}
	return t.Unix()
}

// matches reports whether a file has the recorded size and modification time.
func (rec record) matches(info fs.FileInfo) bool {
	return rec.Size == info.Size() && rec.Modified == info.ModTime().UnixNano()
}

// appendLine appends the record as a line. None of its texts contains a tab or a line break: paths
// and scopes have no control characters.
func (rec record) appendLine(dst []byte) []byte {
	dst = append(append(dst, rec.Sum...), '\t')
	dst = append(strconv.AppendInt(dst, rec.Size, 10), '\t')
	dst = append(strconv.AppendInt(dst, rec.Modified, 10), '\t')
	dst = append(append(dst, rec.Of...), '\t')
	dst = append(append(dst, rec.Source...), '\t')
	if rec.Next != 0 {
		dst = strconv.AppendInt(dst, rec.Next, 10)
	}
	dst = append(append(append(dst, '\t'), rec.Scope...), '\t')
	return append(append(dst, rec.Path...), '\n')
}

// appendManifest appends a manifest of all records, sorted by path.
func appendManifest(dst []byte, records map[string]record) []byte {
	dst = append(dst, manifestHeader...)
	for _, path := range slices.Sorted(maps.Keys(records)) {
		dst = records[path].appendLine(dst)
	}
	return dst
}

// parseManifest parses a manifest. An empty text has no records: a power failure can leave an empty
// file.
func parseManifest(text string) (*manifest, error) {
	m := &manifest{records: map[string]record{}}
	if text == "" {
		return m, nil
	}
	lines, ok := strings.CutPrefix(text, manifestHeader)
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrManifest, manifestHeader)
	}
	m.records = make(map[string]record, strings.Count(lines, "\n"))
	number := 1 // of the line, for the error
	for line := range strings.Lines(lines) {
		number++
		rec, err := parseRecord(line)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrManifest, number, err)
		}
		m.records[rec.Path] = rec
	}
	return m, nil
}

// parseJournal returns the complete lines of a journal. A killed run can leave half a line.
func parseJournal(text string) (records []record) {
	for line := range strings.Lines(text) {
		if rec, err := parseRecord(line); err == nil {
			records = append(records, rec)
		}
	}
	return records
}

var errFields = errors.New("not eight fields separated by tabs")

// parseRecord parses a line of the manifest or journal.
func parseRecord(line string) (rec record, err error) {
	// A line without its end is the rest of one that a killed run was writing.
	line, whole := strings.CutSuffix(line, "\n")
	fields := strings.Split(line, "\t")
	if !whole || len(fields) != 8 {
		return rec, errFields
	}
	rec = record{Sum: fields[0], Of: fields[3], Source: fields[4], Scope: fields[6], Path: fields[7]}
	if rec.Size, err = strconv.ParseInt(fields[1], 10, 64); err != nil {
		return rec, err
	}
	if rec.Modified, err = strconv.ParseInt(fields[2], 10, 64); err != nil {
		return rec, err
	}
	if fields[5] != "" {
		if rec.Next, err = strconv.ParseInt(fields[5], 10, 64); err != nil {
			return rec, err
		}
	}
	// The paths are written to and removed later. A manipulated manifest must not name others.
	return rec, checkPath(rec.Path)
}
