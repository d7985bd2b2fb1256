package group

import "testing"

func TestSuperseded(t *testing.T) {
	s := testSecret(t, "garden")
	alice, bob := person(t, "alice"), person(t, "bob")
	k := newKeys(t, s.ID(), alice, s)
	for i, at := range []int64{1000, 2000, 3000} {
		m, err := k.Rekey(ids(alice, bob))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Load(string(rune('a'+i)), m, at); err != nil {
			t.Fatal(err)
		}
	}
	check := func(index int, want int64) {
		t.Helper()
		if at, ok := k.Superseded(index); at != want || ok != (want != 0) {
			t.Errorf("key %d of All is superseded at %d (%v), want %d", index, at, ok, want)
		}
	}
	check(0, 0)
	check(1, 3000)
	check(2, 2000)
	check(3, 0)
	check(-1, 0)
	// A pending key comes before all, and supersedes nothing until it is seen.
	if _, err := k.Rekey(ids(alice)); err != nil {
		t.Fatal(err)
	}
	check(0, 0)
	check(1, 0)
	check(2, 3000)
}
