package widget

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// keyed is a list of rows of different heights.
type keyed struct{ keys []string }

func (k *keyed) Len() int         { return len(k.keys) }
func (k *keyed) Key(i int) string { return k.keys[i] }
func (k *keyed) Kind(int) int     { return 0 }
func (k *keyed) Height(i int, _ float32) float32 {
	return 30 + float32(len(k.keys[i])*7%40)
}
func (k *keyed) CreateRow(int) fyne.CanvasObject { return NewDayLine("") }
func (k *keyed) Bind(o fyne.CanvasObject, i int) { o.(*DayLine).Set(k.keys[i]) }

// What is in view stays in place when rows come and go all over the list.
func TestRearrangedKeepsThePlace(t *testing.T) {
	test.NewTempApp(t)
	for _, fromBottom := range []bool{false, true} {
		data := &keyed{}
		for i := range 400 {
			data.keys = append(data.keys, fmt.Sprintf("%*d", 1+i%9, i))
		}
		l := NewVirtualList(data)
		l.FromBottom = fromBottom
		w := test.NewTempWindow(t, l)
		w.Resize(fyne.NewSize(300, 500))
		if fromBottom {
			l.ScrollToBottom()
			l.ScrollBy(-4000)
		} else {
			l.ScrollBy(4000)
		}
		first, _ := l.VisibleRange()
		mark, y := data.keys[first+2], l.Row(first+2).Position().Y
		for round := range 5 {
			old := data.keys
			var keys []string
			var was []int
			for i, k := range old {
				if i%(7+round) == 3 && k != mark {
					continue // gone
				}
				if i%11 == 5 {
					keys, was = append(keys, fmt.Sprintf("new %d %d", round, i)), append(was, -1)
				}
				keys, was = append(keys, k), append(was, i)
			}
			data.keys = keys
			l.Rearranged(was, nil, func(i int) bool { return keys[i] == mark })
			found := false
			for i, k := range keys {
				if row := l.Row(i); k == mark && row != nil {
					found = true
					if now := row.Position().Y; now != y {
						t.Fatalf("from bottom %v, round %d: the row moved from %v to %v", fromBottom, round, y, now)
					}
					if text := row.(*DayLine).text; text != mark {
						t.Fatalf("the row shows %q", text)
					}
				}
			}
			if !found {
				t.Fatalf("from bottom %v, round %d: the row is out of view", fromBottom, round)
			}
		}
	}
}
