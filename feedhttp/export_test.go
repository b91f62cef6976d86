package feedhttp

import "runtime"

// Settle waits until nothing is being compressed in the background.
func Settle(h *Handler) {
	for h.improver.busy.Load() {
		runtime.Gosched()
	}
}
