package clock

import (
	"testing"
	"time"
)

func TestBeNoon(t *testing.T) {
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	BeNoon()
	if now := time.Now(); now.Hour() != 12 && now.Hour() != 11 {
		t.Errorf("it is %v", now)
	}
}

func TestManualFiresInOrder(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	m := NewManual(start)
	late, early := m.NewTimer(2*time.Second), m.NewTimer(time.Second)
	stopped := m.NewTimer(time.Second)
	if !stopped.Stop() || stopped.Stop() {
		t.Fatal("Stop must report a prevented timer once")
	}
	m.Advance(time.Second)
	if at := <-early.C(); !at.Equal(start.Add(time.Second)) {
		t.Fatalf("early fired for %v", at)
	}
	select {
	case <-late.C():
		t.Fatal("late fired a second early")
	default:
	}
	m.Advance(time.Second)
	<-late.C()
	select {
	case <-stopped.C():
		t.Fatal("a stopped timer fired")
	default:
	}
}

func TestManualAwaitTimers(t *testing.T) {
	m := NewManual(time.Unix(0, 0))
	done := make(chan struct{})
	go func() {
		<-m.NewTimer(time.Minute).C()
		close(done)
	}()
	m.AwaitTimers(1)
	m.Advance(time.Minute)
	<-done
}

func TestSkewed(t *testing.T) {
	m := NewManual(time.Unix(100, 0))
	s := &Skewed{Base: m}
	s.Advance(time.Hour)
	if got := s.Now(); !got.Equal(time.Unix(3700, 0)) {
		t.Fatalf("skewed clock shows %v", got)
	}
}
