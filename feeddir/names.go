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

// This file decides which paths can be files on every system, and which of them would be the same
// file on some system.

// checkPaths returns the namespace of all jobs. The error names each path that cannot be a file or
// that conflicts with another path.
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

// namespace contains the files and folders of a run by their folded paths (see fold), each with the
// original path that it comes from.
type namespace struct{ files, folders map[string]string }

// add adds a file and its folders. It returns [ErrPath] if the path conflicts with an earlier one.
func (n namespace) add(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	// The path must be neither a file nor a folder yet, and none of its parents may be a file.
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
			break // and so are its parents
		}
		n.folders[folder] = path
	}
	n.files[folded] = path
	return nil
}

// isInTheWayOf reports whether a file at path prevents files or folders of the namespace: because
// it is where a folder must be, or below a path that must be a file.
func (n namespace) isInTheWayOf(path string) bool {
	// The path is published itself, so it will be replaced and not be in the way.
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

// parent returns the folder that contains a path; "" is the published folder itself.
func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// fold returns the same text for all paths that some file system treats as equal. NTFS and APFS
// ignore case; APFS and HFS+ also treat composed and decomposed letters as equal.
func fold(path string) string {
	// Nearly all paths are ASCII, for which lower case is the same and much faster.
	for i := range len(path) {
		if path[i] >= utf8.RuneSelf {
			return norm.NFC.String(cases.Fold().String(norm.NFD.String(path)))
		}
	}
	return strings.ToLower(path)
}

// checkPath returns [ErrPath] for a path outside the folder or inside the state folder, and for a
// path that some system cannot have.
func checkPath(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return fmt.Errorf("%w: %q is not below the folder", ErrPath, path)
	}
	// The comparison ignores case, as some systems do.
	first, _, _ := strings.Cut(path, "/")
	if fold(first) == stateFolder {
		return fmt.Errorf("%w: %s is reserved for the manifest", ErrPath, stateFolder)
	}
	// fs.ValidPath has made sure that no element is empty.
	for element := range strings.SplitSeq(path, "/") {
		if err := checkElement(element); err != nil {
			return fmt.Errorf("%w: %q %w", ErrPath, element, err)
		}
	}
	return nil
}

// Why an element of a path cannot be a name.
var (
	errTooLong = errors.New("is longer than 255 bytes")
	errEnding  = errors.New("ends in a dot or space, which Windows drops")
	errLetter  = errors.New(`contains a control character or one of \ : * ? " < > |, which Windows forbids`)
	errDevice  = errors.New("is the name of a device on Windows")
)

// forbidden has true for the bytes that Windows does not allow in names.
var forbidden = func() (table [256]bool) {
	for c := range table {
		table[c] = c < ' ' || strings.IndexByte(`\:*?"<>|`, byte(c)) >= 0
	}
	return table
}()

// checkElement returns an error if a path element cannot be a name on every system.
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
