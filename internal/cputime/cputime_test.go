package cputime

import (
	"testing"
	"time"
)

func TestUsedCountsWork(t *testing.T) {
	before, x := Used(), 1.0
	for end := time.Now().Add(time.Minute); Used() < before+20*time.Millisecond; {
		for range 1_000_000 {
			x = x*1.0000001 + 1e-9
		}
		if time.Now().After(end) {
			t.Fatalf("a minute of work is %v (%v)", Used()-before, x)
		}
	}
}
