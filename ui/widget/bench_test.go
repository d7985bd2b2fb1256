package widget

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// chatRows is a long conversation of bubbles of all lengths.
type chatRows struct{ models []BubbleModel }

func newChatRows(n int) *chatRows {
	c := &chatRows{}
	words := strings.Fields("the early train leaves at four and we could meet at the little station with the clock that is always wrong 👍")
	for i := range n {
		var s []string
		for j := range 1 + (i*7919)%40 {
			s = append(s, words[(i*31+j*17)%len(words)])
		}
		c.models = append(c.models, BubbleModel{
			Spans: ParseText(strings.Join(s, " "), nil), Outgoing: i%3 == 0, First: i%4 == 0, Last: i%4 == 3,
			Time: fmt.Sprintf("%02d:%02d", i/60%24, i%60), State: State(i % 4),
		})
	}
	return c
}

func (c *chatRows) Len() int                        { return len(c.models) }
func (c *chatRows) Key(i int) string                { return fmt.Sprint(i) }
func (c *chatRows) Kind(int) int                    { return 0 }
func (c *chatRows) Height(i int, w float32) float32 { return HeightOfBubble(&c.models[i], w) }
func (c *chatRows) CreateRow(int) fyne.CanvasObject { return NewBubble() }
func (c *chatRows) Bind(o fyne.CanvasObject, i int) { o.(*Bubble).Set(c.models[i]) }

// BenchmarkScroll turns the wheel by 400 px through 100,000 messages: the own
// work of one frame, without painting.
func BenchmarkScroll(b *testing.B) {
	l := NewVirtualList(newChatRows(100_000))
	l.FromBottom, l.MaxColumn, l.Side = true, 760, 24
	w := test.NewWindow(l)
	defer w.Close()
	w.Resize(fyne.NewSize(960, 700))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		l.ScrollBy(-400)
	}
}

// BenchmarkMeasure measures one message.
func BenchmarkMeasure(b *testing.B) {
	c := newChatRows(2000)
	b.ReportAllocs()
	for i := range b.N {
		HeightOfBubble(&c.models[i%2000], 760)
	}
}
