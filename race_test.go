//go:build race

package syndicate

func init() { underRaceDetector = true }
