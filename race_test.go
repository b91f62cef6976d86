//go:build race

package syndicate_test

func init() { underRaceDetector = true }
