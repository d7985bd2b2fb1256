package testkit

import (
	"os"
	"testing"

	"sotto/engine"
	"sotto/engine/localnet"
)

// holders returns the nodes that keep messages, with how many in all.
func (k *Kit) holders(t *testing.T) (nodes []int, messages int) {
	t.Helper()
	s, err := k.Net.State()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range s.Nodes {
		if n.Messages > 0 {
			nodes = append(nodes, n.Index)
			messages += n.Messages
		}
	}
	return nodes, messages
}

// notes lets somebody who is alone on the network fill the own swarm.
func (p *Person) notes(texts ...string) {
	p.t.Helper()
	for _, s := range texts {
		p.Send(p, s)
	}
	p.Exchange()
}

// TestClearDataLeavesNothing deletes an account from the network and from this
// computer: no node has anything of it, the folder is empty, and the same
// account comes back with nothing.
func TestClearDataLeavesNothing(t *testing.T) {
	k := New(t)
	alice := k.Alice(t)
	alice.notes("one", "two", "three")
	if members, n := k.holders(t); len(members) < 3 || n < 9 {
		t.Fatalf("%d messages at the nodes %v before the test", n, members)
	}
	phrase, err := alice.RecoveryPhrase(alice.Ctx())
	alice.Must(err)
	cleared, err := alice.ClearNetwork(alice.Ctx())
	alice.Must(err)
	if cleared.Members < 3 || cleared.Confirmed != cleared.Members {
		t.Errorf("cleared %+v", cleared)
	}
	if nodes, n := k.holders(t); n != 0 {
		t.Errorf("%d messages are left, at the nodes %v", n, nodes)
	}
	id := alice.Me().ID
	alice.Quit()
	alice.Must(engine.Destroy(alice.options()))
	if entries, err := os.ReadDir(alice.dir); err != nil || len(entries) != 0 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}

	again := k.device(t, "Alice", engine.Origin{Phrase: phrase})
	again.Exchange()
	if again.Me().ID != id {
		t.Fatal("another account came back")
	}
	if list := again.Conversations(engine.Filter{Hidden: true}); len(list) != 0 {
		t.Errorf("something came back from the network: %+v", list)
	}
}

// TestClearDataLeavesOthersAlone has somebody else on the network, whose swarm
// may be the same.
func TestClearDataLeavesOthersAlone(t *testing.T) {
	k := New(t)
	alice, bob := k.Alice(t), k.Bob(t)
	bob.notes("mine")
	alice.notes("one", "two")
	_, err := alice.ClearNetwork(alice.Ctx())
	alice.Must(err)
	device := bob.Device()
	device.Exchange()
	if got := device.Texts(bob); len(got) != 1 || got[0] != "mine" {
		t.Errorf("Bob's other device finds %q", got)
	}
}

// TestClearDataCountsWhoIsAway loses one member of the swarm.
func TestClearDataCountsWhoIsAway(t *testing.T) {
	t.Parallel() // it waits for answers that do not come
	k := New(t)
	alice := k.Alice(t)
	alice.Log.ExpectErrors()
	alice.notes("one")
	members, _ := k.holders(t)
	k.Faults(t, localnet.Faults{Drop: 1}, members[0])
	cleared, err := alice.ClearNetwork(alice.Ctx())
	alice.Must(err)
	if cleared.Members != len(members) || cleared.Confirmed != len(members)-1 {
		t.Errorf("%d members, one away: %+v", len(members), cleared)
	}
	k.Heal(t)
	if left, _ := k.holders(t); len(left) != 1 || left[0] != members[0] {
		t.Errorf("nodes %v still have messages, want only the one that was away (%d)", left, members[0])
	}
}
