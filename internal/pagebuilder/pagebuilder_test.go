package pagebuilder

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// HTML-5: the packages cleanhtml and wordpress recognize the same shortcodes.
func TestOwns(t *testing.T) {
	for _, name := range []string{"vc_row", "et_pb_text", "fusion_button", "su_note", "av_heading", "tm_row"} {
		assert.True(t, Owns(name), name)
	}
	for _, name := range []string{"", "vc", "et_row", "gallery", "xvc_row", "VC_row", "super"} {
		assert.False(t, Owns(name), name)
	}
}
