// Package fingerprint turns values into bytes and digests that are equal for equal values, in this
// process and in others.
//
// It reads values by reflection: all fields, exported or not, and everything behind the pointers of
// the value's own types. A type that is held in an interface is foreign: its pointers, maps,
// functions and channels have no contents that a fingerprint could hold. A value with one that is
// not nil is not plain, and no two digests of such values are equal.
package fingerprint

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate/internal/scratch"
)

// Digest stands for a value.
type Digest [16]byte

// String returns the digest in base64 for URLs.
func (d Digest) String() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// Of returns the digest of the value that p points to.
func Of(p any) Digest {
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	dst, plain := Append((*buffer)[:0], p)
	if !plain {
		dst = appendUnique(dst)
	}
	*buffer = dst
	sum := sha256.Sum256(dst)
	return Digest(sum[:len(Digest{})])
}

// Append appends the contents of the value that p points to: different values of one type append
// different bytes. It returns false if the value is not plain, so that equal bytes do not mean
// equal values.
func Append(dst []byte, p any) (_ []byte, plain bool) {
	return appendValue(dst, reflect.ValueOf(p).Elem(), false)
}

// Equal reports whether a and b have the same type and the same contents, and are plain.
func Equal(a, b any) bool {
	x, plain := Append(nil, &a)
	if !plain || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	y, plain := Append(nil, &b)
	return plain && bytes.Equal(x, y)
}

// appendUnique appends bytes that no other call appends, in any process: a random number of the
// process and the number of the call. It makes the digest of a value that is not plain unique, so
// that nobody takes two of them for equal.
func appendUnique(dst []byte) []byte {
	process := thisProcess()
	return binary.BigEndian.AppendUint64(append(dst, process[:]...), uniques.Add(1))
}

var (
	thisProcess = sync.OnceValue(func() (random [16]byte) {
		_, _ = rand.Read(random[:]) // returns no error
		return random
	})
	uniques atomic.Uint64
)

// appendValue is [Append] for a value that may be of a foreign type.
//
// Texts and lists begin with their length and values in interfaces with their type, so that the
// bytes of neighbours cannot be mistaken for each other.
func appendValue(dst []byte, v reflect.Value, foreign bool) (_ []byte, plain bool) {
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
		return AppendText(dst, v.String()), true
	case reflect.Struct:
		// A time's fields differ for the same moment: it may hold a clock reading and a zone.
		if v.Type() == reflect.TypeFor[time.Time]() {
			return appendTime(dst, v, foreign)
		}
		plain = true
		for i := range v.NumField() {
			var field bool
			dst, field = appendValue(dst, v.Field(i), foreign)
			plain = plain && field
		}
		return dst, plain
	case reflect.Array, reflect.Slice:
		// Bytes need no call for each element.
		if v.Type().Elem().Kind() == reflect.Uint8 && !foreign {
			return append(binary.AppendVarint(dst, int64(v.Len())), v.Bytes()...), true
		}
		// The methods of a foreign type may treat nil and an empty list differently.
		if foreign && v.Kind() == reflect.Slice && v.IsNil() {
			return binary.AppendVarint(dst, -1), true
		}
		plain = true
		dst = binary.AppendVarint(dst, int64(v.Len()))
		for i := range v.Len() {
			var element bool
			dst, element = appendValue(dst, v.Index(i), foreign)
			plain = plain && element
		}
		return dst, plain
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan:
		return appendReference(dst, v, foreign)
	}
	return dst, false // complex numbers, unsafe pointers
}

// appendReference is appendValue for kinds that can be nil: a 0 for nil, otherwise a 1 and the
// contents. The type of what an interface holds counts too, with its package, because two packages
// may have the same name. From there on types are foreign.
func appendReference(dst []byte, v reflect.Value, foreign bool) (_ []byte, plain bool) {
	switch {
	case v.IsNil():
		return append(dst, 0), true
	case v.Kind() == reflect.Interface:
		held := v.Elem()
		dst = AppendText(append(dst, 1), held.Type().PkgPath())
		return appendValue(AppendText(dst, held.Type().String()), held, true)
	case v.Kind() == reflect.Pointer && !foreign:
		return appendValue(append(dst, 1), v.Elem(), false)
	}
	return append(dst, 1), false
}

// appendTime is appendValue for a time: the moment to the nanosecond. Its zone counts in a foreign
// type only, whose methods may write it.
func appendTime(dst []byte, v reflect.Value, foreign bool) (_ []byte, plain bool) {
	if !v.CanInterface() {
		return dst, false // a hidden field: reflection cannot call its methods
	}
	var t time.Time
	if v.CanAddr() { // without an allocation
		t = *v.Addr().Interface().(*time.Time)
	} else {
		t = v.Interface().(time.Time)
	}
	dst = binary.AppendVarint(binary.AppendVarint(dst, t.Unix()), int64(t.Nanosecond()))
	if foreign {
		zone, offset := t.Zone()
		dst = binary.AppendVarint(AppendText(AppendText(dst, t.Location().String()), zone), int64(offset))
	}
	return dst, true
}

// AppendText appends the length of a text and the text, so that the texts "ab", "c" and "a", "bc"
// differ.
func AppendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}
