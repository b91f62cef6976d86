package sqlstore

import (
	"database/sql"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbersAreScannedAsPackageSQLDoes(t *testing.T) {
	for _, given := range []any{int64(-12), []byte("-12"), "-12", float64(-12)} {
		var i integer
		require.NoError(t, i.Scan(given))
		assert.EqualValues(t, -12, i)
		var n nullable
		require.NoError(t, n.Scan(given))
		assert.Equal(t, nullable{Int64: -12, Valid: true}, n)
	}
	var i integer
	assert.Error(t, i.Scan(nil))
	assert.Error(t, i.Scan("twelve"))
	n := nullable{Int64: 1, Valid: true}
	require.NoError(t, n.Scan(nil))
	assert.Equal(t, nullable{}, n)
	assert.Error(t, n.Scan("twelve"))
}

// Package json is the oracle: what parseNumbers reads it reads too, as the same.
func FuzzNumbersAreReadAsPackageJSONDoes(f *testing.F) {
	for _, text := range []string{
		"[1,2]", "[]", "[12]", "[999999999999999999]", "[9223372036854775807]", "[9223372036854775808]", "[-1]", "[1, 2]", "[01]", "[0]", "[1,]", "[,1]", "[", "]", "", "1", "x", "[x]",
		"[1.0]", "[1e3]", "null", "[null]", "[[1]]", "[1]]", "[٣]",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parseNumbers(text)
		var want []int64
		err := json.Unmarshal([]byte(text), &want)
		if ok {
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	})
}

func TestNumbersAreReadTheShortWay(t *testing.T) {
	list := []int64{1, 20, 300_000_000_000}
	got, ok := parseNumbers(numbers(list))
	assert.True(t, ok)
	assert.Equal(t, list, got)
}

// The bytes that PostgreSQL takes for an array.
func TestArraysAreWrittenAsPostgreSQLReadsThem(t *testing.T) {
	array, kind, err := columnArray([]any{"a", some(1), `b"c\d{},`, some(-2), "NULL", nullNumber}, 0, 2)
	require.NoError(t, err)
	assert.Equal(t, `{"a","b\"c\\d{},","NULL"}`, array)
	assert.Equal(t, "text[]", kind)
	array, kind, err = columnArray([]any{"a", some(1), "b", nullNumber, "c", int64(-2)}, 1, 2)
	require.NoError(t, err)
	assert.Equal(t, "{1,NULL,-2}", array)
	assert.Equal(t, "bigint[]", kind)
	_, _, err = columnArray([]any{true}, 0, 1)
	assert.ErrorContains(t, err, "bool")
}

var nullNumber sql.NullInt64
