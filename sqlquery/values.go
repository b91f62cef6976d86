package sqlquery

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
)

// Values as drivers and package json return them.

// typed decodes a value that the driver returns as the text of its database type: a JSON string
// becomes its contents, JSON's null becomes nil, and an array of PostgreSQL becomes its elements.
// The name is that of the type.
func typed(name string, v any) any {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return plain(v)
	}
	switch {
	case name == "JSON" || name == "JSONB":
		var inner *string
		// An object, array or number stays the text of its JSON.
		if err := json.Unmarshal([]byte(text), &inner); err != nil {
			return v
		}
		if inner == nil {
			return nil
		}
		return *inner
	case strings.HasPrefix(name, "_"): // the names of PostgreSQL's array types begin so
		if elements, ok := arrayOf(text); ok {
			return elements
		}
	}
	return v
}

// plain returns a value as one of the types that drivers are meant to return: int64, float64, bool,
// string, []byte or time.Time. Some return others, such as MySQL's a uint64 for an unsigned column.
// A number that no int64 holds becomes a text.
func plain(v any) any {
	switch v := v.(type) {
	case nil, int64, float64, bool, string, []byte, time.Time, []any:
		return v
	case encoding.TextMarshaler: // a UUID, a decimal number, an address
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if r.Uint() <= math.MaxInt64 {
			return int64(r.Uint())
		}
		return strconv.FormatUint(r.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		// The shortest decimal: a float32 of 0.1 is not the float64 that is nearest to it.
		f, _ := strconv.ParseFloat(strconv.FormatFloat(r.Float(), 'g', -1, r.Type().Bits()), 64)
		return f
	case reflect.Bool:
		return r.Bool()
	case reflect.String:
		return r.String()
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			return r.Bytes()
		}
	}
	return v
}

// arrayOf returns the elements of an array as PostgreSQL writes it: {a,"b, c",NULL}. Bounds other
// than the usual ones precede it, as in [0:1]={a,b}.
func arrayOf(text string) (elements []any, ok bool) {
	if strings.HasPrefix(text, "[") {
		// The bounds do not matter: only the order of the elements does.
		_, text, _ = strings.Cut(text, "=")
	}
	elements, rest, ok := cutArray(text)
	return elements, ok && rest == ""
}

// cutArray parses an array at the beginning of a text and returns the rest.
func cutArray(text string) (elements []any, rest string, ok bool) {
	if text, ok = strings.CutPrefix(text, "{"); !ok {
		return nil, text, false
	}
	if rest, ok = strings.CutPrefix(text, "}"); ok {
		return []any{}, rest, true
	}
	for {
		var element any
		switch {
		case strings.HasPrefix(text, "{"):
			element, text, ok = cutArray(text)
		case strings.HasPrefix(text, `"`):
			element, text, ok = cutQuoted(text)
		default:
			end := strings.IndexAny(text, ",}")
			if ok = end >= 0; !ok {
				return nil, text, false
			}
			// Only without quotes: "NULL" in quotes is a text.
			if element = text[:end]; element == "NULL" {
				element = nil
			}
			text = text[end:]
		}
		if !ok || text == "" {
			return nil, text, false
		}
		elements = append(elements, element)
		switch text[0] {
		case '}':
			return elements, text[1:], true
		case ',':
			text = text[1:]
		default:
			return nil, text, false
		}
	}
}

// cutQuoted parses a quoted element at the beginning of a text and returns the rest.
func cutQuoted(text string) (element, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:], true
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}

// assign converts a value to the type that place points to and stores it there.
func assign(place, v any, location *time.Location) (err error) {
	switch place := place.(type) {
	case *string:
		*place, err = textOf(v)
	case *time.Time:
		*place, err = timeOf(v, location)
	case *bool:
		*place, err = boolOf(v)
	case *int:
		var n int64
		n, err = integerOf(v)
		*place = int(n)
	case *int64:
		*place, err = integerOf(v)
	case *time.Duration:
		*place, err = secondsOf(v)
	case **syndicate.Image:
		var url string
		if url, err = textOf(v); url != "" {
			*place = &syndicate.Image{URL: url}
		}
	case *parentField:
		err = place.assign(v)
	case *float64:
		*place, err = numberOf(v)
	case encoding.TextUnmarshaler:
		err = unmarshal(place, v)
	default:
		err = fmt.Errorf("no value can be stored in a %T", place)
	}
	return err
}

// unmarshal has a value of a column read by the program: as a text, or as JSON if it is an array.
func unmarshal(place encoding.TextUnmarshaler, v any) error {
	text, err := textOf(v)
	switch v := v.(type) {
	case bool:
		text, err = strconv.FormatBool(v), nil
	case []any:
		var array []byte
		array, err = json.Marshal(v)
		text = string(array)
	}
	if err != nil {
		return err
	}
	return place.UnmarshalText([]byte(text))
}

// numberOf returns a value as a number with a fraction.
func numberOf(v any) (float64, error) {
	text, err := textOf(v)
	if text = strings.TrimSpace(text); err == nil && text == "" {
		return 0, nil
	}
	n, notOne := strconv.ParseFloat(text, 64)
	if err != nil || notOne != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, unfit(v, "a number")
	}
	return n, nil
}

// textOf returns a value as a text. Numbers are accepted, since ids often are numbers.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case json.Number:
		return v.String(), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", unfit(v, "a text")
}

// idOf returns a value as the id of an article. Bytes that are no text, such as those of MySQL's
// BINARY(16), are an error: a feed cannot contain them, and two ids could become one.
func idOf(v any) (string, error) {
	id, err := textOf(v)
	if err == nil && (!utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl)) {
		return "", fmt.Errorf("%s is not a text; select a binary id as the text that it stands for, "+
			"such as lower(hex(id)), and as it is in the column key", quoted(id))
	}
	return id, err
}

// keyOf returns a value as the key of an article, by which the rows of several queries are
// compared. Bytes are compared as they are.
func keyOf(v any) (string, error) {
	switch v := v.(type) {
	case bool, time.Time, []any:
		return "", unfit(v, "a key; select a number, a text or bytes")
	}
	return textOf(v)
}

var errNoKey = errors.New("the key is NULL or empty")

// boolOf returns a value as a boolean. A single byte of 0 or 1 is MySQL's BIT(1).
func boolOf(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case []byte:
		if len(v) == 1 && v[0] <= 1 {
			return v[0] == 1, nil
		}
	}
	text, err := textOf(v)
	if err == nil {
		switch text = strings.ToLower(strings.TrimSpace(text)); text {
		case "0", "f", "false", "n", "no", "":
			return false, nil
		case "1", "t", "true", "y", "yes":
			return true, nil
		}
	}
	return false, unfit(v, "a boolean")
}

// integerOf returns a value as a whole number.
func integerOf(v any) (int64, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case int64:
		return v, nil
	case float64:
		// Above this a float64 no longer holds every whole number.
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), nil
		}
		return 0, unfit(v, "a whole number")
	}
	text, err := textOf(v)
	if text = strings.TrimSpace(text); err == nil && text == "" {
		return 0, nil
	}
	whole, fraction, _ := strings.Cut(text, ".") // drivers return decimals as texts such as 12.00
	n, notOne := strconv.ParseInt(whole, 10, 64)
	if err != nil || notOne != nil || strings.Trim(fraction, "0") != "" {
		return 0, unfit(v, "a whole number")
	}
	return n, nil
}

// secondsOf returns a number of seconds as a duration.
func secondsOf(v any) (time.Duration, error) {
	text, err := textOf(v)
	if text = strings.TrimSpace(text); err == nil && text == "" {
		return 0, nil
	}
	seconds, notOne := strconv.ParseFloat(text, 64)
	if err != nil || notOne != nil || !(math.Abs(seconds) < math.MaxInt64/float64(time.Second)) {
		return 0, unfit(v, "a number of seconds")
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// timeOf returns a value as a time. A text without a zone is in the location's zone.
func timeOf(v any, location *time.Location) (time.Time, error) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, nil
	case time.Time:
		return v, nil
	case int64:
		return unixTime(float64(v), v)
	case float64:
		return unixTime(v, v)
	}
	text, err := textOf(v)
	if err != nil {
		return time.Time{}, unfit(v, "a time")
	}
	if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "0000-00-00") {
		return time.Time{}, nil
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return unixTime(seconds, v)
	}
	// The default of Query.Location.
	if location == nil {
		location = time.UTC
	}
	if len(text) > 10 && (text[10] == 'T' || text[10] == 't') {
		text = text[:10] + " " + text[11:]
	}
	for _, zone := range [...]string{"", "Z07:00", "Z07", "Z0700", " Z07:00", " Z0700", " Z0700 MST", " UTC"} {
		for _, clock := range [...]string{" 15:04:05", " 15:04", ""} {
			if t, err := time.ParseInLocation("2006-01-02"+clock+zone, text, locationOf(zone, location)); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, unfit(v, "a time")
}

// locationOf returns the location for a layout: UTC if the layout has a zone.
func locationOf(zone string, location *time.Location) *time.Location {
	if zone == "" {
		return location
	}
	return time.UTC
}

// unixTime returns the time that is so many seconds after 1970. Zero means no time. Numbers that
// look like dates, such as 20060102, or like milliseconds are errors.
func unixTime(seconds float64, v any) (time.Time, error) {
	const end = 253402300800 // the end of the year 9999
	const firstDate, lastDate = 19000101, 21001231
	const firstYear, lastYear = 1900, 2155 // of MySQL's YEAR
	switch {
	case seconds == 0:
		return time.Time{}, nil
	case firstYear <= seconds && seconds <= lastYear:
		return time.Time{}, fmt.Errorf("%w: a year alone; a number is seconds since 1970", unfit(v, "a time"))
	case !(math.Abs(seconds) < end):
		return time.Time{}, fmt.Errorf("%w: too many seconds since 1970; divide milliseconds by 1000", unfit(v, "a time"))
	case firstDate <= seconds && seconds <= lastDate:
		return time.Time{}, fmt.Errorf("%w: write dates with hyphens, 2006-01-02; a number is seconds since 1970",
			unfit(v, "a time"))
	}
	whole := math.Floor(seconds)
	return time.Unix(int64(whole), int64((seconds-whole)*1e9)), nil
}

// unfit returns the error for a value that cannot be converted.
func unfit(v any, what string) error {
	switch v := v.(type) {
	case string:
		return fmt.Errorf("%s is not %s", quoted(v), what)
	case []byte:
		return fmt.Errorf("%s is not %s", quoted(string(v)), what)
	case map[string]any, []any:
		return fmt.Errorf("an object or array is not %s", what)
	case time.Time:
		return fmt.Errorf("the time %s is not %s", v.Format(time.RFC3339), what)
	}
	return fmt.Errorf("%v (%T) is not %s", v, v, what)
}

// quoted returns a text in quotes for an error, cut after 100 bytes.
func quoted(s string) string {
	const limit = 100
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strconv.Quote(s)
}
