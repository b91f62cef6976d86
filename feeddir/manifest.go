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

// The manifest: one line for each file that feeddir wrote, as the package comment documents.

// manifestHeader is the first line, with the version of the format.
const manifestHeader = "syndicate/feeddir manifest 1\n"

// manifest is what was read.
type manifest struct {
	records  map[string]record
	killed   bool // there is a journal
	outdated bool // what is on disk differs from records
}

// record is one line of the manifest or of the journal.
type record struct {
	Path     string
	Scope    string
	Source   string
	Next     int64 // seconds since 1970 at which time alone changes the feed, known while Source is; 0 for never
	Size     int64
	Modified int64 // nanoseconds since 1970
	SHA256   string
	Of       string
}

// key returns what the files of one job have in common.
func (rec record) key() string {
	if rec.Scope != "" {
		return rec.Scope
	}
	return "/" + strings.TrimSuffix(rec.Path, gzipEnding) // no scope's text begins so
}

// nextChange returns what Next stands for.
func (rec record) nextChange() time.Time {
	if rec.Next == 0 {
		return time.Time{}
	}
	return time.Unix(rec.Next, 0).UTC()
}

// secondOf returns the second by which a moment has come; 0 for the zero time.
func secondOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	if t.Nanosecond() > 0 {
		t = t.Add(time.Second)
	}
	return t.Unix()
}

// matches reports whether a file is, by size and time, the one that was recorded.
func (rec record) matches(info fs.FileInfo) bool {
	return rec.Size == info.Size() && rec.Modified == info.ModTime().UnixNano()
}

// appendLine writes the record; none of its texts holds a control character.
func (rec record) appendLine(dst []byte) []byte {
	dst = append(append(dst, rec.SHA256...), '\t')
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

func appendManifest(dst []byte, records map[string]record) []byte {
	dst = append(dst, manifestHeader...)
	for _, path := range slices.Sorted(maps.Keys(records)) {
		dst = records[path].appendLine(dst)
	}
	return dst
}

// parseManifest reads a manifest. One that is not there, or empty as a power failure may leave it, holds
// nothing.
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
	number := 1
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

// parseJournal reads what there is of a journal; lines that a killed run has torn are no lines.
func parseJournal(text string) (records []record) {
	for line := range strings.Lines(text) {
		if rec, err := parseRecord(line); err == nil {
			records = append(records, rec)
		}
	}
	return records
}

var errFields = errors.New("not eight fields with tabs between them")

func parseRecord(line string) (rec record, err error) {
	line, whole := strings.CutSuffix(line, "\n")
	fields := strings.Split(line, "\t")
	if !whole || len(fields) != 8 {
		return rec, errFields
	}
	rec = record{SHA256: fields[0], Of: fields[3], Source: fields[4], Scope: fields[6], Path: fields[7]}
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
	return rec, checkPath(rec.Path)
}
