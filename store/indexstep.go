package store

import (
	"slices"
	"time"

	"sotto/store/fts"
)

const (
	// stepBytes bounds what one IndexStep writes, dropStep what it deletes.
	stepBytes = 256 << 10
	dropStep  = 2000
	// deadFor is how long the words of deleted messages stay in a segment at
	// most, given that IndexStep is called; many of them go sooner.
	deadFor = 24 * time.Hour
	deadMax = 64
)

// mergeJob is a merge under way. Its blocks are written step by step; they
// count from the step on that puts them into the manifest. When the process
// ends before, the blocks are garbage to the next.
type mergeJob struct {
	merge  *fts.Merge
	number uint64
	inputs []uint64
	dead   int // documents of the inputs counted as dead when it began
	tx     *Tx // of the step under way
}

// IndexStep does a bounded piece of upkeep of the search index, some
// milliseconds: merging segments, and clearing out the words of deleted
// messages. more is true when there is more to do at once. Call it when there
// is nothing better to do; without it search only gets slower.
func (s *Store) IndexStep() (more bool, err error) {
	return s.indexStep(false)
}

// indexStep with purge clears out every deleted message.
func (s *Store) indexStep(purge bool) (more bool, err error) {
	s.step.Lock()
	defer s.step.Unlock()
	if s.merge == nil {
		return s.nextMerge(purge)
	}
	job := s.merge
	type block struct {
		kind byte
		n    uint32
		data []byte
	}
	var blocks []block
	done := false
	err = s.View(func(tx *Tx) (err error) {
		job.tx = tx
		defer func() { job.tx = nil }()
		done, err = job.merge.Step(plainBlocks{tx}, func(kind byte, n uint32, data []byte) error {
			blocks = append(blocks, block{kind, n, slices.Clone(data)})
			return nil
		}, stepBytes)
		return indexError(err)
	})
	if err != nil {
		s.merge = nil
		return false, err
	}
	err = s.Update(func(tx *Tx) error {
		sink := tx.sink(job.number)
		for _, b := range blocks {
			if err := sink(b.kind, b.n, b.data); err != nil {
				return err
			}
		}
		if !done {
			return nil
		}
		x := tx.index()
		if x == nil {
			return tx.err
		}
		x.building, x.inputs = 0, nil
		x.garbage = append(x.garbage, job.inputs...)
		return tx.merged(x, job)
	})
	if err != nil || done {
		// After an error the merge begins anew: blocks of this step are lost.
		s.merge = nil
	}
	return err == nil, err
}

// merged puts a finished merge into the manifest.
func (tx *Tx) merged(x *manifest, job *mergeJob) error {
	made := segmentRecord{number: job.number, docs: job.merge.Docs(), span: job.merge.Span()}
	x.replace(job.inputs, made, job.dead)
	for _, d := range job.merge.Dropped() {
		if err := tx.unmark(d.ID); err != nil {
			return err
		}
	}
	return nil
}

// nextMerge deletes garbage or begins a merge.
func (s *Store) nextMerge(purge bool) (more bool, err error) {
	var job *mergeJob
	err = s.View(func(tx *Tx) error {
		x := tx.index()
		if x == nil {
			return tx.err
		}
		if more = x.building != 0 || len(x.garbage) > 0; more {
			return nil
		}
		inputs := x.choose(int64(s.now()), purge)
		if inputs == nil {
			return nil
		}
		more = true
		in, err := tx.inputs(inputs)
		if err != nil {
			return err
		}
		job = &mergeJob{inputs: inputs}
		job.merge = fts.NewMerge(in, func(segment uint64, d fts.Doc) bool { return job.tx.gone(segment, d) })
		return nil
	})
	if err != nil || !more {
		return false, err
	}
	err = s.Update(func(tx *Tx) error {
		x := tx.index()
		if x == nil {
			return tx.err
		}
		x.dirty = true
		if job != nil {
			job.number, job.dead = x.next, x.deadIn(job.inputs)
			x.next++
			x.building, x.inputs = job.number, job.inputs
			return nil
		}
		if x.building != 0 { // left by a process that ended
			x.garbage = append(x.garbage, x.building)
			x.building, x.inputs = 0, nil
		}
		done, err := tx.dropBlocks(x.garbage[0], dropStep)
		if done {
			x.garbage = x.garbage[1:]
		}
		return err
	})
	if err == nil {
		s.merge = job
	}
	return err == nil, err
}

// choose picks what to merge next: eight segments of a size, one from which
// deleted messages are to go, or the smallest ones.
func (m *manifest) choose(now int64, purge bool) []uint64 {
	for tier := range topTier {
		if c := m.candidates(tier); c != nil {
			return c
		}
	}
	for i := range m.segments {
		s := &m.segments[i]
		if s.dead > 0 && (purge || s.dead >= max(deadMax, s.docs/32) || now-s.deadSince >= deadFor.Milliseconds()) {
			return []uint64{s.number}
		}
	}
	return m.smallest()
}

func (tx *Tx) inputs(numbers []uint64) ([]fts.Input, error) {
	var in []fts.Input
	for _, n := range numbers {
		info, err := tx.info(n)
		if err != nil {
			return nil, err
		}
		in = append(in, fts.Input{Number: n, Info: info})
	}
	return in, nil
}

// gone tells a merge what to leave out.
func (tx *Tx) gone(segment uint64, d fts.Doc) bool {
	if s, ok := tx.stale(d.ID); ok && segment <= s.limit {
		return true
	}
	_, ok := tx.conversationOf(d.Conv)
	return !ok
}

// mergeNow merges small segments inside of the transaction that made them many.
func (tx *Tx) mergeNow(numbers []uint64) error {
	in, err := tx.inputs(numbers)
	if err != nil {
		return err
	}
	x := tx.manifest
	job := &mergeJob{merge: fts.NewMerge(in, tx.gone), number: x.next, inputs: numbers, dead: x.deadIn(numbers)}
	x.next++
	if _, err := job.merge.Step(plainBlocks{tx}, tx.sink(job.number), 1<<62); err != nil {
		return indexError(err)
	}
	if err := tx.merged(x, job); err != nil {
		return err
	}
	for _, n := range numbers {
		if _, err := tx.dropBlocks(n, 1<<30); err != nil {
			return err
		}
	}
	return nil
}
