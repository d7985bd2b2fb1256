package chat

import (
	"testing"
	"time"
)

// TestMain has it be noon where the tests run: today and yesterday are the same for
// them at any time of day.
func TestMain(m *testing.M) {
	now := time.Now().UTC()
	sinceNoon := now.Sub(now.Truncate(24*time.Hour)) - 12*time.Hour
	time.Local = time.FixedZone("noon", -int(sinceNoon.Seconds()))
	m.Run()
}
