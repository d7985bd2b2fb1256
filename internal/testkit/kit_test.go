package testkit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/testkit"
)

func TestTextBothWaysThroughTheNetwork(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	bob.Send(alice, "hello Alice")
	bob.Exchange()
	alice.Exchange()
	if got := alice.Texts(bob); !slices.Equal(got, []string{"hello", "hello Alice"}) {
		t.Fatalf("Alice sees %q", got)
	}
	if s := alice.Status(); s.Connection != model.Online || len(s.Paths) != 2 || len(s.Paths[0].Hops) != 3 || s.Pending != 0 {
		t.Fatalf("status: %+v", s)
	}
	phone := alice.Device()
	phone.Exchange()
	if got := phone.Texts(bob); !slices.Equal(got, []string{"hello", "hello Alice"}) {
		t.Fatalf("the second device sees %q", got)
	}
}

func TestLossyNetworkLosesNothing(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	kit.Drop(t, 0.05)
	const n = 30
	for i := range n {
		alice.Send(bob, fmt.Sprint("a", i))
		bob.Send(alice, fmt.Sprint("b", i))
		if i == n/2 {
			bob.Quit()
			bob.Start()
		}
	}
	for _, p := range []struct {
		who, with *testkit.Person
	}{{alice, bob}, {bob, alice}} {
		p.who.AwaitFor(2*time.Minute, "all texts", func() bool {
			return len(p.who.Texts(p.with)) == 2*n+1 && p.who.Status().Pending == 0
		})
	}
	kit.Heal(t)
	alice.Exchange()
	bob.Exchange()
	for _, p := range []struct {
		who, with *testkit.Person
		prefix    string
	}{{alice, bob, "b"}, {bob, alice, "a"}} {
		next := 0
		for _, text := range p.who.Texts(p.with) {
			if text[0] != p.prefix[0] {
				continue
			}
			if want := fmt.Sprint(p.prefix, next); text != want {
				t.Fatalf("%s sees %q where %q belongs", p.who.Me().Name, text, want)
			}
			next++
		}
		if next != n {
			t.Fatalf("%s has %d texts, want %d", p.who.Me().Name, next, n)
		}
	}
}

func TestDisappearWithTheNetworksTime(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	alice.Must(alice.SetTimer(alice.Ctx(), bob.ID(), model.Timer{Mode: model.ExpireAfterSend, Seconds: 12 * 60 * 60}))
	alice.Send(bob, "soon gone")
	alice.Exchange()
	bob.Exchange()
	if got := bob.Texts(alice); !slices.Equal(got, []string{"hello", "soon gone"}) {
		t.Fatalf("Bob sees %q", got)
	}
	alice.Log.ExpectErrors() // this computer's clock is half a day off now
	bob.Log.ExpectErrors()
	kit.Advance(t, 12*time.Hour+time.Minute)
	for _, p := range []struct{ who, with *testkit.Person }{{alice, bob}, {bob, alice}} {
		p.who.Await("the text to disappear", func() bool { return len(p.who.Texts(p.with)) == 1 })
	}
}

func TestNames(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	if err := kit.Net.RegisterONS("bobby", bob.Me().ID); err != nil {
		t.Fatal(err)
	}
	id, err := alice.ResolveName(alice.Ctx(), "Bobby")
	if err != nil || id != bob.Me().ID {
		t.Fatalf("name leads to the wrong account (%v)", err)
	}
	for name, want := range map[string]model.Reason{"nobody-has-this": model.ReasonNotFound, "not a name": model.ReasonInvalid} {
		if _, err := alice.ResolveName(alice.Ctx(), name); model.ReasonOf(err) != want {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
	one, err := alice.SafetyNumber(bob.ID())
	alice.Must(err)
	other, err := bob.SafetyNumber(alice.ID())
	bob.Must(err)
	if one != other || len(one) != 71 {
		t.Fatalf("safety numbers %q and %q", one, other)
	}
}
