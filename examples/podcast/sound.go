package main

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

//go:embed sounds/*.mp3 sounds/*.m4a sounds/*.vtt sounds/artwork.png
var embedded embed.FS

// sounds returns the folder of the sounds, which are part of the program.
func sounds() fs.FS {
	folder, err := fs.Sub(embedded, "sounds")
	if err != nil {
		panic(err) // the folder is in the program, so this cannot happen
	}
	return folder
}

// sound is what a feed has to say about the file of an episode.
type sound struct {
	mediaType  string // the MIME type of the enclosure
	size       int64  // in bytes
	duration   time.Duration
	digest     string // SHA-256 of the content, in hexadecimal
	transcript string // WebVTT
}

// formats are the media types that Apple accepts for sounds, and how to measure their duration, by
// the ending of the file.
var formats = map[string]struct {
	mediaType string
	duration  func(io.Reader) (time.Duration, error)
}{
	".mp3": {"audio/mpeg", durationOfMP3},
	".m4a": {"audio/x-m4a", durationOfM4A},
}

// library holds the sounds of a show by their file names.
type library struct {
	files  fs.FS             // os.DirFS for a folder
	sounds map[string]*sound // what is known of each
}

// newLibrary reads the sounds of all episodes. If progress is a terminal, a bar is drawn there,
// because the files of a real show have tens of megabytes each.
func newLibrary(files fs.FS, progress *os.File) (*library, error) {
	// The bar shows how many of all bytes have been read.
	var total int64
	for _, e := range entries {
		info, err := fs.Stat(files, e.sound)
		if err != nil {
			return nil, err
		}
		total += info.Size()
	}
	// Without a terminal the bar is invisible, so that no log has one in it.
	bar := newBar(progress, term.IsTerminal(int(progress.Fd())), total)
	l := &library{files: files, sounds: map[string]*sound{}}
	for _, e := range entries {
		var err error
		if l.sounds[e.sound], err = read(files, e.sound, bar); err != nil {
			return nil, fmt.Errorf("%s: %w", e.sound, err)
		}
	}
	return l, bar.Finish()
}

// read measures a sound, which it reads once. All that it reads is also written to progress.
func read(files fs.FS, name string, progress io.Writer) (*sound, error) {
	// Apple requires the ending of the file and its type to agree.
	format, ok := formats[path.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("neither MP3 nor M4A")
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// The size becomes the length of the enclosure.
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	// The digest becomes an ETag, so that a player can resume a download only of the same bytes.
	digest := sha256.New()
	// The file is read once for the digest, the bar and the duration.
	content := io.TeeReader(file, io.MultiWriter(digest, progress))
	duration, err := format.duration(content)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, content); err != nil { // the rest, if there is one
		return nil, err
	}
	// "bell.vtt" is the transcript of "bell.mp3".
	transcript, err := fs.ReadFile(files, strings.TrimSuffix(name, path.Ext(name))+".vtt")
	if err != nil {
		return nil, err
	}
	return &sound{
		mediaType: format.mediaType, size: info.Size(), duration: duration,
		digest: hex.EncodeToString(digest.Sum(nil)), transcript: string(transcript),
	}, nil
}

// newBar returns a progress bar for a number of bytes. An invisible one writes nothing.
func newBar(w io.Writer, visible bool, total int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		// It is written to w, and removed when everything has been read.
		progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(visible),
		progressbar.OptionSetDescription("reading sounds"), progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish())
}
