package widget

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"pgregory.net/rapid"

	"sotto/internal/cputime"
)

// fakeRows is a list of rows with names and heights.
type fakeRows struct {
	keys    []string
	heights map[string]float32
	binds   int
	creates int
	measure int
	next    int
}

func newFakeRows(n int) *fakeRows {
	f := &fakeRows{heights: map[string]float32{}}
	for range n {
		f.keys = append(f.keys, f.fresh())
	}
	return f
}

func (f *fakeRows) fresh() string {
	f.next++
	k := fmt.Sprint(f.next)
	f.heights[k] = float32(20 + (f.next*37)%90)
	return k
}

func (f *fakeRows) Len() int         { return len(f.keys) }
func (f *fakeRows) Key(i int) string { return f.keys[i] }
func (f *fakeRows) Kind(int) int     { return 0 }
func (f *fakeRows) Height(i int, _ float32) float32 {
	f.measure++
	return f.heights[f.keys[i]]
}
func (f *fakeRows) CreateRow(int) fyne.CanvasObject {
	f.creates++
	return canvas.NewText("", nil)
}
func (f *fakeRows) Bind(o fyne.CanvasObject, i int) {
	f.binds++
	o.(*canvas.Text).Text = f.keys[i]
}

func (f *fakeRows) insert(at, n int) {
	var in []string
	for range n {
		in = append(in, f.fresh())
	}
	f.keys = append(f.keys[:at:at], append(in, f.keys[at:]...)...)
}

func (f *fakeRows) remove(at, n int) { f.keys = append(f.keys[:at:at], f.keys[at+n:]...) }

const viewWidth, viewHeight = 300, 400

func fakeList(t *testing.T, n int, fromBottom bool) (*VirtualList, *fakeRows) {
	f := newFakeRows(n)
	l := NewVirtualList(f)
	l.FromBottom = fromBottom
	window(t, l, viewWidth, viewHeight)
	return l, f
}

// seen maps the names of the rows in view to where they stand, and checks that
// they lie on each other without gaps and show what they should.
func seen(t interface{ Fatalf(string, ...any) }, l *VirtualList, f *fakeRows) map[string]float32 {
	out := map[string]float32{}
	y := float32(-1e9)
	for i := l.first; i <= l.last; i++ {
		o, ok := l.Row(i).(*canvas.Text)
		if !ok || o.Text != f.keys[i] {
			t.Fatalf("row %d shows %v, want %s", i, o, f.keys[i])
		}
		top := o.Position().Y
		if y > -1e8 && (top-y > 1.1 || y-top > 1.1) {
			t.Fatalf("row %d begins at %f, the one before ends at %f", i, top, y)
		}
		y = top + f.heights[f.keys[i]]
		if y > 0 && top < l.Size().Height {
			out[o.Text] = top
		}
	}
	return out
}

func TestListMakesOnlyWhatIsSeen(t *testing.T) {
	start := cputime.Used()
	l, f := fakeList(t, 100_000, true)
	for range 500 {
		l.ScrollBy(-300)
	}
	if f.creates > 60 || f.measure > 5000 {
		t.Errorf("%d rows made, %d measured", f.creates, f.measure)
	}
	if took := cputime.Used() - start; took > 3*time.Second {
		t.Errorf("500 turns of the wheel through 100,000 rows took %v", took)
	}
	l.ScrollTo(50_000, AtTop)
	if got := seen(t, l, f)[f.keys[50_000]]; !near(got, 0) {
		t.Errorf("row 50,000 stands at %f", got)
	}
	l.seek(1)
	if !l.AtBottom() {
		t.Error("the end of the scroll bar is not the bottom")
	}
	l.seek(0)
	if !l.AtTop() {
		t.Error("the beginning of the scroll bar is not the top")
	}
}

func TestListScrollingBindsOnlyNewRows(t *testing.T) {
	l, f := fakeList(t, 1000, true)
	before := f.binds
	l.ScrollBy(-30)
	if n := f.binds - before; n > 2 {
		t.Errorf("a small movement bound %d rows", n)
	}
}

func TestListStaysAtTheBottom(t *testing.T) {
	l, f := fakeList(t, 50, true)
	if !l.AtBottom() {
		t.Fatal("does not begin at the bottom")
	}
	f.insert(50, 3)
	l.Inserted(50, 3)
	if !l.AtBottom() || seen(t, l, f)[f.keys[52]] == 0 {
		t.Error("a new row below did not scroll in")
	}
	f.heights[f.keys[52]] += 40
	l.Changed(52)
	if !l.AtBottom() {
		t.Error("the last row grew out of view")
	}
	l.Resize(fyne.NewSize(viewWidth, 250))
	if !l.AtBottom() {
		t.Error("a smaller view (a growing composer) left the bottom")
	}
	l.ScrollBy(-100)
	f.insert(53, 1)
	l.Inserted(53, 1)
	if l.AtBottom() {
		t.Error("a new row moved what one reads")
	}
}

func TestListPadsShortLists(t *testing.T) {
	l, f := fakeList(t, 2, true)
	last := f.keys[1]
	if got := seen(t, l, f)[last] + f.heights[last]; !near(got, viewHeight) {
		t.Errorf("short list of messages ends at %f", got)
	}
	l, f = fakeList(t, 2, false)
	if got := seen(t, l, f)[f.keys[0]]; !near(got, 0) {
		t.Errorf("short list of conversations begins at %f", got)
	}
}

// TestListNeverJumps: whatever happens to rows out of view, above or below,
// what is in view stays where it is.
func TestListNeverJumps(t *testing.T) {
	l, f := fakeList(t, 200, true)
	rapid.Check(t, func(rt *rapid.T) {
		l.ScrollTo(rapid.IntRange(40, len(f.keys)-40).Draw(rt, "to"), AtCentre)
		before := seen(rt, l, f)
		first, last := l.VisibleRange()
		switch rapid.IntRange(0, 5).Draw(rt, "what") {
		case 0: // older messages load
			f.insert(0, 25)
			l.Inserted(0, 25)
		case 1: // newer arrive
			f.insert(len(f.keys), 2)
			l.Inserted(len(f.keys)-2, 2)
		case 2: // above goes
			f.remove(first-10, 5)
			l.Removed(first-10, 5)
		case 3: // below goes
			f.remove(last+2, 3)
			l.Removed(last+2, 3)
		case 4: // a picture above gets its height
			f.heights[f.keys[first-1]] += 120
			l.Changed(first - 1)
		case 5: // everything is told anew
			f.insert(first-5, 4)
			l.Reload()
		}
		after := seen(rt, l, f)
		for k, y := range before {
			if !near(after[k], y) {
				rt.Fatalf("row %s was at %f and is at %f", k, y, after[k])
			}
		}
		if len(f.keys) > 600 {
			f.remove(300, len(f.keys)-300)
			l.Reload()
		}
	})
}

func TestListKeepsItsPlace(t *testing.T) {
	l, f := fakeList(t, 300, true)
	if key, _ := l.Place(); key != "" {
		t.Errorf("the place at the bottom is %q", key)
	}
	l.ScrollTo(120, AtTop)
	l.ScrollBy(13)
	key, offset := l.Place()
	before := seen(t, l, f)
	l.ScrollToBottom()
	l.Restore(key, offset)
	for k, y := range seen(t, l, f) {
		if !near(before[k], y) {
			t.Errorf("row %s is at %f, was at %f", k, y, before[k])
		}
	}
	l.Restore("gone", 0)
	if !l.AtBottom() {
		t.Error("an unknown place is not the bottom")
	}
}

func TestListFromTheTopShowsWhatComesIn(t *testing.T) {
	l, f := fakeList(t, 100, false)
	f.insert(0, 1)
	l.Inserted(0, 1)
	if _, ok := seen(t, l, f)[f.keys[0]]; !ok {
		t.Error("a conversation that came in at the top is out of view")
	}
	f.keys[0], f.keys[30] = f.keys[30], f.keys[0]
	l.Reload()
	if !l.AtTop() {
		t.Error("reordering scrolled away from the top")
	}
	l.ScrollBy(500)
	before := seen(t, l, f)
	f.insert(0, 1)
	l.Inserted(0, 1)
	for k, y := range before {
		if got := seen(t, l, f)[k]; !near(got, y) {
			t.Errorf("row %s moved from %f to %f", k, y, got)
		}
	}
}

func TestListTellsWhatIsInView(t *testing.T) {
	f := newFakeRows(500)
	l := NewVirtualList(f)
	l.FromBottom = true
	var first, last, calls int
	l.OnVisible = func(a, b int) {
		first, last = a, b
		if calls++; a < 3 && len(f.keys) < 600 { // the next page, from within
			f.insert(0, 50)
			l.Inserted(0, 50)
		}
	}
	window(t, l, viewWidth, viewHeight)
	if last != 499 || first < 480 {
		t.Errorf("in view are %d to %d", first, last)
	}
	l.ScrollToTop()
	if len(f.keys) != 550 {
		t.Errorf("no page was loaded at the top: %d rows", len(f.keys))
	}
	seen(t, l, f)
}

func TestListScrollsToTheNearest(t *testing.T) {
	l, f := fakeList(t, 100, false)
	l.ScrollTo(1, Nearest)
	if !l.AtTop() {
		t.Error("a row in view scrolled")
	}
	l.ScrollTo(40, Nearest)
	k := f.keys[40]
	if got := seen(t, l, f)[k] + f.heights[k]; !near(got, viewHeight) {
		t.Errorf("row 40 ends at %f", got)
	}
	l.ScrollTo(20, Nearest)
	if got := seen(t, l, f)[f.keys[20]]; !near(got, 0) {
		t.Errorf("row 20 begins at %f", got)
	}
}

func TestListSurvivesAnEmptyAdapterAndForgottenNews(t *testing.T) {
	l, f := fakeList(t, 0, true)
	l.ScrollBy(10)
	l.ScrollToBottom()
	l.Reload()
	f.insert(0, 30)
	l.Refresh() // nobody said Inserted
	seen(t, l, f)
	f.remove(0, 30)
	l.Removed(0, 30)
	if a, b := l.VisibleRange(); b >= a {
		t.Errorf("an empty list shows %d to %d", a, b)
	}
}

func TestListKeys(t *testing.T) {
	l, _ := fakeList(t, 100, false)
	var moves []int
	l.OnMove = func(by int) bool { moves = append(moves, by); return true }
	press(l, fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyHome)
	if fmt.Sprint(moves) != "[1 -1 10 -100]" || !l.AtTop() {
		t.Errorf("moves %v", moves)
	}
	l.OnMove = nil
	press(l, fyne.KeyEnd)
	if !l.AtBottom() {
		t.Error("End does not scroll")
	}
}
