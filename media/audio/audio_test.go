package audio

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"sotto/internal/drive"
	"sotto/media/voice"
)

func nullSystem(t *testing.T) *System {
	t.Helper()
	s, err := Open(BackendNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// melody is a tone that rises and swells, so that no part of it is like
// another.
func melody(seconds float64) *voice.Recording {
	r := &voice.Recording{Rate: voice.RecordingRate, Samples: make([]int16, int(seconds*voice.RecordingRate))}
	phase := 0.0
	for i := range r.Samples {
		at := float64(i) / voice.RecordingRate
		phase += 2 * math.Pi * (300 + 40*at) / voice.RecordingRate
		r.Samples[i] = int16(12000 * (0.6 + 0.4*math.Sin(2*math.Pi*0.37*at)) * math.Sin(phase))
	}
	return r
}

func track(id string, r *voice.Recording) Track {
	return Track{ID: id, Open: func(context.Context) (*voice.Stream, error) { return r.Stream(), nil }}
}

const patience = 60 * time.Second

// until waits for a state of the player.
func until(t *testing.T, p *Player, what string, ok func(State) bool) State {
	t.Helper()
	changed, end := p.Listen()
	defer end()
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond) // progress is no event
	defer tick.Stop()
	for {
		if s := p.State(); ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s: never; the player is %+v", what, p.State())
		}
	}
}

func is(s Status) func(State) bool { return func(x State) bool { return x.Status == s } }

func past(d time.Duration) func(State) bool { return func(x State) bool { return x.Position >= d } }

func newPlayer(t *testing.T) *Player {
	system := nullSystem(t)
	p := NewPlayer(func() (*System, error) { return system, nil })
	t.Cleanup(p.Close)
	return p
}

func TestPlayerPlays(t *testing.T) {
	p := newPlayer(t)
	if s := p.State(); s.Status != Idle || s.Speed != 1 {
		t.Fatalf("%+v", s)
	}
	p.Play(track("a", melody(3)), 0)
	s := until(t, p, "playing", past(200*time.Millisecond))
	if s.Track != "a" || s.Status != Playing || s.Duration != 3*time.Second {
		t.Errorf("%+v", s)
	}
	p.Pause()
	held := p.State()
	if held.Status != Waiting {
		t.Errorf("paused: %+v", held)
	}
	p.Seek(2500 * time.Millisecond)
	if s := p.State(); s.Status != Waiting || s.Position != 2500*time.Millisecond {
		t.Errorf("moved while paused: %+v", s)
	}
	p.Resume()
	if s := until(t, p, "ended", is(Ended)); s.Position != s.Duration || s.Err != nil {
		t.Errorf("at the end: %+v", s)
	}
	p.Toggle() // again, from the start
	p.Resume()
	if s := until(t, p, "again", func(s State) bool { return s.Status == Playing && s.Position > 0 }); s.Position > 2*time.Second {
		t.Errorf("again: %+v", s)
	}
	p.Stop()
	if s := p.State(); s.Status != Idle || s.Track != "" {
		t.Errorf("stopped: %+v", s)
	}
}

// Position and time agree with the speed.
func TestPlayerSpeed(t *testing.T) {
	for _, speed := range []float64{2, 0.5} {
		p := newPlayer(t)
		p.SetSpeed(speed)
		begin := time.Now()
		p.Play(track("a", melody(20)), 0)
		s := until(t, p, "playing", past(2*time.Second))
		ratio := s.Position.Seconds() / time.Since(begin).Seconds()
		// The null device plays in real time, in pieces; on a busy machine it is late,
		// and then makes up for that, but is never ahead.
		if ratio > speed*1.25 {
			t.Errorf("speed %v: %.2f seconds of sound in a second", speed, ratio)
		}
		if s.Speed != speed {
			t.Errorf("%+v", s)
		}
	}
	p := newPlayer(t)
	p.SetSpeed(100)
	if s := p.State(); s.Speed != voice.MaxSpeed {
		t.Errorf("speed 100 becomes %v", s.Speed)
	}
}

func TestPlayerGoesOnWithTheNext(t *testing.T) {
	p := newPlayer(t)
	asked := make(chan string, 4)
	p.SetNext(func(ended string) (Track, bool) {
		asked <- ended
		if ended == "b" {
			return Track{}, false
		}
		return track("b", melody(0.2)), true
	})
	p.Play(track("a", melody(0.2)), 0)
	s := until(t, p, "ended", is(Ended))
	if len(asked) != 2 {
		t.Fatalf("%+v after %d questions", s, len(asked))
	}
	if first, second := <-asked, <-asked; s.Track != "b" || first != "a" || second != "b" {
		t.Errorf("%+v after %s and %s", s, first, second)
	}
}

func TestPlayerTellsWhatIsWrong(t *testing.T) {
	p := newPlayer(t)
	p.Play(Track{ID: "x", Open: func(ctx context.Context) (*voice.Stream, error) {
		return voice.Open(ctx, []byte("no sound at all"))
	}}, 0)
	if s := until(t, p, "broken", is(Broken)); !errors.Is(s.Err, voice.ErrNoSound) || s.Track != "x" {
		t.Errorf("%+v", s)
	}
	none := NewPlayer(func() (*System, error) { return nil, ErrNoSystem })
	defer none.Close()
	none.Play(track("a", melody(1)), 0)
	if s := until(t, none, "broken", is(Broken)); !errors.Is(s.Err, ErrNoSystem) {
		t.Errorf("%+v", s)
	}
}

// Another track takes over at once, also while the first is still being opened.
func TestPlayerTakesTheLast(t *testing.T) {
	p := newPlayer(t)
	opened, ended := make(chan struct{}), make(chan struct{})
	p.Play(Track{ID: "slow", Open: func(ctx context.Context) (*voice.Stream, error) {
		close(opened)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}}, 0)
	<-opened
	if s := p.State(); s.Status != Loading || s.Track != "slow" {
		t.Errorf("%+v", s)
	}
	p.Play(track("b", melody(2)), time.Second)
	<-ended
	if s := until(t, p, "playing", is(Playing)); s.Track != "b" || s.Position < time.Second {
		t.Errorf("%+v", s)
	}
}

// What the devices get is the sound, unchanged.
func TestPlayerHandsOverEverySample(t *testing.T) {
	r := melody(1)
	got := handedOver(t, r.Stream(), 1)
	if len(got) != len(r.Samples) {
		t.Fatalf("%d samples of %d", len(got), len(r.Samples))
	}
	for i, v := range got {
		if d := int(v) - int(r.Samples[i]); d > 1 || d < -1 {
			t.Fatalf("sample %d is %d, was %d", i, v, r.Samples[i])
		}
	}
}

// handedOver asks a session for a whole sound, as a device would ask.
func handedOver(t *testing.T, stream *voice.Stream, speed float64) (got []int16) {
	t.Helper()
	s := &session{player: NewPlayer(nil), wake: make(chan struct{}, 1), speed: speed}
	s.track.Open = func(context.Context) (*voice.Stream, error) { return stream, nil }
	defer s.release()
	if err := s.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.moved = false
	for !s.queue.ended || s.queue.ready > 0 {
		if !s.queue.ended && s.queue.ready < s.ahead() {
			if err := s.decode(speed); err != nil {
				t.Fatal(err)
			}
			continue
		}
		out := make([]int16, 333*s.queue.channels)
		n := min(333, s.queue.ready) * s.queue.channels
		s.fill(out, nil)
		got = append(got, out[:n]...)
	}
	return got
}

func untilRecorder(t *testing.T, r *Recorder, what string, ok func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-r.Changed():
		case <-tick.C:
		case <-limit:
			s, err := r.State()
			t.Fatalf("%s: never; state %d, %v, %v", what, s, r.Duration(), err)
		}
	}
}

func TestRecorderPauses(t *testing.T) {
	r, err := nullSystem(t).Record("", MaxDuration)
	if err != nil {
		t.Fatal(err)
	}
	untilRecorder(t, r, "recording", func() bool { return r.Duration() > 100*time.Millisecond })
	if s, _ := r.State(); s != Recording {
		t.Errorf("state %d", s)
	}
	said := r.Duration()
	if err := r.Pause(); err != nil {
		t.Fatal(err)
	}
	held := r.Duration()
	if held <= said {
		t.Errorf("the last word before the pause is lost: %v of %v", held, said)
	}
	if listen := r.Snapshot(); listen.Duration() != held {
		t.Errorf("%v to listen to, %v recorded", listen.Duration(), held)
	}
	if err := r.Resume(); err != nil {
		t.Fatal(err)
	}
	untilRecorder(t, r, "going on", func() bool { return r.Duration() > held+100*time.Millisecond })
	if levels := r.Levels(); len(levels) < 3 || slices.Max(levels) != 0 {
		t.Errorf("silence has the levels %v", levels)
	}
	before := r.Duration()
	if out := r.Stop(); out.Duration() <= before || out.Rate != voice.RecordingRate {
		t.Errorf("%v returned, %v recorded", out.Duration(), before)
	}
	if s, _ := r.State(); s != Stopped || len(r.Stop().Samples) != 0 {
		t.Errorf("state %d", s)
	}
}

// The five minutes end by themselves, to the sample; a device that goes away
// leaves what is there.
func TestRecorderEnds(t *testing.T) {
	r := newRecorder(MaxDuration)
	loud := make([]int16, 44_100)
	for i := range loud {
		loud[i] = 16384
	}
	for range 299 {
		r.heard(nil, loud)
	}
	if levels := r.Levels(); len(levels) < 20 || slices.Min(levels) < 0.85 || slices.Max(levels) > 0.95 { // -6 dB
		t.Errorf("levels %.2f", levels)
	}
	if levels := r.Levels(); len(levels) != 0 {
		t.Errorf("levels %.2f of nothing new", levels)
	}
	if s, _ := r.State(); s != Recording {
		t.Errorf("state %d", s)
	}
	r.heard(nil, append(loud, loud...))
	if s, _ := r.State(); s != Full || r.Duration() != MaxDuration {
		t.Errorf("state %d at %v", s, r.Duration())
	}
	lost := newRecorder(MaxDuration)
	lost.heard(nil, loud)
	lost.lost()
	if s, err := lost.State(); s != Failed || !errors.Is(err, ErrDevice) || lost.Duration() != time.Second {
		t.Errorf("state %d, %v, %v", s, err, lost.Duration())
	}
}

func TestNullDevices(t *testing.T) {
	s := nullSystem(t)
	for _, k := range []Kind{Microphone, Loudspeaker} {
		list, err := s.Devices(k)
		if err != nil || len(list) == 0 || !list[0].Default {
			t.Errorf("%d: %+v, %v", k, list, err)
		}
	}
	s.Close()
	if _, err := s.Devices(Microphone); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if _, err := s.Record("", MaxDuration); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// A computer without sound says so.
func TestNoSoundSystem(t *testing.T) {
	if _, err := os.Stat("/dev/snd"); err == nil {
		t.Skip("this computer has a sound card")
	}
	t.Setenv("PULSE_SERVER", "unix:/nonexistent")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	s, err := Open(BackendSystem)
	if err != nil {
		if !errors.Is(err, ErrNoSystem) {
			t.Errorf("untyped error %v", err)
		}
		return
	}
	defer s.Close()
	r, err := s.Record("", MaxDuration)
	if err == nil {
		r.Cancel()
		t.Fatal("something is recorded")
	}
	if !errors.Is(err, ErrNoMicrophone) && !errors.Is(err, ErrNoSystem) {
		t.Errorf("it is said as %v", err)
	}
}

// pulse starts a sound server with sinks and sends this process there.
func pulse(t *testing.T, sinks ...string) *drive.Sound {
	t.Helper()
	server, err := drive.StartSound(t.Context(), sinks...)
	var missing drive.ErrMissing
	if errors.As(err, &missing) {
		t.Skip(missing)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	for name, value := range server.Env("", "") {
		t.Setenv(name, value)
	}
	return server
}

// Ten seconds go out through the player into a real sound server and come back
// through the recorder.
func TestThroughASoundServer(t *testing.T) {
	if testing.Short() {
		t.Skip("takes fifteen seconds")
	}
	pulse(t, "speaker")
	system, err := Open(BackendSystem)
	if err != nil {
		t.Fatal(err)
	}
	defer system.Close()
	speakers, err := system.Devices(Loudspeaker)
	if err != nil || len(speakers) != 1 {
		t.Fatalf("%+v, %v", speakers, err)
	}
	microphones, err := system.Devices(Microphone)
	if err != nil || len(microphones) != 1 || !microphones[0].Monitor {
		t.Fatalf("%+v, %v", microphones, err)
	}
	recorder, err := system.Record(microphones[0].ID, MaxDuration)
	if err != nil {
		t.Fatal(err)
	}
	defer recorder.Cancel()
	untilRecorder(t, recorder, "recording", func() bool { s, _ := recorder.State(); return s == Recording })

	r := melody(10)
	p := NewPlayer(func() (*System, error) { return system, nil })
	defer p.Close()
	p.SetDevice(speakers[0].ID)
	p.Play(track("melody", r), 0)
	loud := 0.0
	until(t, p, "the meter moves", func(State) bool { loud = max(loud, slices.Max(append(recorder.Levels(), 0))); return loud > 0.5 })
	if s := until(t, p, "ended", func(s State) bool { return s.Status == Ended || s.Status == Broken }); s.Status != Ended {
		t.Fatalf("%+v", s)
	}
	heard := recorder.Duration()
	untilRecorder(t, recorder, "the rest", func() bool { return recorder.Duration() > heard+time.Second })
	got := recorder.Stop()
	like, at := find(got.Samples, r.Samples)
	if like < 0.95 {
		t.Errorf("correlation %.4f at %.2f s", like, float64(at)/voice.RecordingRate)
	}
	t.Logf("correlation %.4f, %.2f s behind the start of the recording", like, float64(at)/voice.RecordingRate)

	// The same as a voice message: trimmed, levelled, encoded, decoded.
	got.Trim()
	got.Level()
	file, err := got.MP3(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s, err := voice.Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var sent []int16
	buf := make([]float32, 4096)
	for {
		n, err := s.Read(buf)
		for _, v := range buf[:n] {
			sent = append(sent, int16(v*32767))
		}
		if err != nil {
			break
		}
	}
	if like, _ := find(sent, r.Samples); like < 0.95 {
		t.Errorf("as a voice message: correlation %.4f", like)
	}
}

// find looks for the whole of want in got.
func find(got, want []int16) (best float64, at int) {
	at0 := func(d, step int) float64 {
		var dot, aa, bb float64
		for i := 0; i < len(want); i += step {
			var y float64
			if j := d + i; j >= 0 && j < len(got) {
				y = float64(got[j])
			}
			x := float64(want[i])
			dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
		}
		return dot / math.Sqrt(aa*bb+1)
	}
	rough, roughBest := 0, -1.0
	for d := -2000; d < len(got)-len(want)/2; d += 3 {
		if c := at0(d, 101); c > roughBest {
			rough, roughBest = d, c
		}
	}
	best = -1
	for d := rough - 4; d <= rough+4; d++ {
		if c := at0(d, 7); c > best {
			best, at = c, d
		}
	}
	return at0(at, 1), at
}
