package redact

import (
	"strings"
	"testing"
)

func TestIDIsStableAndHidesItsInput(t *testing.T) {
	const id = "05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72"
	a, b := ID(id), ID(id)
	if a != b {
		t.Fatalf("one id has two names: %s, %s", a, b)
	}
	if ID(id[:65]+"3") == a {
		t.Fatal("two ids share a name")
	}
	if len(a) != len("id:")+6 || strings.Contains(id, strings.TrimPrefix(a, "id:")) {
		t.Fatalf("name %q shows part of the id", a)
	}
}
