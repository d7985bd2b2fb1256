package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sotto/ui/theme"
)

func TestInspectListsWhatIsVisible(t *testing.T) {
	a := test.NewApp()
	defer a.Quit()
	theme.Apply(a, theme.Options{Variant: theme.Light})
	w := a.NewWindow("inspect")
	w.SetPadded(false)
	secret := Name(NewSecretField("Passphrase"), "secret")
	secret.SetText("correct horse")
	secret.SetError("Wrong.")
	hidden := Name(NewButton("Hidden", Primary, nil), "hidden")
	hidden.Hide()
	tall := container.New(Column{Gap: 8},
		Name(NewButton("Send", Primary, nil), "send"), hidden, secret,
		NewParagraph("Two words", Body, theme.Text, 200),
		container.New(Inset{Top: 900}), Name(NewButton("Far below", Secondary, nil), "below"))
	w.SetContent(NewStage(NewScroll(tall)))
	w.Resize(fyne.NewSize(400, 300))

	seen := map[string]Seen{}
	texts := map[string]bool{}
	for _, s := range Inspect(w.Canvas()) {
		seen[s.Name] = s
		texts[s.Text] = true
	}
	if s := seen["send"]; s.Text != "Send" || s.W < 50 || s.H < 30 || s.Y != 0 {
		t.Errorf("the button is listed as %+v", s)
	}
	if _, ok := seen["hidden"]; ok {
		t.Error("a hidden control is listed")
	}
	if _, ok := seen["below"]; ok {
		t.Error("a control below the fold is listed")
	}
	if _, ok := seen["secret"]; !ok || texts["correct horse"] || !texts["Wrong."] {
		t.Errorf("the secret field: %v, texts %v", ok, texts)
	}
	if !texts["Two words"] {
		t.Errorf("texts %v", texts)
	}
	if Find(w.Canvas(), "send") == nil || Find(w.Canvas(), "below") != nil {
		t.Error("Find sees other things than Inspect")
	}
}
