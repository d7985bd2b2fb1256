package vm

import (
	"testing"

	"sotto/engine/model"
)

// A poll that changes nothing to be seen must not repaint the window.
func TestPollsAreQuiet(t *testing.T) {
	before := model.NetworkStatus{Connection: model.Online, LastSync: 1000, ClockOffset: 12, Paths: []model.Path{{Hops: []model.Hop{{IP: "127.0.0.1"}}}}}
	after := before
	after.LastSync, after.ClockOffset = 9000, 47
	if !looksLike(before, after) {
		t.Error("another time of the last poll repaints the window")
	}
	for name, change := range map[string]func(*model.NetworkStatus){
		"connection": func(s *model.NetworkStatus) { s.Connection = model.Offline },
		"clock":      func(s *model.NetworkStatus) { s.ClockOffset = 600_000 },
		"path":       func(s *model.NetworkStatus) { s.Paths = []model.Path{{Hops: []model.Hop{{IP: "127.0.0.2"}}}} },
		"pending":    func(s *model.NetworkStatus) { s.Pending = 1 },
		"problem":    func(s *model.NetworkStatus) { s.Problem = model.ReasonClock },
	} {
		changed := before
		change(&changed)
		if looksLike(before, changed) {
			t.Errorf("a change of the %s is not shown", name)
		}
		if before.LastSync != 1000 {
			t.Fatal("the comparison changed its input")
		}
	}
}
