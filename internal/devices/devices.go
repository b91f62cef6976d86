// Package devices recognizes the file names that Windows reserves for devices. Slugs become names
// of folders, so both slugs and files must avoid them. The package imports nothing of this module.
package devices

import "strings"

// Is reports whether Windows opens a device instead of a file of this name. It does so in any
// folder, in upper and lower case, and with any extension: "nul", "AUX.xml", "com1.tar.gz",
// "con .txt".
func Is(name string) bool {
	// Only the part in front of the first dot counts, without spaces at its end.
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
	// Ports have a number: a digit from 1 to 9, or a superscript digit.
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
