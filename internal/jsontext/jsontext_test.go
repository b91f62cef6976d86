package jsontext_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/jsontext"
)

func TestWriter(t *testing.T) {
	tests := map[string]struct {
		write func(w *jsontext.Writer)
		want  string
	}{
		"no members":   {func(w *jsontext.Writer) {}, `{}`},
		"strings":      {func(w *jsontext.Writer) { w.String("a", "x \"y\""); w.String("b", "") }, `{"a":"x \"y\"","b":""}`},
		"fields":       {func(w *jsontext.Writer) { w.Field("a", "x"); w.Field("b", ""); w.Field("c", "\x01"); w.Field("d", "z") }, `{"a":"x","d":"z"}`},
		"legal fields": {func(w *jsontext.Writer) { w.LegalField("a", "<p>\n"); w.LegalField("b", "") }, `{"a":"<p>\n"}`},
		"numbers":      {func(w *jsontext.Writer) { w.Number("a", 12); w.Number("b", 0); w.Number("c", -1); w.Number("d", 1) }, `{"a":12,"d":1}`},
		"dates":        {func(w *jsontext.Writer) { w.Time("a", time.Unix(0, 0)); w.Time("b", time.Time{}) }, `{"a":"1970-01-01T00:00:00Z"}`},
		"true":         {func(w *jsontext.Writer) { w.True("a"); w.True("b") }, `{"a":true,"b":true}`},
		"raw":          {func(w *jsontext.Writer) { w.Raw("a\"", []byte(`{"b":1}`)); w.Raw("c", []byte("1")) }, `{"a\"":{"b":1},"c":1}`},
		"object":       {func(w *jsontext.Writer) { w.Name("a"); w.BeginObject(); w.Field("b", "x"); w.EndObject(); w.True("c") }, `{"a":{"b":"x"},"c":true}`},
		"list": {func(w *jsontext.Writer) {
			l := w.BeginList("a")
			w.Element("x")
			w.Element("")
			w.EndList(l)
			w.True("c")
		}, `{"a":["x",""],"c":true}`},
		"list of objects": {func(w *jsontext.Writer) {
			l := w.BeginList("a")
			for range 2 {
				w.BeginElement()
				w.Field("b", "x")
				w.EndObject()
			}
			w.EndList(l)
		}, `{"a":[{"b":"x"},{"b":"x"}]}`},
		"objects": {func(w *jsontext.Writer) {
			w.Objects("a", 5, func(i int) bool { w.Number("b", int64(i)); return i%2 == 0 })
			w.Objects("c", 2, func(int) bool { w.True("d"); return false })
			w.True("e")
		}, `{"a":[{},{"b":2},{"b":4}],"e":true}`},
		"an empty list":    {func(w *jsontext.Writer) { w.True("a"); w.EndList(w.BeginList("b")); w.True("c") }, `{"a":true,"c":true}`},
		"only empty lists": {func(w *jsontext.Writer) { w.EndList(w.BeginList("b")); w.True("c") }, `{"c":true}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := jsontext.New([]byte("before\n"))
			w.BeginObject()
			test.write(&w)
			w.EndObject()
			assert.Equal(t, "before\n"+test.want, string(w.Bytes()))
		})
	}
}

func TestAnEmptyBufferNeedsNoComma(t *testing.T) {
	w := jsontext.New(nil)
	w.BeginElement()
	w.EndObject()
	assert.Equal(t, "{}", string(w.Bytes()))
}

func TestAppendLegalMakesStringsLegal(t *testing.T) {
	for doc, want := range map[string]string{
		`{"a\u0001":["b\u0000c","d\\\"\u0093e\u0094"],"f":1.5e3,"g":null}`: `{"a":["bc","d\\\"“e”"],"f":1.5e3,"g":null}`,
		`"x"`:              `"x"`,
		`1`:                `1`,
		`""`:               `""`,
		`["\x","a\u0001"]`: `["\x","a"]`, // the first is not valid JSON, and stays as it is
	} {
		assert.Equal(t, "before "+want, string(jsontext.AppendLegal([]byte("before "), []byte(doc))))
	}
}

func FuzzAppendLegal(f *testing.F) {
	f.Add("a", "b")
	f.Add("\\", "\"")
	f.Add("\x01\\u", "\\\"\u0093\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		doc, err := json.Marshal([]string{a, b})
		require.NoError(t, err)
		var got []string
		require.NoError(t, json.Unmarshal(jsontext.AppendLegal(nil, doc), &got))
		assert.Equal(t, []string{legal(t, a), legal(t, b)}, got)
		again := jsontext.AppendLegal(nil, jsontext.AppendLegal(nil, doc))
		assert.True(t, bytes.Equal(again, jsontext.AppendLegal(nil, doc)))
	})
}

// legal returns s as encoding/json reads it from its own output, made legal.
func legal(t *testing.T, s string) string {
	doc, err := json.Marshal(s)
	require.NoError(t, err)
	var read string
	require.NoError(t, json.Unmarshal(doc, &read))
	return escape.Legal(read)
}

func TestCustomMembersAreObjects(t *testing.T) {
	object := map[string]string{"a": "<\x01>"}
	for _, c := range []struct {
		name  string
		value any
		want  string
		says  string
	}{
		{"_a", object, `{"a":"<>"}`, ""},
		{"_a", nil, "", ""},
		{"", map[string]string(nil), "", ""},
		{"_a", 1, "", "_a is no object"},
		{"_a", func() {}, "", "json: unsupported type: func()"},
		{"a", object, "", `name "a": not an underscore, a letter and more without a dot`},
		{"_", object, "", `name "_": not an underscore, a letter and more without a dot`},
		{"_1", object, "", `name "_1": not an underscore, a letter and more without a dot`},
		{"_a.b", object, "", `name "_a.b": not an underscore, a letter and more without a dot`},
		{"_a\x01", object, "", `name "_a\x01": not an underscore, a letter and more without a dot`},
	} {
		got, err := jsontext.Custom(c.name, c.value)
		assert.Equal(t, c.want, string(got))
		if c.says != "" {
			assert.EqualError(t, err, c.says)
		} else {
			assert.NoError(t, err)
		}
	}
}
