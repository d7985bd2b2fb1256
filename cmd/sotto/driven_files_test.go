package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sotto/cmd/internal/stage"
	"sotto/internal/drive"
	"sotto/media/voice"
)

// soundServer is a sound server of the test's own. What is played into the sink
// mic is what windows record; what they play can be heard at the sink speaker.
type soundServer struct {
	*testing.T
	*drive.Sound
}

func startSound(t *testing.T) *soundServer {
	t.Helper()
	server, err := drive.StartSound(t.Context(), "speaker", "mic")
	var missing drive.ErrMissing
	if errors.As(err, &missing) {
		t.Skip(missing)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	for name, value := range server.Env("speaker", "mic.monitor") {
		t.Setenv(name, value)
	}
	return &soundServer{t, server}
}

const soundRate = drive.SoundRate

// say plays samples into the microphone and returns when they are through.
func (s *soundServer) say(ctx context.Context, samples []int16) {
	s.Helper()
	path := filepath.Join(s.TempDir(), "tone.wav")
	if err := os.WriteFile(path, wave(samples), 0o600); err != nil {
		s.Fatal(err)
	}
	if out, err := s.Command(ctx, "paplay", "--latency-msec=1000", "--device=mic", path).CombinedOutput(); err != nil {
		s.Fatalf("play: %v %s", err, out)
	}
}

// ear records what the loudspeaker plays.
type ear struct {
	cmd *exec.Cmd
	raw drive.Output
}

// heard is how many samples there are.
func (e *ear) heard() int { return e.raw.Len() / 2 }

func (s *soundServer) listen(ctx context.Context) *ear {
	s.Helper()
	e := &ear{}
	e.cmd = s.Command(ctx, "parec", "--device=speaker.monitor", "--rate=44100", "--channels=1", "--format=s16le", "--latency-msec=500")
	e.cmd.Stdout = &e.raw
	if err := e.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	return e
}

// stop ends listening and returns what was heard.
func (e *ear) stop() []int16 {
	_ = e.cmd.Process.Signal(os.Interrupt)
	_ = e.cmd.Wait()
	raw := e.raw.String()
	samples := make([]int16, len(raw)/2)
	for i := range samples {
		samples[i] = int16(raw[2*i]) | int16(raw[2*i+1])<<8
	}
	return samples
}

func wave(samples []int16) []byte {
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF")
	put(uint32(36 + 2*len(samples)))
	b.WriteString("WAVEfmt ")
	put([]uint32{16, 1<<16 | 1, soundRate, 2 * soundRate, 16<<16 | 2})
	b.WriteString("data")
	put(uint32(2 * len(samples)))
	put(samples)
	return b.Bytes()
}

// rising is a tone that rises and swells: no part of it is like another.
func rising(seconds float64) []int16 {
	out := make([]int16, int(seconds*soundRate))
	phase := 0.0
	for i := range out {
		at := float64(i) / soundRate
		phase += 2 * math.Pi * (300 + 40*at) / soundRate
		out[i] = int16(12000 * (0.6 + 0.4*math.Sin(2*math.Pi*0.37*at)) * math.Sin(phase))
	}
	return out
}

// likeness is the best correlation of a sound with any part of what was heard.
func likeness(sound, heard []int16) float64 {
	const coarse = 8
	if len(heard) < len(sound) {
		heard = append(heard, make([]int16, len(sound)-len(heard))...)
	}
	part := sound[len(sound)/2 : len(sound)/2+soundRate]
	best, at := -1.0, 0
	for lag := 0; lag+len(sound) <= len(heard); lag += 4 {
		if c := correlation(part, heard[lag+len(sound)/2:], coarse); c > best {
			best, at = c, lag
		}
	}
	best = -1
	for lag := max(0, at-16); lag <= at+16 && lag+len(sound) <= len(heard); lag++ {
		best = max(best, correlation(sound, heard[lag:], 1))
	}
	return best
}

func correlation(a, b []int16, step int) float64 {
	var ab, aa, bb float64
	for i := 0; i < len(a); i += step {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// friends are two people who write to each other.
func (p *play) friends() (robin, maya *stage.Person, robinID string) {
	p.Helper()
	robin, maya = p.enter("Robin", 10), p.enter("Maya", 1000)
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	p.must(robin.Begin(p.ctx, mayaID))
	p.must(robin.Say(p.ctx, "Good morning"))
	p.must(maya.Accept(p.ctx))
	p.must(maya.Hear(p.ctx, "Good morning"))
	p.must(maya.Say(p.ctx, "Morning!"))
	p.must(robin.Hear(p.ctx, "Morning!"))
	robinID, err = robin.SessionID(p.ctx)
	p.must(err)
	return robin, maya, robinID
}

// shows waits until something named is on the screen with a text.
func (p *play) shows(who *stage.Person, name, text string) {
	p.Helper()
	p.await(name+" "+text, func() bool {
		things, err := who.Things(p.ctx)
		p.must(err)
		for _, t := range things {
			if t.Name == name && strings.Contains(t.Text, text) {
				return true
			}
		}
		return false
	})
}

// arrived saves the last voice message of somebody and decodes it.
func (p *play) arrived(who *stage.Person, from string) []int16 {
	p.Helper()
	list, dir := p.messages(who, from), p.TempDir()
	_, err := who.Ask(p.ctx, "download", map[string]any{"with": from, "timestamp": list[len(list)-1].Timestamp, "to": dir})
	p.must(err)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	p.must(err)
	if len(files) != 1 {
		p.Fatalf("saved %v", files)
	}
	data, err := os.ReadFile(files[0])
	p.must(err)
	s, err := voice.Open(p.ctx, data)
	p.must(err)
	defer s.Close()
	var out []int16
	for block := make([]float32, 4096); ; {
		n, err := s.Read(block)
		for _, v := range block[:n*s.Info().Channels] {
			out = append(out, int16(v*32767))
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		p.must(err)
	}
}

// TestSendPictureAndVoice chooses a picture and sends it with a caption, throws
// a recording away, and sends another one: what comes out of the other window's
// loudspeaker is what went into this one's microphone.
func TestSendPictureAndVoice(t *testing.T) {
	sound := startSound(t)
	p := open(t)
	robin, maya, robinID := p.friends()

	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	for y := range 420 {
		for x := range 640 {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), 140, 255})
		}
	}
	var file bytes.Buffer
	p.must(png.Encode(&file, img))
	path := filepath.Join(t.TempDir(), "meadow.png")
	p.must(os.WriteFile(path, file.Bytes(), 0o600))
	p.must(robin.Click(p.ctx, "composer.attach"))
	_, err := robin.Find(p.ctx, "picker.path")
	p.must(err)
	p.must(robin.Key(p.ctx, "ctrl+a"))
	p.must(robin.Type(p.ctx, path))
	p.must(robin.Key(p.ctx, "Return"))
	_, err = robin.Find(p.ctx, "basket.send")
	p.must(err)
	p.must(robin.Type(p.ctx, "From the hill"))
	p.picture("basket")
	p.must(robin.Key(p.ctx, "Return"))
	p.must(maya.Hear(p.ctx, "From the hill"))
	p.shows(maya, "picture:meadow.png", "shown")
	p.picture("arrived")

	p.must(robin.Click(p.ctx, "composer.mic"))
	_, err = robin.Find(p.ctx, "recorder.cancel")
	p.must(err)
	p.must(robin.Key(p.ctx, "Escape"))
	p.must(robin.Gone(p.ctx, "recorder.cancel"))

	tone := rising(10)
	p.must(robin.Click(p.ctx, "composer.mic"))
	p.shows(robin, "recorder.wave", "0:01") // the microphone runs
	sound.say(p.ctx, tone)
	p.picture("recorded")
	p.must(robin.Click(p.ctx, "recorder.send"))
	p.shows(maya, "voice.play", "paused")
	p.picture("voice")
	ear := sound.listen(p.ctx)
	p.await("the ear", func() bool { return ear.heard() > 0 })
	p.must(maya.Click(p.ctx, "voice.play"))
	p.shows(maya, "voice.play", "playing")
	p.picture("playing")
	p.shows(maya, "voice.play", "paused") // played to its end
	until := ear.heard() + soundRate
	p.await("the last of it", func() bool { return ear.heard() > until })
	heard := ear.stop()
	if dir := os.Getenv("SOTTO_PICTURES"); dir != "" {
		p.must(os.WriteFile(filepath.Join(dir, "heard.wav"), wave(heard), 0o600))
	}
	arrived, played := likeness(tone, p.arrived(maya, robinID)), likeness(tone, heard)
	t.Logf("correlation of what arrived %.4f, of what was played %.4f", arrived, played)
	if arrived < 0.95 {
		t.Errorf("what arrived is not what was recorded: correlation %.3f", arrived)
	}
	if played < 0.95 {
		t.Errorf("what is played is not what was recorded: correlation %.3f of %d samples heard", played, len(heard))
	}
}
