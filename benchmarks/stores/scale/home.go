package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// home is the folder of one store.
type home struct {
	dir  string
	kept bool
}

// filled is what filling a store took: to take the articles in, and to file all of them when
// something is first asked for.
type filled struct {
	Add, File time.Duration
}

// home returns the folder of a store, empty if the store was not filled to its end.
func (o options) home(store string) (h home, err error) {
	if o.data == "" {
		h.dir, err = os.MkdirTemp("", "scale")
		return h, err
	}
	h = home{filepath.Join(o.data, fmt.Sprintf("%s-%d-%d", store, o.articles, o.tags)), true}
	if _, found, err := h.filled(); found || err != nil {
		return h, err
	}
	return h, errors.Join(os.RemoveAll(h.dir), os.MkdirAll(h.dir, 0o777))
}

// record is where it is told what filling the store took, once it is filled.
func (h home) record() string { return filepath.Join(h.dir, "filled.json") }

// filled returns what filling the store took; false if it is not filled.
func (h home) filled() (took filled, found bool, err error) {
	text, err := os.ReadFile(h.record())
	if errors.Is(err, fs.ErrNotExist) {
		return took, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &took)
	}
	return took, true, err
}

// keep records what filling the store took.
func (h home) keep(took filled) error {
	text, err := json.Marshal(took)
	if err != nil {
		return err
	}
	return os.WriteFile(h.record(), text, 0o666)
}

// leave removes the folder unless it is kept.
func (h home) leave() error {
	if h.kept {
		return nil
	}
	return os.RemoveAll(h.dir)
}
