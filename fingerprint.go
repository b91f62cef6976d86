package syndicate

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// How values are told from each other by all that they are made of, in this process and in others.

// print stands for a value.
type print [16]byte

// print returns what stands for the settings that all of the site's feeds have in common.
func (p *Publication) print() print {
	bare := p.site
	bare.Scopes, bare.Warn = nil, nil
	return printOf(&bare)
}

// fingerprint returns what stands for an article that has been checked. It is made when it is first asked for.
func (a *Article) fingerprint() *print {
	p := a.checked
	if made := p.digest.Load(); made != nil {
		return made
	}
	bare := *a
	bare.checked = nil
	made := printOf(&bare)
	p.digest.CompareAndSwap(nil, &made) // of two that are made at once all take the first
	return p.digest.Load()
}

// printOf returns the print of the value that v points to.
func printOf(v any) print {
	scratch := scratches.Get().(*[]byte)
	defer keepScratch(scratch)
	dst, plain := appendValue((*scratch)[:0], reflect.ValueOf(v).Elem(), ours)
	if !plain {
		dst = appendUnique(dst)
	}
	*scratch = dst
	sum := sha256.Sum256(dst)
	return print(sum[:len(print{})])
}

// alike reports whether two extensions are one, or plain values of one type that are made of the same.
func alike(a, b Extension) bool {
	if sameExtension(a, b) {
		return true
	}
	x, plain := appendValue(nil, reflect.ValueOf(&a).Elem(), ours)
	if !plain || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	y, plain := appendValue(nil, reflect.ValueOf(&b).Elem(), ours)
	return plain && bytes.Equal(x, y)
}

// appendUnique appends what no other call does, in no process.
func appendUnique(dst []byte) []byte {
	process := thisProcess()
	return binary.BigEndian.AppendUint64(append(dst, process[:]...), uniques.Add(1))
}

var (
	thisProcess = sync.OnceValue(func() (random [16]byte) {
		_, _ = rand.Read(random[:]) // never fails
		return random
	})
	uniques atomic.Uint64
)

// owner is whose a value's type is. Behind a pointer of the model's there is more of the model. Of another's, which is in an
// interface, nobody knows what is behind it.
type owner int

const (
	ours owner = iota
	theirs
)

// appendValue appends what a value is made of: different values of one type append different bytes. It is not plain if
// there is something in it that cannot be looked into.
func appendValue(dst []byte, v reflect.Value, whose owner) (_ []byte, plain bool) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(dst, 1), true
		}
		return append(dst, 0), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(dst, v.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(dst, v.Uint()), true
	case reflect.Float32, reflect.Float64:
		return binary.AppendUvarint(dst, math.Float64bits(v.Float())), true
	case reflect.String:
		return appendSized(dst, v.String()), true
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return appendTime(dst, v, whose)
		}
		plain = true
		for i := range v.NumField() {
			var field bool
			dst, field = appendValue(dst, v.Field(i), whose)
			plain = plain && field
		}
		return dst, plain
	case reflect.Array, reflect.Slice:
		if whose == theirs && v.Kind() == reflect.Slice && v.IsNil() {
			return binary.AppendVarint(dst, -1), true
		}
		plain = true
		dst = binary.AppendVarint(dst, int64(v.Len()))
		for i := range v.Len() {
			var element bool
			dst, element = appendValue(dst, v.Index(i), whose)
			plain = plain && element
		}
		return dst, plain
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan:
		return appendReference(dst, v, whose)
	}
	return dst, false
}

// appendReference is appendValue for what may be nil.
func appendReference(dst []byte, v reflect.Value, whose owner) (_ []byte, plain bool) {
	switch {
	case v.IsNil():
		return append(dst, 0), true
	case v.Kind() == reflect.Interface:
		held := v.Elem()
		dst = appendSized(append(dst, 1), held.Type().PkgPath())
		return appendValue(appendSized(dst, held.Type().String()), held, theirs)
	case v.Kind() == reflect.Pointer && whose == ours:
		return appendValue(append(dst, 1), v.Elem(), ours)
	}
	return append(dst, 1), false
}

// appendTime is appendValue for a time. The model's mean a moment, wherever it was noted.
func appendTime(dst []byte, v reflect.Value, whose owner) (_ []byte, plain bool) {
	if !v.CanInterface() {
		return dst, false
	}
	var t time.Time
	if v.CanAddr() {
		t = *v.Addr().Interface().(*time.Time)
	} else {
		t = v.Interface().(time.Time)
	}
	dst = binary.AppendVarint(binary.AppendVarint(dst, t.Unix()), int64(t.Nanosecond()))
	if whose == theirs {
		zone, offset := t.Zone()
		dst = binary.AppendVarint(appendSized(appendSized(dst, t.Location().String()), zone), int64(offset))
	}
	return dst, true
}

// appendSized appends a text so that where it ends can be told.
func appendSized(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}
