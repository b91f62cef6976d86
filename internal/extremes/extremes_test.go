package extremes_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/extremes"
)

func TestValuesHaveTheTypeAndEndWithItsZeroValue(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[int](), reflect.TypeFor[time.Duration](), reflect.TypeFor[uint8](), reflect.TypeFor[bool](), reflect.TypeFor[string](),
		reflect.TypeFor[[]string](), reflect.TypeFor[map[string]int](), reflect.TypeFor[func()](), reflect.TypeFor[error](), reflect.TypeFor[*int](), reflect.TypeFor[struct{}](),
	} {
		values := extremes.Of(of)
		for _, value := range values {
			assert.Equal(t, of, value.Type())
		}
		assert.True(t, values[len(values)-1].IsZero(), of)
	}
	assert.Equal(t, "x", extremes.Of(reflect.TypeFor[string](), "x")[4].String())
	assert.Panics(t, func() { extremes.Of(reflect.TypeFor[float64]()) })
}
