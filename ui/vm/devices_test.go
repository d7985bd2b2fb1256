package vm

import (
	"testing"
	"time"

	"sotto/engine/model"
)

// A device is news when it appears, and again after nothing was seen for long;
// what comes in between is the daily life of a telephone.
func TestWhenOtherDevicesAppeared(t *testing.T) {
	const day = model.Millis(24 * time.Hour / time.Millisecond)
	at := func(days ...model.Millis) []model.Sighting {
		var list []model.Sighting
		for _, d := range days {
			list = append(list, model.Sighting{At: d * day})
		}
		return list
	}
	for _, c := range []struct {
		list []model.Sighting
		want model.Millis
	}{
		{nil, 0},
		{at(100), 100 * day},
		{at(100, 99, 80), 80 * day},
		{at(100, 69, 60), 100 * day},
		{at(100, 71, 60, 10), 60 * day},
	} {
		if got := appeared(c.list); got != c.want {
			t.Errorf("%v: %d days, want %d", c.list, got/day, c.want/day)
		}
	}
}
