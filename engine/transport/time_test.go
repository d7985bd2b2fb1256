package transport

import (
	"crypto/rand"
	"testing"
	"time"

	"sotto/internal/clock"
)

func TestNetClock(t *testing.T) {
	const minute = time.Minute
	tests := []struct {
		name    string
		offsets []time.Duration // of nodes 0, 1, 2 …
		want    time.Duration
	}{
		{"one", []time.Duration{minute}, minute},
		{"two that disagree", []time.Duration{minute, 2 * time.Second}, 2 * time.Second},
		{"two that disagree, behind", []time.Duration{-minute, -2 * time.Second}, -2 * time.Second},
		{"one liar of three", []time.Duration{time.Hour, time.Second, 0}, time.Second},
		{"one liar of three, behind", []time.Duration{-1000 * time.Hour, time.Second, 0}, 0},
		{"two liars of five", []time.Duration{time.Hour, time.Hour, time.Second, 0, 0}, time.Second},
		{"ten minutes off", []time.Duration{10 * minute, 10*minute + time.Second, 10*minute - time.Second}, 10 * minute},
		{"beyond belief", []time.Duration{100 * 365 * 24 * time.Hour, time.Second}, time.Second},
	}
	for _, tt := range tests {
		clk := clock.NewManual(start)
		c := netClock{clk: clk}
		for i, d := range tt.offsets {
			c.sample(key{byte(i)}, start.Add(d).UnixMilli(), start, start)
		}
		if c.Offset() != tt.want || c.now() != start.Add(tt.want).UnixMilli() {
			t.Errorf("%s: %v", tt.name, c.Offset())
		}
	}
}

func TestNetClockCountsEachNodeOnce(t *testing.T) {
	c := netClock{clk: clock.NewManual(start)}
	for i := range 3 {
		c.sample(key{byte(i)}, start.UnixMilli(), start, start)
	}
	for range 100 {
		c.sample(key{9}, start.Add(time.Hour).UnixMilli(), start, start)
	}
	if c.Offset() != 0 {
		t.Errorf("one node talked the clock into %v", c.Offset())
	}
	for i := range 1000 {
		c.sample(key{byte(i), byte(i >> 8)}, start.UnixMilli(), start, start)
	}
	if len(c.samples) > maxSamples {
		t.Errorf("%d samples kept", len(c.samples))
	}
}

func TestNetClockTakesTheMiddleOfTheRequest(t *testing.T) {
	c := netClock{clk: clock.NewManual(start)}
	c.sample(key{1}, start.Add(2*time.Second).UnixMilli(), start, start.Add(4*time.Second))
	if c.Offset() != 0 {
		t.Errorf("offset %v", c.Offset())
	}
}

func TestNowRises(t *testing.T) {
	clk := clock.NewManual(start)
	c := netClock{clk: clk}
	c.sample(key{1}, start.Add(3*time.Second).UnixMilli(), start, start)
	before := c.now()
	c.sample(key{1}, start.UnixMilli(), start, start)
	if c.now() < before {
		t.Error("a correction of three seconds went back")
	}
	clk.Advance(10 * time.Second)
	if c.now() != start.Add(10*time.Second).UnixMilli() {
		t.Error("does not follow the clock afterwards")
	}
	// A liar's ten minutes are taken back at once, or nodes would refuse.
	c.sample(key{1}, clk.Now().Add(10*time.Minute).UnixMilli(), clk.Now(), clk.Now())
	c.now()
	c.sample(key{1}, clk.Now().UnixMilli(), clk.Now(), clk.Now())
	if c.now() != clk.Now().UnixMilli() {
		t.Error("a large correction does not show")
	}
}

func TestSchedule(t *testing.T) {
	const middle = 0.5
	var s Schedule
	if !s.Next(middle).IsZero() {
		t.Error("the first poll is due at once")
	}
	at := start
	after := func(what string, want time.Duration) {
		t.Helper()
		if got := s.Next(middle).Sub(at); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	s.Done(at, false)
	after("idle", idlePause)
	s.Set(Recent)
	after("recent", recentPause)
	s.Set(Open)
	after("open", openPause)
	s.Set(Idle)
	for range 20 {
		s.Done(at, false)
	}
	after("nothing for long", idlestPause)
	s.Done(at, true)
	after("news", idlePause)
	s.Set(Open)
	for i, want := range []time.Duration{2, 4, 8, 16, 32, 64, 120, 120, 120} {
		s.Failed(at)
		after("failure "+string(rune('1'+i)), want*time.Second)
	}
	s.Now()
	if !s.Next(middle).IsZero() {
		t.Error("at once after Now")
	}
	s.Failed(at)
	after("Now resets the back-off", offlineFirst)
	s.Done(at, false)
	for _, j := range []float64{0, 0.25, 0.999} {
		d := s.Next(j).Sub(at)
		if d < openPause*3/4 || d > openPause*5/4 {
			t.Errorf("jitter %v: %v", j, d)
		}
	}
}

func TestDiceAreFair(t *testing.T) {
	d := dice{rand.Reader}
	var count [7]int
	const throws = 70_000
	for range throws {
		count[d.intn(7)]++
	}
	for i, n := range count {
		if n < throws/7*9/10 || n > throws/7*11/10 {
			t.Errorf("%d came %d times", i, n)
		}
	}
	if f := d.float(); f < 0 || f >= 1 {
		t.Error(f)
	}
	list := []int{0, 1, 2, 3, 4, 5}
	shuffle(d, list)
	sum := 0
	for _, v := range list {
		sum += v
	}
	if sum != 15 {
		t.Error("shuffle loses values")
	}
}
