package feeddir

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate/internal/devices"
)

// This file decides which paths can be files on this system, and which of them would be the same
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
// path that the system cannot have.
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
	errLetter  = errors.New("contains a backslash or a control character")
	errWindows = errors.New("cannot be a name on Windows")
)

// isWindows says whether names follow the rules of Windows. Tests change it.
var isWindows = runtime.GOOS == "windows"

// checkElement returns an error if a path element cannot be a name.
func checkElement(name string) error {
	switch {
	case len(name) > 255:
		return errTooLong
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\\' }):
		return errLetter
	case isWindows && onWindows(name) != name:
		return errWindows
	}
	return nil
}

// onDisk returns the path under which the system holds the file of a feed: on Windows, the path
// with escapes in names that Windows cannot hold. A host that serves such a folder finds the file
// only if it applies the same escapes.
func onDisk(path string) string {
	if !isWindows {
		return path
	}
	elements := strings.Split(path, "/")
	for i, element := range elements {
		elements[i] = onWindows(element)
	}
	return strings.Join(elements, "/")
}

// onWindows returns a name that Windows can hold. Characters that it forbids, a dot or space at the
// end, which it drops, and the first letter of a device's name are escaped: "%63on" for "con". A
// slug contains no escapes, so no two slugs have one name.
func onWindows(name string) string {
	var escaped strings.Builder
	for i := range len(name) {
		c := name[i]
		isLast := i == len(name)-1
		switch {
		case strings.IndexByte(`:*?"<>|`, c) >= 0, isLast && (c == '.' || c == ' '), i == 0 && devices.Is(name):
			fmt.Fprintf(&escaped, "%%%02x", c)
		default:
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}
