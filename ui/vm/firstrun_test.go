package vm

import (
	"context"
	"strings"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
)

// fakeStarter is the program around a first run.
type fakeStarter struct {
	keyring bool
	fails   error
	made    chan engine.Protection
	origin  engine.Origin
	name    string
}

func (f *fakeStarter) Keyring() bool { return f.keyring }

func (f *fakeStarter) Create(_ context.Context, p engine.Protection, o engine.Origin, name string) error {
	f.origin, f.name = o, name
	f.made <- p
	return f.fails
}

func begin(t *testing.T, f *fakeStarter) (*desktop, *Onboarding) {
	f.made = make(chan engine.Protection, 1)
	d := newDesktop(t)
	o := NewOnboarding(d.Desk, f)
	d.until("the key ring answers", func() bool { return o.Asked })
	return d, o
}

func TestCreateUsesTheKeyRingWhereThereIsOne(t *testing.T) {
	f := &fakeStarter{keyring: true}
	d, o := begin(t, f)
	if o.Ready() {
		t.Error("ready without a name")
	}
	o.Name = "Robin"
	o.Create()
	if !o.Busy {
		t.Error("does not show that it began")
	}
	d.until("created", func() bool { return !o.Busy })
	if p := <-f.made; !p.Keyring || f.name != "Robin" || f.origin.Phrase != "" {
		t.Errorf("created with %+v, %q", p, f.name)
	}
}

func TestWithoutKeyRingAPassphraseIsAskedFor(t *testing.T) {
	f := &fakeStarter{}
	d, o := begin(t, f)
	o.Name = "Robin"
	if o.Ready() {
		t.Error("ready without any protection chosen")
	}
	o.Choice.Passphrase, o.Choice.Again = "correct horse", "correct hors"
	if o.Ready() || o.Choice.Problem() == "" {
		t.Error("two different passphrases pass")
	}
	o.Choice.Again = "correct horse"
	o.Create()
	d.until("created", func() bool { return !o.Busy })
	if p := <-f.made; string(p.Passphrase) != "correct horse" {
		t.Errorf("created with %+v", p)
	}
	if o.Choice.Passphrase != "" || o.Choice.Again != "" {
		t.Error("the passphrase is kept after it was used")
	}
}

func TestNoProtectionTakesAnExplicitChoice(t *testing.T) {
	f := &fakeStarter{}
	d, o := begin(t, f)
	o.Name, o.Choice.Kind = "Robin", ByNothing
	o.Create()
	d.until("created", func() bool { return !o.Busy })
	if p := <-f.made; !p.None || p.Keyring || p.Passphrase != nil {
		t.Errorf("created with %+v", p)
	}
}

func TestFailedCreateSaysWhy(t *testing.T) {
	f := &fakeStarter{keyring: true, fails: model.Fail(model.ReasonDisk, "full", nil)}
	d, o := begin(t, f)
	o.Name = "Robin"
	o.Create()
	d.until("answered", func() bool { return !o.Busy })
	if !strings.Contains(o.Problem, "room") {
		t.Errorf("says %q", o.Problem)
	}
}

func TestNamesOfTheFirstRun(t *testing.T) {
	o := &Onboarding{}
	for _, c := range []struct {
		name string
		bad  bool
	}{
		{"", false}, {"  ", false}, {"Robin", false}, {"晴子", false}, {strings.Repeat("é", 51), true},
	} {
		o.Name = c.name
		if got := o.NameProblem(); (got != "") != c.bad {
			t.Errorf("%q: %q", c.name, got)
		}
	}
}

const (
	goodPhrase = "dubbed lexicon poverty psychic mechanic acidic cavernous noises doorway odds governing arena doorway"
	goodHex    = "00112233445566778899aabbccddeeff"
)

func TestCheckWords(t *testing.T) {
	good := strings.Fields(goodPhrase)
	swapped := append([]string(nil), good...)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	part := append([]string(nil), good...)
	part[12] = ""
	for _, c := range []struct {
		what     string
		words    []string
		unknown  int
		complete bool
		title    string
	}{
		{"right", good, -1, true, ""},
		{"unfinished", part, -1, false, ""},
		{"unknown word", good, 2, false, "Word 3"},
		{"swapped", swapped, -1, false, "each other’s place"},
	} {
		s := CheckWords(c.words, c.unknown, nil)
		if s.Complete != c.complete || (c.title == "") != (s.Title == "") || !strings.Contains(s.Title, c.title) {
			t.Errorf("%s: %+v", c.what, s)
		}
	}
}

func TestReadPhrase(t *testing.T) {
	for _, c := range []struct {
		what, text string
		words      int
		whole      bool
		problem    bool
	}{
		{"words", goodPhrase, 13, false, false},
		{"words with line breaks", strings.ReplaceAll(goodPhrase, " ", "\n"), 13, false, false},
		{"code", goodHex, 0, true, false},
		{"short code", goodHex[:20], 0, false, true},
		{"nothing", "", 0, false, true},
		{"a sentence", "see you at nine", 4, false, true},
		{"a book", strings.Repeat("word ", 5000), 26, false, true},
	} {
		words, whole, s := ReadPhrase(c.text)
		if len(words) != c.words || (whole != "") != c.whole || (s.Title != "") != c.problem {
			t.Errorf("%s: %d words, whole %q, %+v", c.what, len(words), whole, s)
		}
	}
}

func TestWordListIsWhole(t *testing.T) {
	list := WordList()
	if len(list) != 1626 {
		t.Errorf("%d words", len(list))
	}
	for _, w := range strings.Fields(goodPhrase) {
		found := false
		for _, l := range list {
			found = found || l == w
		}
		if !found {
			t.Errorf("%q is not in it", w)
		}
	}
}
