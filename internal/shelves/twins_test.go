package shelves

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTwinsAreTheEntriesOfOneAddress(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 6))
		all := newTwins[*int]()
		there := map[string][]*int{}
		for range 300 {
			address := []string{"/a", "/b", "/c"}[r.IntN(3)]
			if list := there[address]; r.IntN(2) == 0 && len(list) > 0 {
				i := r.IntN(len(list))
				all.remove(address, list[i])
				there[address] = slices.Delete(list, i, i+1)
			} else {
				e := new(int)
				all.add(address, e)
				there[address] = append(list, e)
			}
			shared := 0
			for address, list := range there {
				e, several := all.last(address)
				require.Equal(t, len(list) > 1, several)
				if len(list) == 0 {
					require.Nil(t, e)
				} else {
					require.Same(t, list[len(list)-1], e)
				}
				if len(list) > 1 {
					shared += len(list)
				}
			}
			require.Len(t, all.links, shared, "of entries without twins nothing is kept")
		}
		for address, list := range there {
			for _, e := range list {
				all.remove(address, e)
			}
		}
		require.Empty(t, all.newest)
		require.Empty(t, all.links)
	}
}

// Walking from the last entry to the first one, 200,000 times, would take minutes.
func TestTwinsMayBeMany(t *testing.T) {
	all := newTwins[int]()
	const n = 200_000
	for i := range n {
		all.add("/", i+1)
	}
	for i := range n {
		all.remove("/", i+1)
	}
	require.Empty(t, all.newest)
}
