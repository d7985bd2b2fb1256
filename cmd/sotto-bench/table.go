package main

import (
	"fmt"
	"io"
)

// row is one line of the table. Ours and theirs have the same unit.
type row struct {
	what      string
	ours      float64
	reference string // what theirs is
	theirs    float64
	unit      string
	// compare is what ours/theirs (ratio) or ours-theirs (difference) must be,
	// for people: "≤ 1.20 ×". ok tells whether it is.
	compare string
	ok      bool
	judged  bool
}

// table prints rows as they come: a long run shows what it has.
type table struct {
	out    io.Writer
	missed int
	rows   int
}

func (t *table) begin(w io.Writer) {
	t.out = w
	fmt.Fprintf(w, "%-58s %14s   %-44s %14s   %9s   %s\n", "", "Sotto", "reference", "", "", "promised")
}

func (t *table) add(r row) {
	t.rows++
	against := ""
	if r.theirs > 0 {
		against = fmt.Sprintf("%.2f ×", r.ours/r.theirs)
	}
	verdict := r.compare
	if r.judged && !r.ok {
		verdict += "   MISSED"
		t.missed++
	}
	theirs := ""
	if r.reference != "" {
		theirs = quantity(r.theirs, r.unit)
	}
	fmt.Fprintf(t.out, "%-58s %14s   %-44s %14s   %9s   %s\n", r.what, quantity(r.ours, r.unit), r.reference, theirs, against, verdict)
}

// atMost is a row whose ratio has an upper limit.
func (t *table) atMost(what string, ours float64, reference string, theirs float64, unit string, limit float64) {
	t.add(row{what, ours, reference, theirs, unit, fmt.Sprintf("≤ %.2f ×", limit), ours <= limit*theirs, true})
}

// atLeast is a row whose ratio has a lower limit.
func (t *table) atLeast(what string, ours float64, reference string, theirs float64, unit string, limit float64) {
	t.add(row{what, ours, reference, theirs, unit, fmt.Sprintf("≥ %.2f ×", limit), ours >= limit*theirs, true})
}

// within is a row whose difference has an upper limit, in its unit.
func (t *table) within(what string, ours float64, reference string, theirs float64, unit string, limit float64) {
	t.add(row{what, ours, reference, theirs, unit, "≤ reference + " + quantity(limit, unit), ours <= theirs+limit, true})
}

// below is a row whose value has an upper limit of its own; the reference tells
// what the machine makes of it.
func (t *table) below(what string, ours float64, reference string, theirs float64, unit string, limit float64) {
	t.add(row{what, ours, reference, theirs, unit, "≤ " + quantity(limit, unit), ours <= limit, true})
}

// above is below with a lower limit.
func (t *table) above(what string, ours float64, reference string, theirs float64, unit string, limit float64) {
	t.add(row{what, ours, reference, theirs, unit, "≥ " + quantity(limit, unit), ours >= limit, true})
}

// beside is a row without a promise.
func (t *table) beside(what string, ours float64, reference string, theirs float64, unit string) {
	t.add(row{what: what, ours: ours, reference: reference, theirs: theirs, unit: unit})
}

func (t *table) end() {
	if t.missed == 0 {
		fmt.Fprintf(t.out, "\n%d rows, every promise kept\n", t.rows)
		return
	}
	fmt.Fprintf(t.out, "\n%d rows, %d promises missed\n", t.rows, t.missed)
}

// quantity prints a value with three significant digits.
func quantity(v float64, unit string) string {
	switch {
	case v >= 100 || v == 0:
		return fmt.Sprintf("%.0f %s", v, unit)
	case v >= 10:
		return fmt.Sprintf("%.1f %s", v, unit)
	case v >= 1:
		return fmt.Sprintf("%.2f %s", v, unit)
	}
	return fmt.Sprintf("%.3f %s", v, unit)
}
