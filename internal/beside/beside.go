// Package beside times a whole beside its reference, for benchmarks whose promise
// is a ratio: figures alone say nothing of a machine that others use too. The
// programs' own benchmarks read what it reports (cmd/sotto-bench). Only tests
// import it.
package beside

import (
	"slices"
	"testing"
	"time"
)

// Bench runs the whole and its reference, often its bare primitives, in turns, so
// that a busy machine slows down both, and reports the medians and their ratio.
// prepare, which may be nil, goes before each turn and is not timed.
func Bench(b *testing.B, prepare, whole, reference func()) {
	b.Helper()
	run := [2]func(){whole, reference}
	var times [2][]time.Duration
	for i := 0; b.Loop(); i++ {
		if prepare != nil {
			prepare()
		}
		for j := range run {
			which := (i + j) % 2 // each goes first every other time
			start := time.Now()
			run[which]()
			times[which] = append(times[which], time.Since(start))
		}
	}
	var median [2]float64
	for i, t := range times {
		slices.Sort(t)
		median[i] = float64(t[len(t)/2])
	}
	b.ReportMetric(0, "ns/op") // of both together: says nothing
	b.ReportMetric(median[0], "whole-ns")
	b.ReportMetric(median[1], "primitives-ns")
	b.ReportMetric(median[0]/median[1], "ratio")
}
