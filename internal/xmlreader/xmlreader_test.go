package xmlreader_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/xmlreader"
)

const (
	plain xmlreader.Space = iota + 1
	known
)

// parse reads a document and returns the texts of its elements, as "space name=text".
func parse(doc string) (found []string, err error) {
	in := xmlreader.NewInput(strings.NewReader(doc), nil)
	in.Sniff()
	in.SkipJunk()
	prefixes := map[string]xmlreader.Space{"": plain, "k": known}
	p := xmlreader.NewParser(in, 5, prefixes, func(uri string) xmlreader.Space {
		if uri == "urn:known" {
			return known
		}
		return 0
	})
	if _, err := p.Next(0); err != nil { // the root
		return nil, err
	}
	return found, p.Children(func(s xmlreader.Space, local string, _ xmlreader.Token) error {
		v, err := p.Text(40)
		if err == nil {
			found = append(found, fmt.Sprintf("%d %s=%s", s, local, v.Text))
		}
		return err
	})
}

// WXR-1: what XML does not allow is mended or dropped, and texts have a limit.
func TestDocumentsThatAreNearlyXML(t *testing.T) {
	for doc, want := range map[string]string{
		"<r><a>b</a><k:c>d</k:c><x:e/></r>":                       "1 a=b, 2 c=d, 0 e=",
		`<r xmlns:x="urn:known"><x:a>b</x:a></r>`:                 "2 a=b",
		`<r xmlns:k="urn:other"><k:a>b</k:a></r>`:                 "0 a=b",
		"\ufeff\n <r><a>b</a></r>":                                "1 a=b",
		"<r><a>&nbsp;&amp; & b\x00\x0b</a></r>":                   "1 a=\u00a0& & b",
		"<r><a> <![CDATA[b]]><![CDATA[]]]]><![CDATA[>]]></a></r>": "1 a=b]]>",
		"<r><a>" + strings.Repeat("x", 50) + "</a><b>c</b></r>":   "1 a=" + strings.Repeat("x", 40) + ", 1 b=c",
		"<r><a>b<c>d</c>e</a></r>":                                "1 a=be",
		"<r><!-- <a> --><a><!-- x -->b</a></r>":                   "1 a=b",
	} {
		found, err := parse(doc)
		require.NoError(t, err, doc)
		assert.Equal(t, want, strings.Join(found, ", "), doc)
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	for doc, want := range map[string]error{
		"<r>" + strings.Repeat("<a>", 9):     nil, // the text of the first skips the others
		`<!DOCTYPE r [<!ENTITY a "b">]><r/>`: xmlreader.ErrEntities,
		"<r><a></b></r>":                     errors.New("unexpected end tag </b>"),
	} {
		_, err := parse(doc)
		require.Error(t, err, doc)
		if want != nil {
			assert.EqualError(t, err, want.Error())
		}
	}
}

// A parser goes on with the next item after a syntax error.
func TestParsersRecover(t *testing.T) {
	in := xmlreader.NewInput(strings.NewReader("<r><item><a></b></item>\n<items/><item><a>c</a></item></r>"), nil)
	p := xmlreader.NewParser(in, 5, map[string]xmlreader.Space{"": plain}, func(string) xmlreader.Space { return 0 })
	_, err := p.Next(0)
	require.NoError(t, err)
	around := append(p.Open()[:0:0], p.Open()...)
	_, err = p.Next(0)
	require.NoError(t, err)
	require.Error(t, p.Skip())
	require.True(t, p.Recover(around))
	assert.EqualValues(t, 2, in.Line())
	start, err := p.Next(0)
	require.NoError(t, err)
	assert.Equal(t, "item", xmlreader.TagName(start.Name))
	require.NoError(t, p.Skip())
	assert.Len(t, p.Open(), 1)
	assert.False(t, p.Recover(around))
}
