package engine

import "sync"

// inbox is the queue of closures for the loop. Putting never blocks: commands
// wait for their own answer, workers are few, so the queue stays short.
type inbox struct {
	signal chan struct{} // holds one value while something waits

	mu   sync.Mutex
	jobs []func()
}

func newInbox() *inbox { return &inbox{signal: make(chan struct{}, 1)} }

func (q *inbox) put(job func()) {
	q.mu.Lock()
	q.jobs = append(q.jobs, job)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

func (q *inbox) take() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.jobs
	q.jobs = nil
	return jobs
}
