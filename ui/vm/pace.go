package vm

import "time"

// pace is how often something that moves is painted: as often as looks smooth,
// and less often where painting is dear. A computer without a graphics driver
// spends on one picture of the window what others spend on ten.
type pace struct {
	step time.Duration
	used time.Duration // processor time of the process at the time at
	at   time.Time
}

const (
	smooth  = 100 * time.Millisecond
	halting = time.Second // the seconds that are told still count one by one
	// budget is the part of a core that moving things may cost.
	budget = 0.035
	// weighed is how long the cost of painting is watched at a time.
	weighed = 900 * time.Millisecond
)

// next is the pause until the next picture; used is the processor time of the
// process so far.
func (p *pace) next(now time.Time, used time.Duration) time.Duration {
	if p.step == 0 || now.Sub(p.at) > 5*weighed { // it stood still
		p.step, p.used, p.at = max(p.step, smooth), used, now
		return p.step
	}
	if passed := now.Sub(p.at); passed >= weighed {
		share := float64(used-p.used) / float64(passed)
		// Down by no more than half, up by no more than a third: a burst of other
		// work passes.
		factor := min(max(share/budget, 2.0/3), 4)
		p.step = min(max(time.Duration(float64(p.step)*factor), smooth), halting)
		p.used, p.at = used, now
	}
	return p.step
}
