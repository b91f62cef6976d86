package fingerprint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/fingerprint"
)

type node struct {
	Name   string
	Tags   []string
	Parent *node
	hidden int
	When   time.Time
	Any    any
}

type foreign struct {
	Text string
	List []int
	When time.Time
	Ptr  *int
}

func TestEqualValuesHaveEqualDigests(t *testing.T) {
	noon := time.Date(2022, 3, 4, 12, 0, 0, 0, time.UTC)
	newNode := func() *node {
		return &node{Name: "a", Tags: []string{"b"}, Parent: &node{Name: "c"}, hidden: 1, When: noon, Any: foreign{Text: "x", When: noon}}
	}
	want := fingerprint.Of(newNode())
	assert.Equal(t, want, fingerprint.Of(newNode()))
	for name, change := range map[string]func(n *node){
		"text":              func(n *node) { n.Name = "ab" },
		"list":              func(n *node) { n.Tags = append(n.Tags, "") },
		"element":           func(n *node) { n.Tags[0] = "" },
		"behind a pointer":  func(n *node) { n.Parent.Name = "d" },
		"no pointer":        func(n *node) { n.Parent = nil },
		"hidden field":      func(n *node) { n.hidden = 2 },
		"time":              func(n *node) { n.When = noon.Add(1) },
		"foreign text":      func(n *node) { n.Any = foreign{Text: "y", When: noon} },
		"foreign zone":      func(n *node) { n.Any = foreign{Text: "x", When: noon.In(time.FixedZone("", 60))} },
		"foreign nil slice": func(n *node) { n.Any = foreign{Text: "x", When: noon, List: []int{}} },
		"another type":      func(n *node) { n.Any = "x" },
		"no value":          func(n *node) { n.Any = nil },
	} {
		n := newNode()
		change(n)
		assert.NotEqual(t, want, fingerprint.Of(n), name)
	}
	n := newNode()
	n.When = noon.In(time.FixedZone("", 60))
	assert.Equal(t, want, fingerprint.Of(n), "the same moment")
	n = &node{Tags: []string{}}
	assert.Equal(t, fingerprint.Of(&node{}), fingerprint.Of(n), "an empty list is none")
}

func TestTextsDoNotRunTogether(t *testing.T) {
	assert.NotEqual(t, fingerprint.Of(&[2]string{"ab", "c"}), fingerprint.Of(&[2]string{"a", "bc"}))
	assert.Equal(t, "before\x02ab", string(fingerprint.AppendText([]byte("before"), "ab")))
}

func TestNilListsDoNotRunTogether(t *testing.T) {
	type lists struct{ A, B []int }
	assert.False(t, fingerprint.Equal(lists{nil, []int{0}}, lists{[]int{1}, []int{}}))
}

func TestBytesAreReadAtOnce(t *testing.T) {
	type pair struct{ A, B []byte }
	of := func(a, b string) fingerprint.Digest { return fingerprint.Of(&pair{[]byte(a), []byte(b)}) }
	assert.Equal(t, of("ab", "c"), of("ab", "c"))
	assert.NotEqual(t, of("ab", "c"), of("a", "bc"))
	assert.NotEqual(t, of("ab", "c"), of("ab", "d"))
	assert.Equal(t, of("", "c"), fingerprint.Of(&pair{B: []byte("c")}), "an empty list is none")
	dst, plain := fingerprint.Append(nil, &struct{ D fingerprint.Digest }{fingerprint.Digest{200, 15: 7}})
	assert.True(t, plain)
	assert.Equal(t, "\x20\xc8"+strings.Repeat("\x00", 14)+"\x07", string(dst))
}

func TestDigestsAsText(t *testing.T) {
	assert.Equal(t, "_-8AAAAAAAAAAAAAAAAAAA", fingerprint.Digest{255, 239}.String())
}

func TestValuesOfEveryKind(t *testing.T) {
	for _, pair := range [][2]any{
		{true, false}, {1, 2}, {-1, 1}, {int8(1), int8(2)}, {uint(1), uint(2)}, {uint8(1), uint8(2)}, {1.5, 2.5}, {float32(1), float32(2)},
		{"a", "b"}, {[2]int{1, 2}, [2]int{1, 3}}, {[]string{"a"}, []string{"a", "b"}}, {struct{ A, B int }{1, 2}, struct{ A, B int }{2, 1}},
	} {
		assert.True(t, fingerprint.Equal(pair[0], pair[0]), "%#v", pair[0])
		assert.False(t, fingerprint.Equal(pair[0], pair[1]), "%#v", pair[1])
	}
}

func TestValuesWithForeignPointersEqualNone(t *testing.T) {
	one := 1
	for _, v := range []any{
		&one, foreign{Ptr: &one}, []*int{&one}, [1]*int{&one}, func() {}, make(chan int), map[string]int{}, struct{ C complex128 }{1},
		struct{ t time.Time }{},
	} {
		assert.NotEqual(t, fingerprint.Of(&v), fingerprint.Of(&v), "%T", v)
		assert.False(t, fingerprint.Equal(v, v), "%T", v)
	}
	_, plain := fingerprint.Append(nil, &one)
	assert.True(t, plain)
	var none *int
	assert.True(t, fingerprint.Equal(none, none), "nil has no contents")
	assert.False(t, fingerprint.Equal(foreign{}, struct{ A int }{}))
}
