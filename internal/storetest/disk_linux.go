package storetest

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Disk is a small file system in memory.
type Disk struct{ Folder string }

// NewDisk mounts a file system of some MiB until the test ends. It skips the test for users who may
// not mount one.
func NewDisk(t *testing.T, mebibytes int) Disk {
	t.Helper()
	folder, err := os.MkdirTemp("", "disk")
	require.NoError(t, err)
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=777", mebibytes)); err != nil {
		os.Remove(folder)
		t.Skipf("NOT tested: a small disk cannot be mounted, which root may do: %v", err)
	}
	t.Cleanup(func() {
		assert.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH))
		assert.NoError(t, os.Remove(folder))
	})
	return Disk{folder}
}

// Fill writes a file until the disk has no space left. The returned function removes the file.
func (d Disk) Fill(t *testing.T) (free func()) {
	t.Helper()
	name := filepath.Join(d.Folder, "filler")
	out, err := os.Create(name)
	require.NoError(t, err)
	block := make([]byte, 4096)
	for err == nil {
		_, err = out.Write(block)
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, out.Close())
	return func() { require.NoError(t, os.Remove(name)) }
}
