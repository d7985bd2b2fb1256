package people

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine/model"
)

func (l *List) told() string {
	var out []string
	for _, it := range l.items {
		if it.letter != "" {
			out = append(out, "("+it.letter+")")
			continue
		}
		out = append(out, it.person.Name)
	}
	return strings.Join(out, " ")
}

func TestFromAToZ(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, nil)
	l := NewList()
	w.SetContent(l.Object())
	w.Resize(fyne.NewSize(300, 400))
	var all []Person
	for _, name := range []string{"zoë", "Élodie", "Edgar", "晴子", "4 guests", "ana", "🙂", "Ana B"} {
		all = append(all, Person{ID: model.ConversationID("05" + name), Name: name})
	}
	all[2].More = "Eddie"
	l.Set(all)
	if want := "(A) ana Ana B (E) Edgar Élodie (Z) zoë (晴) 晴子 (#) 4 guests 🙂"; l.told() != want {
		t.Errorf("the list is %s, want %s", l.told(), want)
	}
	for typed, want := range map[string]string{
		"ELO": "(E) Élodie", "zoe": "(Z) zoë", "eddie": "(E) Edgar", "an": "(A) ana Ana B", "nobody": "", "05ana": "(A) ana",
	} {
		if l.Find(typed); l.told() != want {
			t.Errorf("%q finds %s, want %s", typed, l.told(), want)
		}
	}
	l.Find("")
	chosen := ""
	l.Chosen = func(_ model.ConversationID, name string) { chosen = name }
	l.Focus(w.Canvas())
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn} {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
	if chosen != "Edgar" {
		t.Errorf("chose %q", chosen)
	}
	above := false
	l.Above = func() { above = true }
	for range 3 {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	}
	if !above {
		t.Error("from the first row nothing leads back to the field")
	}
}
