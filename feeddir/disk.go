package feeddir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/syndicate-go/syndicate/internal/scratch"
)

// This file changes the folder. All changes are confined to it, and their order allows the program
// to be killed at any moment.

// Paths of the state folder and of what is in it. No feed and no additional file can be below it.
const (
	stateFolder  = ".syndicate"
	manifestFile = stateFolder + "/manifest"
	journalFile  = stateFolder + "/journal"
	tempFolder   = stateFolder + "/tmp"
)

// step is called before each change to the folder. Tests replace it to stop the program there.
var step = func(operation, path string) {}

// disk is the folder that is published to, while this run has it locked. Except for close it is
// safe for concurrent use.
type disk struct {
	dir  string // absolute path, with a separator at its end
	root *os.Root
	lock *os.File // the folder itself; closing it releases the lock
	sync bool     // force files to the disk

	// verify says that files are read instead of trusting their size and time.
	verify bool

	real  sync.Map     // paths of folders that exist and are no symbolic links
	temps atomic.Int64 // number of the last temporary file

	mu      sync.Mutex
	journal *os.File // nil until the first file is written
	torn    bool     // the last line of the journal may be incomplete
}

// openDisk creates the folder if necessary and locks it. It returns [ErrBusy] if another run has
// locked it.
func openDisk(dir string, sync bool) (*disk, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// A Root refuses every path that leads outside, also through symbolic links.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &disk{dir: dir + string(filepath.Separator), root: root, sync: sync}
	if d.lock, err = root.Open("."); err == nil {
		if err = lock(d.lock); err == nil {
			return d, nil
		}
	}
	d.close()
	return nil, err
}

// close releases the lock and all open files.
func (d *disk) close() {
	if d.journal != nil {
		d.journal.Close()
	}
	if d.lock != nil {
		d.lock.Close()
	}
	d.root.Close()
}

// stat describes the regular file at a path. It returns nil if nothing is there, and [ErrOccupied]
// if something else is.
func (d *disk) stat(path string) (fs.FileInfo, error) {
	if there, err := d.isFolder(parent(path)); !there {
		return nil, err // the error is nil if the parent does not exist
	}
	info, err := d.lstat(path)
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

// lstat returns size, modification time and kind of what is at a path, whose folders must be known
// to be no symbolic links. It uses the path directly, because [os.Root.Lstat] opens each folder on
// the way and so doubles the time of a run that has nothing to do. Only the Root reads, writes and
// removes contents.
func (d *disk) lstat(path string) (fs.FileInfo, error) {
	return os.Lstat(d.dir + filepath.FromSlash(path))
}

// isFolder reports whether there is a folder at path. It returns [ErrOccupied] if the path or one
// of its parents is a symbolic link or a file.
func (d *disk) isFolder(path string) (bool, error) {
	if path == "" {
		return true, nil
	}
	if _, known := d.real.Load(path); known {
		return true, nil
	}
	if there, err := d.isFolder(parent(path)); !there {
		return false, err
	}
	info, err := d.lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.IsDir():
		return false, fmt.Errorf("%s: %w", path, ErrOccupied)
	}
	d.real.Store(path, nil) // looked up again for each file of the folder
	return true, nil
}

// makeFolder creates a folder and its parents.
func (d *disk) makeFolder(path string) error {
	if there, err := d.isFolder(path); there || err != nil {
		return err
	}
	if err := d.makeFolder(parent(path)); err != nil {
		return err
	}
	mode := fs.FileMode(0o755)
	if path == stateFolder {
		mode = 0o700 // the manifest reveals that an embargo was set or changed
	}
	// Another worker may create the same folder at the same time.
	step("mkdir", path)
	if err := d.root.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	_, err := d.isFolder(path)
	return err
}

// hasSum reports whether a file has the contents that a sum of [sumOf] stands for.
func (d *disk) hasSum(path, sum string) (bool, error) {
	file, err := d.root.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	hash := newSum(isChecksum(sum))
	if _, err := io.Copy(hash, file); err != nil {
		return false, err
	}
	return sumText(hash) == sum, nil
}

// holds reports whether a file has exactly these contents. A file that cannot be read has not.
func (d *disk) holds(path string, content []byte) bool {
	file, err := d.root.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	*buffer = slices.Grow((*buffer)[:0], chunk)
	for {
		n, err := file.Read((*buffer)[:chunk])
		if n > len(content) || !bytes.Equal((*buffer)[:n], content[:n]) {
			return false
		}
		if content = content[n:]; err != nil {
			return err == io.EOF && len(content) == 0
		}
	}
}

// chunk is how many bytes of a file are compared at once.
const chunk = 64 << 10

// pending is a file that is written, and noted in the journal, but not yet at its path.
type pending struct {
	record
	temp string // its path now
}

// prepare writes content to a temporary file for the path of rec, and returns rec with the file's
// modification time. [disk.settle] completes it.
func (d *disk) prepare(rec record, content []byte) (pending, error) {
	if err := d.makeFolder(parent(rec.Path)); err != nil {
		return pending{record: rec}, err
	}
	// First the contents, then the journal, then the rename: a file at its final path is always
	// complete, and always in the manifest or the journal.
	temp, modified, err := d.writeTemp(content, false)
	if err != nil {
		return pending{record: rec}, err
	}
	rec.Modified = modified
	if err := d.note(rec); err != nil {
		d.root.Remove(temp)
		return pending{record: rec}, err
	}
	return pending{rec, temp}, nil
}

// settle moves a prepared file to its path. If it fails, the previous file is still there.
func (d *disk) settle(p pending) error {
	step("rename", p.Path)
	err := d.root.Rename(p.temp, p.Path)
	if err != nil {
		d.root.Remove(p.temp)
	}
	return err
}

// writeTemp writes content to a new file and returns its path and modification time.
func (d *disk) writeTemp(content []byte, sync bool) (temp string, modified int64, err error) {
	if err := d.makeFolder(tempFolder); err != nil {
		return "", 0, err
	}
	// The number is unique: load removes the temporary files of earlier runs, and the lock excludes
	// other runs.
	temp = path.Join(tempFolder, strconv.FormatInt(d.temps.Add(1), 10))
	step("create", temp)
	file, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", 0, err
	}
	step("write", temp)
	_, err = file.Write(content)
	if err == nil && sync {
		step("sync", temp)
		err = file.Sync()
	}
	// Renaming does not change the modification time.
	info, statErr := file.Stat()
	if err = errors.Join(err, statErr, file.Close()); err != nil {
		d.root.Remove(temp)
		return "", 0, err
	}
	return temp, info.ModTime().UnixNano(), nil
}

// note writes to the journal that a file is about to be renamed. If the run is killed, the next run
// reads there that feeddir wrote the file.
func (d *disk) note(rec record) error {
	line := rec.appendLine(nil)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.journal == nil {
		step("journal", journalFile)
		journal, err := d.root.OpenFile(journalFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		d.journal, d.torn = journal, true // a previous run may have left half a line
	}
	if d.torn {
		line = append([]byte("\n"), line...) // ends the incomplete line
	}
	step("note", rec.Path)
	_, err := d.journal.Write(line)
	d.torn = err != nil
	return err
}

// remove removes a file, and the folders that are empty without it.
func (d *disk) remove(path string) error {
	step("remove", path)
	if err := d.root.Remove(path); err != nil {
		return err
	}
	for dir := parent(path); dir != ""; dir = parent(dir) {
		if d.root.Remove(dir) != nil {
			break // not empty
		}
		d.real.Delete(dir)
	}
	return nil
}

// load reads the manifest, and the journal of a run that was killed. It removes the temporary files
// of such a run.
func (d *disk) load() (*manifest, error) {
	if there, err := d.isFolder(stateFolder); !there {
		return &manifest{records: map[string]record{}}, err
	}
	text, _, err := d.read(manifestFile)
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	text, killed, err := d.read(journalFile)
	if err != nil {
		return nil, err
	}
	m.killed = killed
	m.outdated = m.killed
	// A file in the journal was renamed if it has the recorded size and time. Otherwise the run was
	// killed before the rename, and the manifest is right about the file.
	for _, rec := range parseJournal(text) {
		if d.isAsWritten(rec) {
			m.records[rec.Path] = rec
		}
	}
	return m, d.clearTemps()
}

// read returns the contents of a file of the state folder, and false if it does not exist.
func (d *disk) read(path string) (text string, exists bool, err error) {
	info, err := d.stat(path)
	if err == nil && info != nil {
		var data []byte
		data, err = d.root.ReadFile(path)
		text = string(data)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return text, info != nil, err
}

// clearTemps removes the folder of temporary files. This run creates it again if it needs it.
func (d *disk) clearTemps() error {
	if there, err := d.isFolder(tempFolder); !there {
		return err
	}
	step("clear", tempFolder)
	d.real.Delete(tempFolder)
	return d.root.RemoveAll(tempFolder)
}

// store writes records to the manifest and removes the journal. If the manifest has these records
// already, nothing is written.
func (d *disk) store(old *manifest, records map[string]record) error {
	if old.outdated || !maps.Equal(records, old.records) {
		// The manifest is always forced to the disk: an empty one would forget all files.
		temp, _, err := d.writeTemp(appendManifest(nil, records), true)
		if err != nil {
			return err
		}
		if err := d.settle(pending{record{Path: manifestFile}, temp}); err != nil {
			return err
		}
		if d.sync {
			d.forceFolder(stateFolder)
		}
	}
	// The manifest has everything that the journal has.
	if d.journal != nil || old.killed {
		step("remove", journalFile)
		if err := d.root.Remove(journalFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if _, made := d.real.Load(tempFolder); made {
		step("remove", tempFolder)
		d.root.Remove(tempFolder) // stays if it is not empty; the next run clears it
	}
	return nil
}
