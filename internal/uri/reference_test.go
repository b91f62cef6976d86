package uri

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReferencesHaveTheFormOfAnIRI(t *testing.T) {
	for _, s := range []string{
		"https://example.com/", "https://example.com:99999/", "https://-example.com/", "http://[::1]:80/a", "/a", "a", "#a", "?a=b", "ş", "//example.com/",
		"ftp://example.com/a", "mailto:a@example.com", "tel:+1", "https://example.com/%C5%9F", "a/b:c", "HTTP://example.com/",
	} {
		assert.True(t, IsReference(s), s)
	}
	for _, s := range []string{
		"", " ", "a b", "https://example.com/a|b", "https://example.com/%zz", "https://example.com/%", "javascript:x()", "htp://example.com/", "http:a", "http:/a", "https://",
		"http:///a", "http://[x]/", "http://[::1", "a\n", "<a>", "C:\\a",
	} {
		assert.False(t, IsReference(s), s)
	}
}

// ATOM-2
func TestTagURIsOfLocalNetworksAreTagURIs(t *testing.T) {
	for _, s := range []string{"tag:localhost,2026:feed:all", "tag:intranet,2026-01:a", "tag:example.com,2026:", "tag:a_b@example.com,2026:x#y"} {
		assert.True(t, IsTag(s), s)
	}
	for _, s := range []string{"", "tag:", "tag:localhost:x", "tag:localhost,26:x", "tag:local host,2026:x", "tag:my_host,2026:x", "tag:localhost,2026:a b", "tag:a,2026:x#y#z", "localhost,2026:x"} {
		assert.False(t, IsTag(s), s)
	}
}
