package identity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

const carolID = "05aa654f00fc39fc69fd0db829410ca38177d7732a8d2f0934ab3872ac56d5aa74"

// The numbers were computed by a second implementation from the docstring of
// SafetyNumber. They must never change without a new version.
func TestSafetyNumberVectors(t *testing.T) {
	tests := []struct{ a, b, want string }{
		{aliceID, bobID, "31840 18618 88834 40869 24202 16325 43083 45317 69157 23214 87060 13362"},
		{bobID, carolID, "31840 18618 88834 40869 24202 16325 59925 22602 57749 00493 36233 52396"},
		{aliceID, carolID, "43083 45317 69157 23214 87060 13362 59925 22602 57749 00493 36233 52396"},
	}
	for _, tt := range tests {
		a, b := mustID(t, tt.a), mustID(t, tt.b)
		hers, err := identity.NewSafetyNumber(a, b)
		if err != nil {
			t.Fatal(err)
		}
		his, err := identity.NewSafetyNumber(b, a)
		if err != nil {
			t.Fatal(err)
		}
		if hers != his {
			t.Errorf("the two sides see %s and %s", hers, his)
		}
		if hers.String() != tt.want || hers.Digits() != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%s, want %s", hers, tt.want)
		}
		if got := hers.Groups(); !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("groups %v", got)
		}
	}
}

func TestSafetyNumberNeedsAccounts(t *testing.T) {
	alice := mustID(t, aliceID)
	group := identity.NewID(identity.Group, alice.Key())
	for _, pair := range [][2]identity.ID{{alice, group}, {group, alice}, {alice, {}}} {
		if n, err := identity.NewSafetyNumber(pair[0], pair[1]); !errors.Is(err, identity.ErrSafetyID) || n.Groups() != nil {
			t.Errorf("%v: %s, %v", pair, n, err)
		}
		if _, err := identity.SafetyNumberQR(pair[0], pair[1]); !errors.Is(err, identity.ErrSafetyID) {
			t.Errorf("%v: %v", pair, err)
		}
		if err := identity.CompareSafetyNumberQR(pair[0], pair[1], ""); !errors.Is(err, identity.ErrSafetyID) {
			t.Errorf("%v: %v", pair, err)
		}
	}
}

func TestSafetyNumberQR(t *testing.T) {
	alice, bob, carol := mustID(t, aliceID), mustID(t, bobID), mustID(t, carolID)
	shown := func(me, peer identity.ID) string {
		t.Helper()
		text, err := identity.SafetyNumberQR(me, peer)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	const want = "SOTTO-SN:1:F5747B92CBF6074E952526B3B0DA657D6CEA8E6E28C45AF4B40026A78752DC9A" +
		"70E7133140C9AB3E617A55BEB40482882CCF6245E84FD2BF0A50B2F3F5E5D048"
	if got := shown(alice, bob); got != want {
		t.Errorf("alice shows %s", got)
	}
	tests := []struct {
		name, scanned string
		want          error
	}{
		{"bob's code", shown(bob, alice), nil},
		{"bob's code, lower case with a line break", strings.ToLower(shown(bob, alice)) + "\n", nil},
		{"own code", shown(alice, bob), identity.ErrSafetyOwnCode},
		{"bob talks to carol", shown(bob, carol), identity.ErrSafetyMismatch},
		{"carol sits in between", shown(carol, alice), identity.ErrSafetyMismatch},
		{"one digit", strings.Replace(shown(bob, alice), "SOTTO-SN:1:7", "SOTTO-SN:1:8", 1), identity.ErrSafetyMismatch},
		{"version 2", strings.Replace(shown(bob, alice), ":1:", ":2:", 1), identity.ErrSafetyVersion},
		{"short", shown(bob, alice)[:100], identity.ErrSafetyFormat},
		{"no hexadecimal", strings.Replace(shown(bob, alice), "SOTTO-SN:1:7", "SOTTO-SN:1:X", 1), identity.ErrSafetyFormat},
		{"a Session ID", bobID, identity.ErrSafetyFormat},
		{"empty", "", identity.ErrSafetyFormat},
		{"endless", strings.Repeat(":", 1<<20), identity.ErrSafetyFormat},
	}
	for _, tt := range tests {
		if err := identity.CompareSafetyNumberQR(alice, bob, tt.scanned); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func FuzzCompareSafetyNumberQR(f *testing.F) {
	alice, bob := mustID(f, aliceID), mustID(f, bobID)
	good, err := identity.SafetyNumberQR(bob, alice)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("SOTTO-SN:1:")
	f.Fuzz(func(t *testing.T, scanned string) {
		err := identity.CompareSafetyNumberQR(alice, bob, scanned)
		if err == nil && !strings.Contains(strings.ToUpper(scanned), good) {
			t.Errorf("%q was accepted", scanned)
		}
	})
}
