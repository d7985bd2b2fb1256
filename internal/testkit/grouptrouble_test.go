package testkit_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

// history are all texts of a conversation, oldest first, those of one millisecond
// in the order of their words: nothing else decides about it.
func history(p *testkit.Person, conv model.ConversationID) []string {
	page := p.Page(conv, model.Anchor{End: true}, 1000, 0)
	list := page.Messages
	for page.MoreBefore {
		page = p.Page(conv, model.Anchor{Message: list[0].ID}, 1000, 0)
		list = append(page.Messages[:len(page.Messages)-1:len(page.Messages)-1], list...)
	}
	slices.SortStableFunc(list, func(a, b model.Message) int {
		return cmp.Or(cmp.Compare(a.Timestamp, b.Timestamp), strings.Compare(a.Text, b.Text))
	})
	var texts []string
	for _, m := range list {
		if m.Text != "" {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// group is what somebody sees of a group, as text.
func group(p *testkit.Person, conv model.ConversationID) string {
	g, _ := p.Group(conv)
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d s, ready %t:", g.Name, g.Description, g.Timer.Seconds, g.Ready)
	for _, m := range g.Members {
		fmt.Fprintf(&b, " %s/%t/%v", m.ID.String()[2:8], m.Admin, m.State)
	}
	return b.String()
}

// Two devices of an admin and two of a member are changed while the whole network
// is away. Afterwards all four, and who was invited by both, see the same.
func TestGroupDevicesConverge(t *testing.T) {
	kit := testkit.New(t)
	alice, bob, carol, dave := kit.Alice(t), kit.Bob(t), kit.Carol(t), kit.Person(t, "Dave")
	alice.Befriend(bob)
	alice.Befriend(carol)
	alice.Befriend(dave)
	conv, err := alice.CreateGroup(alice.Ctx(), "Crew", "", []model.ID{bob.Me().ID})
	alice.Must(err)
	for range 2 {
		alice.Exchange()
		bob.Exchange()
	}
	alice2, bob2 := alice.Device(), bob.Device()
	devices := []*testkit.Person{alice, alice2, bob, bob2}
	everybody := append(slices.Clone(devices), carol, dave)
	for _, p := range everybody {
		p.Log.ExpectErrors()
	}
	for range 2 {
		for _, p := range devices {
			p.Exchange()
		}
	}
	if g, _ := alice2.Group(conv); !g.Admin || !g.Ready {
		t.Fatalf("the admin's second device sees %+v", g)
	}
	kit.Faults(t, localnet.Faults{Dead: true})
	say := func(p *testkit.Person, text string) {
		t.Helper()
		_, err := p.SendText(p.Ctx(), conv, model.Draft{Text: text})
		p.Must(err)
	}
	alice.Must(alice.RenameGroup(alice.Ctx(), conv, "North"))
	alice.Must(alice.InviteMembers(alice.Ctx(), conv, []model.ID{carol.Me().ID}, false))
	alice2.Must(alice2.DescribeGroup(alice2.Ctx(), conv, "south"))
	alice2.Must(alice2.InviteMembers(alice2.Ctx(), conv, []model.ID{dave.Me().ID}, false))
	alice2.Must(alice2.SetTimer(alice2.Ctx(), conv, model.Timer{Mode: model.ExpireAfterSend, Seconds: 7 * 86400}))
	say(bob, "from one device")
	say(bob2, "from the other")
	bob.Must(bob.SetPinned(bob.Ctx(), conv, true))
	bob2.Must(bob2.SetMuted(bob2.Ctx(), conv, model.MuteForever))
	kit.Heal(t)
	want := ""
	agreed := func() bool {
		want = group(alice, conv)
		if !strings.HasPrefix(want, "North, south, 604800 s, ready true:") || strings.Count(want, "/accepted") != 4 {
			return false
		}
		for _, p := range everybody {
			if group(p, conv) != want {
				return false
			}
		}
		for _, p := range devices {
			if h := history(p, conv); !slices.Contains(h, "from one device") || !slices.Contains(h, "from the other") {
				return false
			}
		}
		a, _ := bob.Conversation(conv)
		b, _ := bob2.Conversation(conv)
		quiet := func(c model.Conversation) bool { return c.MutedUntil != 0 || c.Notify == model.NotifyNone }
		return a.Pinned > 0 && b.Pinned > 0 && quiet(a) && quiet(b)
	}
	// A node that was given up while all were dead is asked again a minute later.
	for end := time.Now().Add(6 * testkit.Patience); !agreed(); {
		if time.Now().After(end) {
			for _, p := range everybody {
				t.Errorf("%s sees %s\nand reads %q", p.Me().Name, group(p, conv), history(p, conv))
			}
			return
		}
		for _, p := range everybody {
			p.Exchange()
		}
	}
	say(dave, "hello all")
	dave.Exchange()
	for _, p := range everybody {
		p.Await("what Dave says", func() bool { return slices.Contains(history(p, conv), "hello all") })
	}
}

// crowd is the members of a large group.
type crowd struct {
	t    *testing.T
	conv model.ConversationID
}

// each has people do something, some of them at the same time.
func (c *crowd) each(people []*testkit.Person, do func(ctx context.Context, p *testkit.Person) error) {
	var all sync.WaitGroup
	turn := make(chan struct{}, 10)
	for _, p := range people {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
			defer cancel()
			if err := do(ctx, p); err != nil {
				c.t.Errorf("%s: %v", p.Me().Name, err)
			}
		})
	}
	all.Wait()
}

// exchange fetches and delivers once, as far as the weather lets it.
func exchange(ctx context.Context, p *testkit.Person) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	_, _ = p.Sync(ctx)
	return nil
}

// trouble drops requests and restarts nodes until ctx ends, as in the stress
// stories of the command line.
func trouble(ctx context.Context, t *testing.T, kit *testkit.Kit, share float64, every time.Duration) (restarts int) {
	faults := localnet.Faults{Drop: share}
	if err := kit.Net.SetFaults(faults); err != nil {
		t.Errorf("faults: %v", err)
	}
	nodes := len(kit.Net.Ready().Nodes)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return restarts
		case <-tick.C:
		}
		restarts++
		if err := kit.Net.Restart(rand.IntN(nodes)); err != nil && ctx.Err() == nil {
			t.Errorf("restart: %v", err)
		}
		if err := kit.Net.SetFaults(faults); err != nil && ctx.Err() == nil {
			t.Errorf("faults: %v", err)
		}
	}
}

// TestFullGroupWhileNodesFail has a group with three admins whose members write,
// are promoted, removed, invited and leave, while nodes restart and requests are
// dropped: everybody who is left has all that was said, once and in one order, and
// the same list of members. With SOTTO_EXTENDED it has as many members as there
// may be and 2,000 messages.
func TestFullGroupWhileNodesFail(t *testing.T) {
	size, rounds := 6, 3
	switch {
	case testing.Short():
		t.Skip("takes half a minute")
	case os.Getenv("SOTTO_EXTENDED") != "":
		size, rounds = model.MaxMembers, 20
	}
	kit := testkit.New(t)
	c := &crowd{t: t}
	var everybody []*testkit.Person
	for i := range size {
		p := kit.Person(t, fmt.Sprint("Member ", i))
		p.Log.ExpectErrors()
		everybody = append(everybody, p)
	}
	id := func(p *testkit.Person) model.ID { return p.Me().ID }
	admin, members := everybody[0], everybody[1:]
	var ids []model.ID
	for _, p := range members {
		ids = append(ids, id(p))
	}
	began := time.Now()
	conv, err := admin.CreateGroup(admin.Ctx(), "Everybody", "", ids)
	admin.Must(err)
	c.conv = conv
	c.each(everybody[:1], exchange)
	for _, p := range everybody[:1] {
		p.Exchange()
	}
	c.each(members, func(ctx context.Context, p *testkit.Person) error {
		for len(p.Requests()) == 0 {
			if _, err := p.Sync(ctx); err != nil && ctx.Err() != nil {
				return err
			}
		}
		if err := p.AcceptRequest(ctx, conv); err != nil {
			return err
		}
		return exchange(ctx, p)
	})
	admin.Exchange()
	admin.Must(admin.PromoteMembers(admin.Ctx(), conv, ids[:2]))
	admin.Exchange()
	c.each(members[:2], exchange)
	for _, p := range members[:2] {
		p.AwaitFor(2*testkit.Patience, "the promotion", func() bool { g, _ := p.Group(conv); return g.Admin })
	}
	t.Logf("%d members are in after %v", size, time.Since(began).Round(time.Second))

	stormy, calm := context.WithCancel(t.Context())
	defer calm()
	restarts := make(chan int, 1)
	go func() { restarts <- trouble(stormy, t, kit, 0.05, 2*time.Second) }()
	began = time.Now()
	removed, left := members[size-2], members[size-3]
	said := 0
	for round := range rounds {
		c.each(everybody, func(ctx context.Context, p *testkit.Person) error {
			_, err := p.SendText(ctx, conv, model.Draft{Text: fmt.Sprintf("round %d of %s", round, p.Me().Name)})
			return err
		})
		said += len(everybody)
		if round == rounds/2 {
			// What those who go have said is out before they go.
			for _, p := range []*testkit.Person{removed, left} {
				p.AwaitFor(4*time.Minute, "the outbox", func() bool { return p.Status().Pending == 0 })
			}
			// Each by another admin, at the same time.
			members[0].Must(members[0].RemoveMembers(members[0].Ctx(), conv, []model.ID{id(removed)}, false))
			left.Must(left.LeaveGroup(left.Ctx(), conv))
			members[1].Must(members[1].RenameGroup(members[1].Ctx(), conv, "Nearly everybody"))
			everybody = slices.DeleteFunc(everybody, func(p *testkit.Person) bool { return p == removed || p == left })
		}
		// The others deliver and fetch by themselves.
		some := slices.Clone(everybody)
		rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		c.each(some[:min(len(some), 10)], exchange)
	}
	stormed := time.Since(began)
	calm()
	n := <-restarts
	kit.Heal(t)
	t.Logf("%d messages written in %v while nodes restarted %d times", said, stormed.Round(time.Second), n)

	patience := max(2*time.Minute, time.Duration(size)*6*time.Second)
	want, members0 := []string(nil), ""
	agreed := func() bool {
		want, members0 = history(admin, conv), group(admin, conv)
		if len(want) != said || !strings.HasPrefix(members0, "Nearly everybody") || strings.Count(members0, "/accepted") != size-2 {
			return false
		}
		return !slices.ContainsFunc(everybody, func(p *testkit.Person) bool {
			return group(p, conv) != members0 || !slices.Equal(history(p, conv), want)
		})
	}
	for end := time.Now().Add(patience); !agreed(); {
		if time.Now().After(end) {
			all := map[string]bool{}
			for _, p := range everybody {
				for _, text := range history(p, conv) {
					all[text] = true
				}
			}
			for _, p := range everybody {
				lacks := slices.Sorted(maps.Keys(all))
				lacks = slices.DeleteFunc(lacks, func(text string) bool { return slices.Contains(history(p, conv), text) })
				t.Errorf("%s reads %d messages of %d, lacks %q of what others read, has %d on their way, and sees %s",
					p.Me().Name, len(history(p, conv)), said, lacks, p.Status().Pending, group(p, conv))
			}
			return
		}
		c.each(everybody, exchange)
	}
	t.Logf("all agree on %d messages and %d members %v after the storm", said, size-2, time.Since(began.Add(stormed)).Round(time.Second))
	c.each([]*testkit.Person{removed, left}, exchange)
	removed.Await("the end of the membership", func() bool {
		g, _ := removed.Group(conv)
		return g.Lost == model.LostRemoved && len(history(removed, conv)) == 0
	})
	left.Await("the end of the group", func() bool { _, there := left.Conversation(conv); return !there })
}
