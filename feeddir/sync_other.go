//go:build !linux

package feeddir

import (
	"errors"
	"os"
)

// syncFileSystem returns [errors.ErrUnsupported]: these systems have no syncfs(2).
var syncFileSystem = func(*os.File) error { return errors.ErrUnsupported }
