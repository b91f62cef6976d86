package feeddir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
)

// What is done to files: confined to the folder, and in an order in which it can be killed anywhere.

const (
	stateFolder  = ".syndicate"
	manifestFile = stateFolder + "/manifest"
	journalFile  = stateFolder + "/journal"
	tempFolder   = stateFolder + "/tmp"
)

// step is called before each change to the folder. Tests stop the program there.
var step = func(operation, path string) {}

// folder is the folder that is published to, locked. It is safe for concurrent use.
type folder struct {
	dir  string // where it is, absolute
	root *os.Root
	lock *os.File
	sync bool // force files to the disk

	real  sync.Map // paths of folders that are there and are no symbolic links
	temps atomic.Int64

	mu      sync.Mutex
	journal *os.File // nil until something is written
	torn    bool     // its last line may be no whole one
}

func openFolder(dir string, sync bool) (*folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir + string(filepath.Separator), root: root, sync: sync}
	if f.lock, err = root.Open("."); err == nil {
		if err = lock(f.lock); err == nil {
			return f, nil
		}
	}
	f.close()
	return nil, err
}

func (f *folder) close() {
	if f.journal != nil {
		f.journal.Close()
	}
	if f.lock != nil {
		f.lock.Close()
	}
	f.root.Close()
}

// stat returns what stands at a path; nil for nothing, and [ErrOccupied] unless it is a regular file.
func (f *folder) stat(path string) (fs.FileInfo, error) {
	if there, err := f.isFolder(parent(path)); !there {
		return nil, err
	}
	info, err := f.lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, ErrOccupied
	}
	return info, nil
}

// lstat looks at size, time and kind of what stands at a path whose folders are known to be real. It asks the
// system by name, because [os.Root.Lstat] opens each folder on the way, which makes a run that has nothing to do
// twice as long. Contents are read, written and removed through the Root alone.
func (f *folder) lstat(path string) (fs.FileInfo, error) {
	return os.Lstat(f.dir + filepath.FromSlash(path))
}

// isFolder reports whether a folder is there: it and all above it, none of them a symbolic link, which would be
// [ErrOccupied].
func (f *folder) isFolder(path string) (bool, error) {
	if path == "" {
		return true, nil
	}
	if _, known := f.real.Load(path); known {
		return true, nil
	}
	if there, err := f.isFolder(parent(path)); !there {
		return false, err
	}
	info, err := f.lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.IsDir():
		return false, fmt.Errorf("%s: %w", path, ErrOccupied)
	}
	f.real.Store(path, nil)
	return true, nil
}

// makeFolder makes a folder and those above it.
func (f *folder) makeFolder(path string) error {
	if there, err := f.isFolder(path); there || err != nil {
		return err
	}
	if err := f.makeFolder(parent(path)); err != nil {
		return err
	}
	mode := fs.FileMode(0o755)
	if path == stateFolder {
		mode = 0o700 // it tells of what is to come
	}
	step("mkdir", path)
	if err := f.root.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	_, err := f.isFolder(path)
	return err
}

// sum returns the SHA-256 of a file's content in hexadecimal.
func (f *folder) sum(path string) (string, error) {
	file, err := f.root.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// write puts content in the place that rec names, and returns rec with the file's modification time. Where it
// fails, what was there before is still there.
func (f *folder) write(rec record, content []byte) (record, error) {
	if err := f.makeFolder(parent(rec.Path)); err != nil {
		return rec, err
	}
	temp, modified, err := f.writeTemp(content, f.sync)
	if err != nil {
		return rec, err
	}
	rec.Modified = modified
	if err = f.note(rec); err == nil {
		err = f.rename(temp, rec.Path, f.sync)
	}
	if err != nil {
		f.root.Remove(temp)
	}
	return rec, err
}

// writeTemp writes content to a new file and returns its path and modification time.
func (f *folder) writeTemp(content []byte, sync bool) (temp string, modified int64, err error) {
	if err := f.makeFolder(tempFolder); err != nil {
		return "", 0, err
	}
	temp = path.Join(tempFolder, strconv.FormatInt(f.temps.Add(1), 10))
	step("create", temp)
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", 0, err
	}
	step("write", temp)
	_, err = file.Write(content)
	if err == nil && sync {
		step("sync", temp)
		err = file.Sync()
	}
	info, statErr := file.Stat()
	if err = errors.Join(err, statErr, file.Close()); err != nil {
		f.root.Remove(temp)
		return "", 0, err
	}
	return temp, info.ModTime().UnixNano(), nil
}

// rename moves a file to its place, if need be so that a power failure does not undo it.
func (f *folder) rename(from, to string, sync bool) error {
	step("rename", to)
	if err := f.root.Rename(from, to); err != nil || !sync {
		return err
	}
	if dir, err := f.root.Open(path.Dir(to)); err == nil {
		dir.Sync() // not every system can
		dir.Close()
	}
	return nil
}

// note writes to the journal that a file is about to take its place, so that it is known to be ours if the
// run is killed.
func (f *folder) note(rec record) error {
	line := rec.appendLine(nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.journal == nil {
		step("journal", journalFile)
		journal, err := f.root.OpenFile(journalFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		f.journal, f.torn = journal, true // by a run before
	}
	if f.torn {
		line = append([]byte("\n"), line...)
	}
	step("note", rec.Path)
	_, err := f.journal.Write(line)
	f.torn = err != nil
	return err
}

// remove removes a file, and the folders that it was the last in.
func (f *folder) remove(path string) error {
	step("remove", path)
	if err := f.root.Remove(path); err != nil {
		return err
	}
	for dir := parent(path); dir != ""; dir = parent(dir) {
		if f.root.Remove(dir) != nil {
			break // not empty
		}
		f.real.Delete(dir)
	}
	return nil
}

// load returns what is in the folder because of us, by path, and clears away what a killed run has left.
func (f *folder) load() (*manifest, error) {
	if there, err := f.isFolder(stateFolder); !there {
		return &manifest{records: map[string]record{}}, err
	}
	text, _, err := f.read(manifestFile)
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	text, killed, err := f.read(journalFile)
	if err != nil {
		return nil, err
	}
	m.killed = killed
	m.outdated = m.killed
	for _, rec := range parseJournal(text) {
		if f.isAsWritten(rec) {
			m.records[rec.Path] = rec
		}
	}
	return m, f.clearTemps()
}

// read returns what is in one of our own files; false if it does not exist.
func (f *folder) read(path string) (text string, exists bool, err error) {
	info, err := f.stat(path)
	if err == nil && info != nil {
		var data []byte
		data, err = f.root.ReadFile(path)
		text = string(data)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return text, info != nil, err
}

func (f *folder) clearTemps() error {
	if there, err := f.isFolder(tempFolder); !there {
		return err
	}
	step("clear", tempFolder)
	f.real.Delete(tempFolder)
	return f.root.RemoveAll(tempFolder)
}

// store makes records the manifest and ends the journal. Nothing is written when the manifest says so already.
func (f *folder) store(old *manifest, records map[string]record) error {
	if old.outdated || !maps.Equal(records, old.records) {
		temp, _, err := f.writeTemp(appendManifest(nil, records), true)
		if err != nil {
			return err
		}
		if err := f.rename(temp, manifestFile, f.sync); err != nil {
			return err
		}
	}
	if f.journal != nil || old.killed {
		step("remove", journalFile)
		if err := f.root.Remove(journalFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if _, made := f.real.Load(tempFolder); made {
		step("remove", tempFolder)
		f.root.Remove(tempFolder)
	}
	return nil
}
