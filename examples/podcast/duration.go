// The durations of sounds, which players show before they have loaded anything. A program that
// publishes more kinds of files runs ffprobe or uses TagLib.

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// The errors of files that are not what their names promise.
var (
	errNotMP3 = errors.New("not MP3: no frame of MPEG audio, layer III, where one must be")
	errNotM4A = errors.New("not M4A: no movie header")
)

// Kilobits per second by the index in the header of a frame, for MPEG-1 and for MPEG-2 and 2.5, and
// samples per second by the index and version (ISO/IEC 11172-3 section 2.4.2.3, 13818-3 section
// 2.4.2.3).
var (
	rates1    = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	rates2    = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	frequency = [4][4]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

// durationOfMP3 adds up the frames of an MP3 file. That is exact for constant and variable bit
// rates alike, where the size divided by the first bit rate is not.
func durationOfMP3(r io.Reader) (time.Duration, error) {
	// Peek looks at the header of a frame, and Discard skips the frame.
	in := bufio.NewReaderSize(r, 1<<16)
	// A tag in front (ID3v2) has its length in four bytes of seven bits, and may have a footer.
	if tag, err := in.Peek(10); err == nil && string(tag[:3]) == "ID3" {
		size := 10 + int(tag[6])<<21 + int(tag[7])<<14 + int(tag[8])<<7 + int(tag[9])
		if tag[5]&0x10 != 0 { // the footer
			size += 10
		}
		if _, err := in.Discard(size); err != nil {
			return 0, errNotMP3
		}
	}
	var duration time.Duration
	for first := true; ; first = false {
		header, err := in.Peek(4)
		if errors.Is(err, io.EOF) || err == nil && !first && isTag(header) {
			break // after the last frame
		} else if err != nil {
			return 0, err
		}
		// Eleven bits of ones, the version, the layer, the indices of bit rate and frequency.
		version, rates, samples := header[1]>>3&3, &rates2, 576
		if version == 3 {
			rates, samples = &rates1, 1152 // MPEG-1
		}
		rate, hertz := rates[header[2]>>4], frequency[version][header[2]>>2&3]
		// Layer III has the bits 01. With a bit rate of 0 the length of frames is unknown.
		if header[0] != 0xFF || header[1]&0xE6 != 0xE2 || rate == 0 || hertz == 0 {
			return 0, errNotMP3
		}
		// The lowest bit of the third byte is on for a frame with one byte more.
		size := samples/8*rate*1000/hertz + int(header[2]>>1&1)
		// Encoders put a frame without sound first, which has the number of frames in it.
		frame, _ := in.Peek(min(size, 64)) // the last frame may be shorter
		if !first || !bytes.Contains(frame, []byte("Xing")) && !bytes.Contains(frame, []byte("Info")) {
			duration += time.Duration(samples) * time.Second / time.Duration(hertz)
		}
		if _, err := in.Discard(size); errors.Is(err, io.EOF) {
			break // the last frame is cut off
		} else if err != nil {
			return 0, err
		}
	}
	if duration == 0 { // a tag alone, or an empty file
		return 0, errNotMP3
	}
	return duration, nil
}

// isTag reports whether a tag follows the frames: ID3v1, Lyrics3 or APE.
func isTag(header []byte) bool {
	return bytes.HasPrefix(header, []byte("TAG")) || string(header) == "LYRI" || string(header) == "APET"
}

// durationOfM4A returns the duration that the movie header of an MPEG-4 file says (ISO/IEC 14496-12
// section 8.2.2).
func durationOfM4A(r io.Reader) (time.Duration, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		// A box begins with its size and type. A size of 1 means that the size follows in 64 bits.
		var box struct {
			Size uint32
			Type [4]byte
		}
		if err := binary.Read(in, binary.BigEndian, &box); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, errNotM4A
		} else if err != nil {
			return 0, err
		}
		size, header := int64(box.Size), int64(8)
		if size == 1 {
			if err := binary.Read(in, binary.BigEndian, &size); err != nil {
				return 0, errNotM4A // it ends within the header
			}
			header = 16
		}
		switch string(box.Type[:]) {
		case "moov": // a box of boxes, of which mvhd is one
			continue
		case "mvhd":
			return movieDuration(in)
		}
		// A size of 0 means that the box is the last one: it is not followed by a movie header.
		if size < header {
			return 0, fmt.Errorf("%w: a box of %d bytes", errNotM4A, size)
		}
		if _, err := io.CopyN(io.Discard, in, size-header); err != nil {
			return 0, errNotM4A
		}
	}
}

// movieDuration reads the contents of an mvhd box. Version 1 has times of 64 bits.
func movieDuration(in io.Reader) (time.Duration, error) {
	var version [4]byte // and flags
	var long struct {   // all times are in units of 1/Scale seconds
		Created, Modified uint64
		Scale             uint32
		Duration          uint64
	}
	var short struct{ Created, Modified, Scale, Duration uint32 }
	if _, err := io.ReadFull(in, version[:]); err != nil {
		return 0, errNotM4A
	}
	var err error
	// The short form becomes the long one.
	if version[0] == 1 {
		err = binary.Read(in, binary.BigEndian, &long)
	} else {
		err = binary.Read(in, binary.BigEndian, &short)
		long.Scale, long.Duration = short.Scale, uint64(short.Duration)
	}
	// All bits of an unknown duration are 1.
	seconds := float64(long.Duration) / float64(max(long.Scale, 1))
	if err != nil || long.Scale == 0 || long.Duration == 0 || seconds > 1e6 {
		return 0, errNotM4A
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
