// Package extremes has the values that code most often forgets. Tests set each public field of a
// type to each of them.
package extremes

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// Of returns the extreme values of a type, its zero value last. The texts are further values of
// string types. Of panics for a kind of type that it has no values for.
func Of(of reflect.Type, texts ...string) (values []reflect.Value) {
	var list []any
	switch of.Kind() {
	case reflect.Int, reflect.Int64:
		// The sum of two of these numbers, or the double of one, may overflow.
		list = []any{-1, 1, math.MinInt64, math.MinInt64/2 - 1, math.MaxInt64, math.MaxInt64/2 + 1}
	case reflect.Uint8:
		list = []any{255}
	case reflect.Bool:
		list = []any{true}
	case reflect.String:
		list = []any{"\x00", "\xff", " ", strings.Repeat("a", 1<<16)}
		for _, text := range texts {
			list = append(list, text)
		}
	case reflect.Slice, reflect.Map, reflect.Func, reflect.Interface, reflect.Pointer, reflect.Struct:
	default:
		panic(fmt.Sprintf("extremes: no values of %v", of))
	}
	for _, value := range list {
		values = append(values, reflect.ValueOf(value).Convert(of))
	}
	return append(values, reflect.Zero(of))
}
