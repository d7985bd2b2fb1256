package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sotto/cmd/internal/instance"
	"sotto/engine/model"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/drive"
)

const (
	newsRate   = 200 // messages a second
	newsLength = 30 * time.Second
	newsFrom   = 50              // people who write
	wheelRate  = 60              // notches a second
	newsStay   = 5 * time.Minute // on the network, so that the next run does not meet them
)

// news lets 200 messages a second arrive from 50 people, every second one from
// the conversation that is open, while somebody scrolls in it, and counts the
// pictures that reach the screen.
func (b *bench) news(ctx context.Context, c *crowd, nodes []node) error {
	plain, err := sitPlain(ctx)
	if err != nil {
		return err
	}
	theirs, err := plain.frames(ctx, true, 10*time.Second)
	plain.leave()
	if err != nil {
		return err
	}
	s, err := b.sit(ctx, c)
	if err != nil {
		return err
	}
	defer s.leave()
	if err := s.open(ctx, crowdName(0)); err != nil {
		return err
	}
	pause(ctx, 2*time.Second)
	quiet, err := s.frames(ctx, false, 10*time.Second)
	if err != nil {
		return err
	}
	posting, stop := context.WithCancel(ctx)
	defer stop()
	sent := make(chan error, 1)
	var total int
	go func() {
		var err error
		total, err = c.write(posting, nodes)
		sent <- err
	}()
	pause(ctx, 3*time.Second) // until the first are there
	busy, err := s.frames(ctx, false, newsLength)
	if err != nil {
		return err
	}
	stop()
	if err := <-sent; err != nil {
		return fmt.Errorf("write: %w", err)
	}
	rate := float64(total) / (newsLength + 3*time.Second).Seconds()
	if err := c.arrived(ctx, total); err != nil {
		return err
	}
	const reference = "bare Fyne list scrolling, nothing arrives"
	b.table.above(fmt.Sprintf("frames a second scrolling, %.0f messages/s arrive, worst second", rate), slices.Min(busy), reference, slices.Min(theirs), "/s", 30)
	b.table.beside("the same, median second", median(busy), reference, median(theirs), "/s")
	b.table.beside("frames a second scrolling, nothing arrives, median second", median(quiet), reference, median(theirs), "/s")
	return nil
}

// frames turns the wheel up and down and counts, for each second, how often the
// picture changed.
func (s *seat) frames(ctx context.Context, plain bool, length time.Duration) ([]float64, error) {
	p, err := s.strip(ctx, plain)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if err := s.in.MoveTo(s.x+windowWidth*3/5, s.y+windowHeight/2); err != nil {
		return nil, err
	}
	turning, stop := context.WithCancel(ctx)
	turned := make(chan error, 1)
	// Away from the end where each list begins.
	there, back := byte(drive.ButtonWheelUp), byte(drive.ButtonWheelDown)
	if plain {
		there, back = back, there
	}
	go func() { turned <- s.wheel(turning, there, back) }()
	seed := maphash.MakeSeed()
	var out []float64
	counted, last, count := uint64(0), uint64(0), 0
	begin := time.Now()
	second := begin.Add(time.Second)
	for time.Since(begin) < length && ctx.Err() == nil {
		// What two looks agree on is a picture; one may see half of the next.
		sum := maphash.Bytes(seed, p.Look())
		if sum == last && sum != counted {
			counted = sum
			count++
		}
		last = sum
		if t := time.Now(); t.After(second) {
			out = append(out, float64(count)/(1+t.Sub(second).Seconds()))
			count, second = 0, t.Add(time.Second)
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	return out, errors.Join(<-turned, ctx.Err(), s.alive())
}

// wheel turns the wheel two seconds one way, then two seconds back, and so on.
func (s *seat) wheel(ctx context.Context, there, back byte) error {
	tick := time.NewTicker(time.Second / wheelRate)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		button := there
		if i/(2*wheelRate)%2 == 1 {
			button = back
		}
		if err := s.in.Click(button); err != nil {
			return err
		}
	}
}

const newsText = "news "

// write stores messages for the profile's owner until ctx ends, and returns how
// many were taken.
func (c *crowd) write(ctx context.Context, nodes []node) (int, error) {
	target, err := swarmMember(nodes, c.me)
	if err != nil {
		return 0, err
	}
	const writers = 8
	turns := make(chan int)
	begin := time.Now().UnixMilli()
	go func() {
		defer close(turns)
		tick := time.NewTicker(time.Second / newsRate)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			select {
			case turns <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total int
		first error
	)
	for k := range writers {
		wg.Go(func() {
			client := clientFrom(fmt.Sprintf("127.0.77.%d", 1+k))
			defer client.CloseIdleConnections()
			for i := range turns {
				// What is on its way when the time is over arrives too.
				// Two of one sender at one time would be one message.
				at := begin + int64(i)*1000/newsRate
				err := c.writeOne(context.WithoutCancel(ctx), client, target, i, at)
				mu.Lock()
				if err == nil {
					total++
				} else if first == nil {
					first = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return total, first
}

func (c *crowd) writeOne(ctx context.Context, client *http.Client, target node, i int, at int64) error {
	who := c.people[0]
	if i%2 == 1 {
		who = c.people[i/2%newsFrom]
	}
	content := wire.NewText(fmt.Sprintf("%s%d", newsText, i)).Stamp(uint64(at))
	data, err := seal.CloseContent(who, c.me, content, seal.Options{Rand: rand.Reader})
	if err != nil {
		return err
	}
	r := &snode.StoreRequest{Timestamp: time.Now().UnixMilli(), TTL: int64(newsStay / time.Millisecond), Data: data}
	r.Auth.Pubkey = c.me
	answer, status, err := post(ctx, client, target, "/storage_rpc/v1", snode.Encode(r))
	if err != nil {
		return err
	}
	return snode.CheckStatus(status, answer)
}

// arrived waits until all messages are in the profile.
func (c *crowd) arrived(ctx context.Context, total int) error {
	const patience = time.Minute
	got := 0
	for end := time.Now().Add(patience); time.Now().Before(end); pause(ctx, time.Second) {
		got = 0
		for _, who := range c.people[:newsFrom] {
			raw, err := instance.Call(ctx, c.profile, "messages", map[string]any{"with": who.ID().String(), "limit": total})
			if err != nil {
				return err
			}
			var list []struct{ Text string }
			if err := json.Unmarshal(raw, &list); err != nil {
				return err
			}
			for _, m := range list {
				if strings.HasPrefix(m.Text, newsText) {
					got++
				}
			}
		}
		if got >= total {
			return nil
		}
	}
	return fmt.Errorf("of %d messages %d arrived", total, got)
}

// swarmMember finds a node that keeps the messages of an account.
func swarmMember(nodes []node, id model.ID) (node, error) {
	var swarms []uint64
	for _, n := range nodes {
		s, err := snode.ParseSwarm(n.Swarm)
		if err != nil {
			return node{}, err
		}
		swarms = append(swarms, s)
	}
	slices.Sort(swarms)
	mine := snode.FormatSwarm(snode.SwarmOf(id, slices.Compact(swarms)))
	for _, n := range nodes {
		if n.Swarm == mine {
			return n, nil
		}
	}
	return node{}, errors.New("the network has no swarm")
}
