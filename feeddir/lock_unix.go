//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package feeddir

import (
	"errors"
	"os"
	"syscall"
)

// lock locks the folder, or returns [ErrBusy] if another process or another run of this process has
// locked it. The lock ends when the file is closed, and so at the latest with the process. A file
// system without locks is used without one.
func lock(folder *os.File) error {
	err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrBusy
	}
	return nil
}
