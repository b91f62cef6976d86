//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package feeddir

import (
	"errors"
	"os"
	"syscall"
)

// lock returns [ErrBusy] when another process, or another run of this one, has locked the folder. The lock
// ends with the file, and so with the process. File systems without locks are not locked.
func lock(folder *os.File) error {
	err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrBusy
	}
	return nil
}
