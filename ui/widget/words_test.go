package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

var someWords = []string{"amused", "jigsaw", "lakeside", "orbit", "ouch", "pepper", "rhyme", "rhythm", "tunnel", "velvet"}

func wordGrid(t *testing.T) *WordGrid {
	g := NewWordGrid(13, someWords)
	window(t, g, 640, 400)
	return g
}

func TestWordsCompleteAsTyped(t *testing.T) {
	g := wordGrid(t)
	g.Focus(0)
	write(g.boxes[0].edit, "LAk")
	if g.boxes[0].edit.ghost != "eside" || !g.menu.open() {
		t.Errorf("completion %q", g.boxes[0].edit.ghost)
	}
	press(g.boxes[0].edit, fyne.KeyTab)
	if g.Words()[0] != "lakeside" || !g.boxes[1].edit.focused {
		t.Errorf("word %q, second box has the keyboard: %t", g.Words()[0], g.boxes[1].edit.focused)
	}
	write(g.boxes[1].edit, "rhy")
	press(g.boxes[1].edit, fyne.KeyDown)
	write(g.boxes[1].edit, " ")
	if g.Words()[1] != "rhythm" || !g.boxes[2].edit.focused {
		t.Errorf("second word %q", g.Words()[1])
	}
	press(g.boxes[2].edit, fyne.KeyBackspace)
	if !g.boxes[1].edit.focused {
		t.Error("Backspace in an empty box does not go back")
	}
}

func TestWrongWordIsMarkedWhenLeft(t *testing.T) {
	g := wordGrid(t)
	g.Focus(6)
	write(g.boxes[6].edit, "tunell")
	if box, _ := g.FirstUnknown(); box != -1 {
		t.Error("marked while being typed")
	}
	g.Focus(7)
	box, near := g.FirstUnknown()
	if box != 6 || len(near) == 0 || near[0] != "tunnel" {
		t.Errorf("box %d, near %v", box, near)
	}
}

func TestPastingFillsAllBoxes(t *testing.T) {
	g := wordGrid(t)
	phrase := strings.Repeat("amused orbit ", 6) + "velvet"
	fyne.CurrentApp().Clipboard().SetContent("  1. " + strings.ReplaceAll(phrase, " ", "\n"))
	g.Focus(4)
	g.boxes[4].edit.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if got := strings.Join(g.Words(), " "); got != phrase || !g.Filled() {
		t.Errorf("words %q", got)
	}
	g.Clear()
	if g.Filled() || g.Words()[0] != "" {
		t.Error("not cleared")
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"tunell", "tunnel", 2}, {"ouhc", "ouch", 1}, {"orbit", "orbit", 0}, {"", "ab", 2}, {"pepepr", "pepper", 1}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%s to %s is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
