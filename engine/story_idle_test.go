package engine

import (
	"fmt"
	"testing"
	"time"

	"sotto/engine/model"
)

// rest waits until nothing is on its way.
func (p *person) rest() {
	p.t.Helper()
	for quiet := 0; quiet < 2; {
		var busy bool
		p.must(p.do(p.ctx(), func(c *core) error {
			busy = c.poll.busy || c.visiting() || c.out.busy > 0 || c.configs.push.busy
			return nil
		}))
		if quiet++; busy {
			quiet = 0
		}
	}
}

// An account with 50 groups and 20 rooms, in none of which anything happens, asks
// little: each group every two minutes at most, all rooms together twice a minute.
func TestIdleAccountAsksLittle(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	groups, rooms := 50, 20
	if testing.Short() {
		groups, rooms = 10, 5
	}
	var names []string
	for i := range rooms {
		names = append(names, fmt.Sprint("room", i))
	}
	_, urls := k.serve(names...)
	for _, url := range urls {
		_, err := alice.JoinCommunity(alice.ctx(), url)
		alice.must(err)
	}
	for i := range groups {
		_, err := alice.CreateGroup(alice.ctx(), fmt.Sprint("Group ", i), "", ids(bob))
		alice.must(err)
	}
	bob.quit()
	k.settle(alice)
	k.clock.Advance(8 * 24 * time.Hour)
	count := func() (all, servers int) {
		k.world.mu.Lock()
		defer k.world.mu.Unlock()
		return k.world.requests, k.world.served[lounge]
	}
	pass := func(minutes int) {
		for range minutes * 12 {
			k.clock.Advance(5 * time.Second)
			alice.rest()
		}
	}
	pass(15) // what the clock's jump made due
	before, asked := count()
	const minutes = 10
	pass(minutes)
	after, answered := count()
	perMinute := float64(after-before) / minutes
	t.Logf("%d groups and %d rooms: %.1f requests a minute to swarms, %.1f to the community's server", groups, rooms, perMinute, float64(answered-asked)/minutes)
	if most := float64(groups)/2*1.3 + 8; perMinute > most {
		t.Errorf("%.1f requests a minute to swarms, want at most %.1f", perMinute, most)
	}
	if n := float64(answered-asked) / minutes; n > 3 {
		t.Errorf("%.1f requests a minute to the community's server", n)
	}
}

func TestRestoredAdminKeepsWhoCameBack(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	bob.must(bob.LeaveGroup(bob.ctx(), conv))
	k.settle(bob, alice)
	k.clock.Advance(time.Minute)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(bob), false))
	k.settle(alice, bob, alice)
	if s := alice.state(conv, bob); s != model.MemberAccepted {
		t.Fatalf("Bob, who came back, is %v", s)
	}
	alice.pushed()
	second := restore(t, k.world, alice.account)
	k.settle(second, alice, bob)
	for _, p := range []*person{second, alice} {
		if s := p.state(conv, bob); s != model.MemberAccepted {
			t.Errorf("after another device read two weeks at once Bob is %v", s)
		}
	}
}

func TestServerWithAnotherKeyIsRefused(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge", "questions")
	alice := k.person("Alice")
	alice.join(urls[0])
	other := urls[1][:len(urls[1])-4] + "0000"
	if _, err := alice.JoinCommunity(alice.ctx(), other); model.ReasonOf(err) != model.ReasonRejected {
		t.Errorf("another key for the same server: %v", err)
	}
	for _, url := range []string{"", "lounge", "https://example.org", "https://example.org/room", "https://example.org/room?public_key=12"} {
		if _, err := alice.JoinCommunity(alice.ctx(), url); model.ReasonOf(err) != model.ReasonInvalid {
			t.Errorf("joining %q: %v", url, err)
		}
	}
}
