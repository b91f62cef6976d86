package feedhttp

import "runtime"

// Settle waits until nothing is being compressed in the background.
func Settle(h *Handler) {
	for h.improver.busy.Load() {
		runtime.Gosched()
	}
}

// KeepFast keeps a handler from compressing anything in the background, so that its responses do
// not depend on how many there were.
func KeepFast(h *Handler) { h.improver.busy.Store(true) }
