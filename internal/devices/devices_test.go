package devices_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/internal/devices"
)

func TestNamesOfDevicesAreKnownInAnyCaseAndWithAnyEnding(t *testing.T) {
	for _, name := range []string{
		"con", "PRN", "Aux", "nul", "conin$", "CONOUT$", "com1", "LPT9", "com¹", "LPT³",
		"nul.xml", "aux.tar.gz", "com1.html", "con .txt", "lpt² .x", "nul  ",
	} {
		assert.True(t, devices.Is(name), "%q", name)
	}
	for _, name := range []string{
		"", ".", "co", "com", "com0", "com10", "comé", "lpt", "x.nul", "console", "nulx", "con-artists", ".con", "co n", " con", "conout$$",
	} {
		assert.False(t, devices.Is(name), "%q", name)
	}
}
