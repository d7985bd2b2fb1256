package voice

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Our MP3 in the hands of others.
func TestOursPlaysElsewhere(t *testing.T) {
	r := &Recording{Rate: RecordingRate, Samples: speech(RecordingRate, 6)}
	file, err := r.MP3(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if kbit := float64(len(file)) * 8 / 6000; kbit < 120 || kbit > 140 {
		t.Errorf("%.0f kbit/s", kbit)
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "voice.mp3")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(name string, args ...string) {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.wav")
			for i := range args {
				if args[i] == "OUT" {
					args[i] = out
				}
			}
			tool(t, name, args...)
			decoded, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			got, info := decodeAll(t, decoded)
			if like, shift := correlation(floats(r.Samples), channel(got, info.Channels, 0), RecordingRate, 3000); like < 0.95 {
				t.Errorf("correlation %.4f, late by %d", like, shift)
			}
		})
	}
	check("ffmpeg", "-v", "error", "-i", in, "OUT")
	check("mpg123", "-q", "-w", "OUT", in)
	t.Run("sotto", func(t *testing.T) {
		got, info := decodeAll(t, file)
		if like, shift := correlation(floats(r.Samples), got, RecordingRate, 3000); like < 0.95 || info.Channels != 1 {
			t.Errorf("%+v: correlation %.4f, late by %d", info, like, shift)
		}
	})
}

func TestEncodingEnds(t *testing.T) {
	if _, err := (&Recording{Rate: RecordingRate}).MP3(context.Background()); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty recording: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (&Recording{Rate: RecordingRate, Samples: speech(RecordingRate, 5)}).MP3(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestTrim(t *testing.T) {
	const rate = 16_000
	quiet := func(seconds float64) []int16 {
		out := make([]int16, int(rate*seconds))
		for i := range out {
			out[i] = int16(i*7919%31) - 15 // the noise of a room
		}
		return out
	}
	join := func(parts ...[]int16) (out []int16) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, c := range map[string]struct {
		samples []int16
		keeps   time.Duration
	}{
		"silence at both ends": {join(quiet(2), tone(rate, 300, 3, 0.3), quiet(1.5)), 3400 * time.Millisecond},
		"pause in the middle":  {join(quiet(1), tone(rate, 300, 1, 0.3), quiet(3), tone(rate, 300, 1, 0.3)), 5150 * time.Millisecond},
		"nothing to trim":      {tone(rate, 300, 3, 0.3), 3 * time.Second},
		"silence alone":        {quiet(2), 2 * time.Second},
		"nothing":              {nil, 0},
	} {
		r := &Recording{Rate: rate, Samples: c.samples}
		before := r.Duration()
		cut := r.Trim()
		if d := r.Duration() - c.keeps; d > 30*time.Millisecond || d < -30*time.Millisecond || before-cut != r.Duration() {
			t.Errorf("%s: %v kept of %v, want %v", name, r.Duration(), before, c.keeps)
		}
	}
}

func TestLevel(t *testing.T) {
	loudness := func(s []int16) float64 {
		r := &Recording{Rate: RecordingRate, Samples: s}
		_, rms := r.blocks()
		return percentile(rms, 0.7)
	}
	var results []float64
	for _, factor := range []float64{0.12, 0.3, 1, 2} {
		samples := speech(RecordingRate, 4)
		for i := range samples {
			samples[i] = int16(max(-32768, min(32767, float64(samples[i])*factor)))
		}
		samples[1000] = 32767 // a knock
		r := &Recording{Rate: RecordingRate, Samples: samples}
		gain := r.Level()
		results = append(results, loudness(r.Samples))
		for _, v := range r.Samples {
			if math.Abs(float64(v)) > ceiling*32768+1 {
				t.Fatalf("factor %v, gain %.2f: %d is above the ceiling", factor, gain, v)
			}
		}
	}
	for _, v := range results[1:] {
		if ratio := v / results[0]; ratio < 0.7 || ratio > 1.4 {
			t.Errorf("loud and quiet voices come out as %.3f", results)
		}
	}
	silent := &Recording{Rate: RecordingRate, Samples: make([]int16, 44_100)}
	if gain := silent.Level(); gain != 1 {
		t.Errorf("silence is levelled by %v", gain)
	}
}

func TestWaveform(t *testing.T) {
	const rate = 16_000
	samples := append(append(tone(rate, 200, 1, 0.05), tone(rate, 200, 1, 0.8)...), make([]int16, rate)...)
	r := &Recording{Rate: rate, Samples: samples}
	w := r.Waveform(30)
	file, info, err := Waveform(context.Background(), wav(rate, 1, samples), 30)
	if err != nil || string(w) != string(file) || info.Frames != int64(len(samples)) {
		t.Errorf("%v and %v, %v", w, file, err)
	}
	if w[15] < 250 || w[5] < 20 || w[5] > 100 || w[25] != 0 || len(w) != 30 {
		t.Errorf("quiet %d, loud %d, silent %d", w[5], w[15], w[25])
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Waveform(ctx, wav(rate, 1, samples), 30); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Length follows the speed, the pitch does not.
func TestStretch(t *testing.T) {
	const rate = 44_100
	for _, channels := range []int{1, 2} {
		samples := tone(rate, 220, 5, 0.5)
		if channels == 2 {
			both := make([]int16, 0, 2*len(samples))
			for _, v := range samples {
				both = append(both, v, -v/2)
			}
			samples = both
		}
		for _, speed := range []float64{0.5, 0.75, 1, 1.25, 1.5, 2} {
			s, err := Open(context.Background(), wav(rate, channels, samples))
			if err != nil {
				t.Fatal(err)
			}
			out := readAll(t, NewStretch(s, rate, channels, speed), channels)
			seconds := float64(len(out)/channels) / rate
			if want := 5 / speed; math.Abs(seconds-want) > 0.06 {
				t.Errorf("speed %v: %.2f s, want %.2f", speed, seconds, want)
			}
			left := channel(out, channels, 0)
			if hz := pitch(left[rate/4:len(left)-rate/4], rate); math.Abs(hz-220) > 2 {
				t.Errorf("speed %v: %.1f Hz", speed, hz)
			}
			// Pieces fit: the tone is as loud everywhere as it was.
			for at := rate / 2; at+rate/10 < len(left)-rate/4; at += rate / 10 {
				var power float64
				for _, v := range left[at : at+rate/10] {
					power += float64(v) * float64(v)
				}
				if rms := math.Sqrt(power / (rate / 10)); rms < 0.32 || rms > 0.37 {
					t.Errorf("speed %v: level %.3f at %.1f s", speed, rms, float64(at)/rate)
					break
				}
			}
			if speed == 1 {
				if len(out) != len(samples) {
					t.Errorf("speed 1: %d samples of %d", len(out), len(samples))
				}
				for i, v := range out {
					if want := float32(samples[i]) / 32768; math.Abs(float64(v-want)) > 1e-4 {
						t.Fatalf("speed 1: sample %d is %v, was %v", i, v, want)
					}
				}
			}
		}
	}
}

// The place that is heard moves with the speed, across changes and jumps.
func TestStretchPosition(t *testing.T) {
	const rate = 16_000
	s, err := Open(context.Background(), wav(rate, 1, speech(rate, 20)))
	if err != nil {
		t.Fatal(err)
	}
	x := NewStretch(s, rate, 1, 1)
	buf := make([]float32, rate)
	want := 0.0
	for _, speed := range []float64{1, 2, 0.5, 1.5} {
		x.SetSpeed(speed)
		if n, err := x.Read(buf); n != rate || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		want += speed * rate
		if d := math.Abs(float64(x.Frame()) - want); d > rate/20 {
			t.Errorf("speed %v: at %d, want %.0f", speed, x.Frame(), want)
		}
	}
	if err := s.SeekTo(3 * rate); err != nil {
		t.Fatal(err)
	}
	x.Reset(3 * rate)
	x.SetSpeed(1)
	if n, err := x.Read(buf); n != rate || err != nil || x.Frame() < 4*rate-400 || x.Frame() > 4*rate+400 {
		t.Errorf("after a jump: %d frames, at %d, %v", n, x.Frame(), err)
	}
	spoken := floats(speech(rate, 20))[3*rate:]
	for i, v := range buf[1000:2000] {
		if math.Abs(float64(v-spoken[1000+i])) > 1e-3 {
			t.Fatalf("after a jump, sample %d is another", i)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	spoken := wav(48_000, 1, speech(48_000, 10))
	for name, args := range map[string][]string{"mp3": {"-b:a", "128k"}, "m4a": {"-b:a", "64k"}, "ogg": {"-c:a", "libopus", "-b:a", "24k"}, "flac": nil} {
		file := made(b, "a."+name, spoken, args...)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				decodeAll(b, file)
			}
			b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}

func BenchmarkStretch(b *testing.B) {
	file := wav(48_000, 1, speech(48_000, 10))
	for b.Loop() {
		s, err := Open(context.Background(), file)
		if err != nil {
			b.Fatal(err)
		}
		readAll(b, NewStretch(s, 48_000, 1, 1.5), 1)
	}
	b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
}

func BenchmarkEncode(b *testing.B) {
	r := &Recording{Rate: RecordingRate, Samples: speech(RecordingRate, 10)}
	for b.Loop() {
		if _, err := r.MP3(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
}
