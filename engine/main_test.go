package engine

import (
	"testing"

	"go.uber.org/goleak"
)

// Nothing outlives Run.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
