package store

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The same place again and again: chunks split until labels run out and are
// dealt anew.
func TestListSplitsInOnePlace(t *testing.T) {
	s := newStore(t)
	var want []entry
	rnd := rand.New(rand.NewPCG(1, 1))
	add := func(tx *Tx, at int64, id uint64) {
		e := entry{at: at, id: id, flags: entryFlags(id % 16), sender: uint16(id)}
		must(t, tx.list(1).insert(e))
		want = append(want, e)
	}
	update(t, s, func(tx *Tx) {
		for i := range 600 { // two ends, with room between
			add(tx, int64(i%2)*1_000_000_000, uint64(i+1))
		}
	})
	for round := range 8 {
		update(t, s, func(tx *Tx) {
			for i := range 1500 {
				// Always just before what came last.
				add(tx, 500_000_000-int64(round*1500+i), uint64(10_000+round*1500+i))
			}
			for i := range 200 {
				add(tx, int64(rnd.IntN(1000))*1_000_000, uint64(100_000+round*200+i))
			}
		})
	}
	slices.SortFunc(want, func(a, b entry) int {
		if a.before(b.at, b.id) {
			return -1
		}
		return 1
	})
	check := func(tx *Tx) {
		t.Helper()
		l := tx.list(1)
		var got []entry
		for p := l.start(); p.ok(); p = l.next(p) {
			got = append(got, p.entry())
		}
		if !slices.Equal(got, want) {
			t.Fatalf("forwards: %d entries, want %d", len(got), len(want))
		}
		i := len(want)
		for p := l.end(); p.ok(); p = l.prev(p) {
			if i--; p.entry() != want[i] {
				t.Fatalf("backwards at %d", i)
			}
		}
		for range min(300, len(want)) {
			e := want[rnd.IntN(len(want))]
			if p, ok := l.find(e.at, e.id); !ok || p.entry() != e {
				t.Fatalf("%+v is not found", e)
			}
		}
	}
	view(t, s, check)
	update(t, s, func(tx *Tx) {
		must(t, tx.list(1).relabel())
		check(tx)
	})
	view(t, s, check)
	update(t, s, func(tx *Tx) {
		l := tx.list(1)
		for len(want) > 0 {
			i := rnd.IntN(len(want))
			p, ok := l.find(want[i].at, want[i].id)
			if !ok {
				t.Fatal("entry to remove is missing")
			}
			must(t, l.remove(p))
			want = slices.Delete(want, i, i+1)
			if len(want)%3000 == 0 {
				check(tx)
			}
		}
		if l.start().ok() || l.end().ok() {
			t.Error("the list is not empty")
		}
	})
}
