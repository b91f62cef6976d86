package cleanhtml_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// example is a body and the clean body.
type example struct{ name, body, want string }

// assertExamples cleans with the safe policy against https://example.com/2026/01/article/?x=1.
func assertExamples(t *testing.T, policy cleanhtml.Policy, examples []example) {
	t.Helper()
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			assert.Equal(t, e.want, policy.Clean(e.body, page))
		})
	}
}
