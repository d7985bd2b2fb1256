package chat

import (
	"testing"

	"sotto/internal/clock"
)

func TestMain(m *testing.M) {
	clock.BeNoon()
	m.Run()
}
