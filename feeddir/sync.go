package feeddir

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
)

// This file forces files to the disk, for [Folder.Sync]. The files of many feeds are written, then
// forced to the disk together, then renamed together: that takes a fraction of the time of doing it
// for one file after another. After a power failure each file is complete, old or new.

// The sizes of a batch. They bound the space for files that are written and not yet renamed, and
// how long Progress waits.
const (
	batchFiles = 2_000
	batchBytes = 256 << 20
)

// fewFiles is the largest number of files that are forced to the disk one by one. More are forced
// with the whole file system, which includes what other programs have written to it.
const fewFiles = 16

// batch holds outcomes whose files are prepared, but not yet at their paths.
type batch struct {
	outcomes []*outcome
	files    int
	bytes    int64
}

// add adds an outcome.
func (b *batch) add(o *outcome) {
	b.outcomes = append(b.outcomes, o)
	b.files += len(o.pending)
	for _, p := range o.pending {
		b.bytes += p.Size
	}
}

// isFull reports whether the batch must be settled before more files are written.
func (b *batch) isFull() bool { return b.files >= batchFiles || b.bytes >= batchBytes }

// settle forces the files of a batch to the disk, moves them to their paths and forces their
// folders to the disk. It records in each outcome which of its files failed.
func (r *run) settle(b *batch) {
	if b.files == 0 {
		return
	}
	// The journal goes with the files: a file that was renamed must be in it.
	forced, folders := []string{journalFile}, map[string]bool{}
	for _, o := range b.outcomes {
		for _, p := range o.pending {
			forced = append(forced, p.temp)
		}
	}
	err := r.disk.force(forced)
	for _, o := range b.outcomes {
		for _, p := range o.pending {
			settled := err
			if settled == nil {
				settled = r.disk.settle(p)
			} else {
				r.disk.root.Remove(p.temp)
			}
			if settled != nil {
				o.undo(p.Path)
				o.hopeless = true
				o.fail(p.Path, settled)
			}
			for folder := path.Dir(p.Path); ; folder = path.Dir(folder) {
				folders[folder] = true
				if folder == "." {
					break
				}
			}
		}
	}
	if err != nil {
		return
	}
	if err := r.disk.forceFolders(folders); err != nil {
		r.errs = append(r.errs, fmt.Errorf("feeddir: %w", err))
	}
}

// force forces files that were written to the disk.
func (d *disk) force(paths []string) error {
	if done, err := d.forceAll(len(paths)); done {
		return err
	}
	for _, path := range paths {
		step("sync", path)
		file, err := d.root.OpenFile(path, os.O_RDWR, 0) // Windows forces no file that cannot be written
		if err != nil {
			return err
		}
		if err = errors.Join(file.Sync(), file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// forceFolders forces the names of the files in folders to the disk.
func (d *disk) forceFolders(folders map[string]bool) error {
	if done, err := d.forceAll(len(folders)); done {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(folders)) {
		d.forceFolder(path)
	}
	return nil
}

// forceFolder forces the names of the files in a folder to the disk, on systems that can do that.
func (d *disk) forceFolder(path string) {
	if folder, err := d.root.Open(path); err == nil {
		step("sync", path)
		folder.Sync() // fails where folders cannot be forced, which is harmless
		folder.Close()
	}
}

// forceAll forces the whole file system to the disk, if it pays for this many files and if the
// system can do that. Otherwise done is false.
func (d *disk) forceAll(count int) (done bool, err error) {
	if count <= fewFiles {
		return false, nil
	}
	if err = syncFileSystem(d.lock); errors.Is(err, errors.ErrUnsupported) {
		return false, nil
	}
	return true, err
}
