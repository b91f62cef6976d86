//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package feeddir

import "os"

// lock does nothing: these systems have no flock(2).
func lock(*os.File) error { return nil }
