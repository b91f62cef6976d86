package feeddir

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncFileSystem forces the file system that contains a folder to the disk. Tests replace it.
var syncFileSystem = func(folder *os.File) error { return unix.Syncfs(int(folder.Fd())) }
