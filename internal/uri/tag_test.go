package uri

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnlyTheAddressOfAPageIsAPermalink(t *testing.T) {
	for guid, want := range map[string]bool{
		"https://example.com/a": true, "https://example.com/b": false, "": false, "urn:a": false,
	} {
		assert.Equal(t, want, IsPermalink(guid, "https://example.com/a"), guid)
	}
	assert.True(t, IsPermalink("http://a", "http://a"))
	assert.False(t, IsPermalink("urn:a", "urn:a"), "no reader could open it")
}
