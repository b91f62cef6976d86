package feeddir

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate/internal/devices"
)

// Which paths can be files on every system, and which of them would be the same one.

// checkPaths returns the namespace of all jobs, and an error for every path that cannot be a file or would be
// one with another.
func checkPaths(jobs []job, gzip bool) (namespace, error) {
	names := namespace{files: make(map[string]string, 3*len(jobs)), folders: map[string]string{}}
	var errs []error
	for _, j := range jobs {
		for _, path := range j.files() {
			err := names.add(path)
			if err == nil && gzip {
				err = names.add(path + gzipEnding)
			}
			if err != nil {
				errs = append(errs, &Error{Scope: j.scope, Path: path, Err: err})
			}
		}
	}
	return names, errors.Join(errs...)
}

// namespace is the files and folders of a tree in which neither case nor normalisation count, each with the
// path that it came from.
type namespace struct{ files, folders map[string]string }

func (n namespace) add(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	folded := fold(path)
	if other, taken := n.files[folded]; taken {
		return fmt.Errorf("%w: the same file as %q", ErrPath, other)
	}
	if other, taken := n.folders[folded]; taken {
		return fmt.Errorf("%w: the folder of %q", ErrPath, other)
	}
	for folder := parent(folded); folder != ""; folder = parent(folder) {
		if other, taken := n.files[folder]; taken {
			return fmt.Errorf("%w: below the file %q", ErrPath, other)
		}
		if _, known := n.folders[folder]; known {
			break
		}
		n.folders[folder] = path
	}
	n.files[folded] = path
	return nil
}

// isInTheWayOf reports whether a file at path would keep files or folders of the namespace from being there.
func (n namespace) isInTheWayOf(path string) bool {
	folded := fold(path)
	if _, isFile := n.files[folded]; isFile {
		return false
	}
	_, found := n.folders[folded]
	for folder := parent(folded); folder != "" && !found; folder = parent(folder) {
		_, found = n.files[folder]
	}
	return found
}

// parent returns the folder that a path lies in, "" for the outermost.
func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// fold returns one text for all paths that some file system takes for one: NTFS and APFS do not tell apart
// upper and lower case, APFS and HFS+ neither composed and decomposed letters.
func fold(path string) string {
	for i := range len(path) {
		if path[i] >= utf8.RuneSelf {
			return norm.NFC.String(cases.Fold().String(norm.NFD.String(path)))
		}
	}
	return strings.ToLower(path)
}

// checkPath returns an error for a path that is not below the folder, or that not every system can have.
func checkPath(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return fmt.Errorf("%w: %q is not below the folder", ErrPath, path)
	}
	first, _, _ := strings.Cut(path, "/")
	if fold(first) == stateFolder {
		return fmt.Errorf("%w: %s is for the manifest", ErrPath, stateFolder)
	}
	for element := range strings.SplitSeq(path, "/") {
		if err := checkElement(element); err != nil {
			return fmt.Errorf("%w: %q %w", ErrPath, element, err)
		}
	}
	return nil
}

var (
	errTooLong = errors.New("is longer than 255 bytes")
	errEnding  = errors.New("ends in a dot or space, which Windows drops")
	errLetter  = errors.New(`holds a control character or one of \ : * ? " < > |, which Windows forbids`)
	errDevice  = errors.New("is a device of Windows")
)

// forbidden are the bytes that no name on Windows holds.
var forbidden = func() (table [256]bool) {
	for c := range table {
		table[c] = c < ' ' || strings.IndexByte(`\:*?"<>|`, byte(c)) >= 0
	}
	return table
}()

func checkElement(name string) error {
	switch last := name[len(name)-1]; {
	case len(name) > 255:
		return errTooLong
	case last == '.' || last == ' ':
		return errEnding
	case devices.Is(name):
		return errDevice
	}
	for i := range len(name) {
		if forbidden[name[i]] {
			return errLetter
		}
	}
	return nil
}
