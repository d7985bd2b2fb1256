package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWrongTriesAreCountedOverRestarts counts in what every program finds again,
// whatever the time of the computer is.
func TestWrongTriesAreCountedOverRestarts(t *testing.T) {
	dir := withFactor(t, "right", aKeyFile(1))
	wrong := func(want int) {
		t.Helper()
		if got := WrongTries(dir); got != want {
			t.Fatalf("%d wrong tries, want %d", got, want)
		}
	}
	wrong(0)
	for i, try := range []struct {
		pass   string
		second []byte
	}{{"no", secretOf(1)}, {"right", secretOf(2)}, {"no", secretOf(2)}} {
		if opens(dir, try.pass, try.second) == nil {
			t.Fatal("opened")
		}
		wrong(i + 1)
	}
	// What was not a try is not counted.
	if opens(dir, "right", nil) == nil || opens(dir, "", secretOf(1)) == nil {
		t.Fatal("opened")
	}
	wrong(3)
	must(t, os.Chtimes(filepath.Join(dir, triesName), time.Unix(0, 0), time.Unix(0, 0)))
	wrong(3)
	s, err := Open(dir, Unlock{[]byte("right"), secretOf(1)}, Options{})
	must(t, err)
	wrong(0)
	if s.CheckPassphrase([]byte("no")) {
		t.Error("wrong passphrase")
	}
	wrong(1)
	if !s.CheckPassphrase([]byte("right")) {
		t.Error("right passphrase")
	}
	wrong(0)
	must(t, s.Close())

	for _, damage := range []string{"", "{", `{"wrong":-5}`, `{"wrong":99999999999}`} {
		must(t, os.WriteFile(filepath.Join(dir, triesName), []byte(damage), 0o600))
		if PenaltyFor(WrongTries(dir)) != maxPenalty {
			t.Errorf("%q gives free tries", damage)
		}
	}
	must(t, opens(dir, "right", secretOf(1)))
	must(t, Destroy(dir, Options{}))
	if _, err := os.Stat(dir); err == nil {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("Destroy leaves %v", left)
		}
	}
}

func TestPenalty(t *testing.T) {
	for wrong, want := range map[int]time.Duration{
		0: 0, 2: 0, 3: 2 * time.Second, 4: 4 * time.Second, 7: 32 * time.Second, 8: time.Minute, manyTries: time.Minute,
	} {
		if got := PenaltyFor(wrong); got != want {
			t.Errorf("%d wrong tries cost %v, want %v", wrong, got, want)
		}
	}
}
