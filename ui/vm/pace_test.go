package vm

import (
	"testing"
	"time"
)

// painting draws at a pace for a while and returns the pause it arrives at and
// the part of a core that was used in the last ten seconds.
func painting(p *pace, picture time.Duration) (step time.Duration, share float64) {
	begin, used := noon, p.used
	if !p.at.IsZero() {
		begin = p.at
	}
	var from time.Duration
	for now := begin; now.Before(begin.Add(30 * time.Second)); {
		step = p.next(now, used)
		now = now.Add(step)
		used += picture + step/100 // and what else the program does
		if now.Before(begin.Add(20 * time.Second)) {
			from = used
		}
	}
	return step, float64(used-from) / float64(10*time.Second)
}

func TestPaceKeepsToItsBudget(t *testing.T) {
	if step, _ := painting(new(pace), time.Millisecond); step != smooth {
		t.Errorf("where a picture costs a millisecond, one is painted every %v", step)
	}
	p := new(pace)
	if step, share := painting(p, 15*time.Millisecond); share > 0.05 || step > halting {
		t.Errorf("where a picture costs 15 ms: every %v, %.1f %% of a core", step, 100*share)
	}
	// A pace that was slow becomes smooth again.
	if step, _ := painting(p, time.Millisecond/10); step != smooth {
		t.Errorf("it stays at %v", step)
	}
}
