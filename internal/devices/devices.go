// Package devices knows the names that Windows keeps for devices, for slugs that become files and for the files
// themselves. It is a leaf.
package devices

import "strings"

// Is reports whether Windows opens a device under a file's name, which it does in any folder, in upper and lower
// case, and with any ending: "nul", "AUX.xml", "com1.tar.gz", "con .txt".
func Is(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.TrimRight(stem, " ")
	if len(stem) < 3 || len(stem) > len("conout$") {
		return false
	}
	for _, device := range [...]string{"con", "prn", "aux", "nul", "conin$", "conout$"} {
		if strings.EqualFold(stem, device) {
			return true
		}
	}
	port, number := stem[:3], stem[3:]
	if !strings.EqualFold(port, "com") && !strings.EqualFold(port, "lpt") {
		return false
	}
	switch number {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}
