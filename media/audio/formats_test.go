package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sotto/media/voice"
)

// hum is a tone with two overtones: 300, 600 and 900 Hz, the lowest the loudest.
func hum(rate int, seconds float64) []int16 {
	out := make([]int16, int(float64(rate)*seconds))
	for i := range out {
		at := 2 * math.Pi * 300 * float64(i) / float64(rate)
		out[i] = int16(9000*math.Sin(at) + 4500*math.Sin(2*at) + 2500*math.Sin(3*at))
	}
	return out
}

// made has ffmpeg make a sound file of one channel.
func made(t *testing.T, name string, rate int, samples []int16, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: packaging/setup.sh test installs it")
	}
	var raw bytes.Buffer
	_ = binary.Write(&raw, binary.LittleEndian, samples)
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-f", "s16le", "-ar", fmt.Sprint(rate), "-ac", "1", "-i", "-"}, args...), path)...)
	cmd.Stdin = &raw
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s", err, out)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// strength is how much of a frequency there is.
func strength(samples []int16, rate int, hz float64) float64 {
	var re, im float64
	for i, v := range samples {
		window := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(samples)))
		at := 2 * math.Pi * hz * float64(i) / float64(rate)
		re, im = re+window*float64(v)*math.Cos(at), im+window*float64(v)*math.Sin(at)
	}
	return math.Hypot(re, im) / float64(len(samples))
}

// loudest is the loudest frequency between 100 and 1,500 Hz.
func loudest(samples []int16, rate int) (hz float64) {
	const every = 8 // there is nothing above 2,700 Hz
	few := make([]int16, len(samples)/every)
	for i := range few {
		few[i] = samples[i*every]
	}
	samples, rate = few, rate/every
	best := 0.0
	for f := 100.0; f < 1500; f += 2 {
		if s := strength(samples, rate, f); s > best {
			best, hz = s, f
		}
	}
	return hz
}

// What Session clients send plays at every speed of the player for as long as it
// should, at its own pitch.
func TestWhatClientsSendPlaysAtEverySpeed(t *testing.T) {
	const seconds = 5
	for _, c := range []struct {
		name string
		rate int
		args []string
	}{
		{"desktop.mp3", 44_100, []string{"-c:a", "libmp3lame", "-b:a", "128k"}},
		{"android.aac", 44_100, []string{"-c:a", "aac", "-b:a", "32k", "-f", "adts"}},
		{"ios.m4a", 44_100, []string{"-c:a", "aac", "-b:a", "64k"}},
		{"opus-24.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "24k"}},
		{"opus-64.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "64k"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := made(t, c.name, c.rate, hum(c.rate, seconds), c.args...)
			for _, speed := range []float64{1, 1.5, 2} {
				stream, err := voice.Open(context.Background(), file)
				if err != nil {
					t.Fatal(err)
				}
				got := handedOver(t, stream, speed)
				// AAC in ADTS does not say what its encoder added: two frames.
				if length, want := float64(len(got))/float64(c.rate), seconds/speed; math.Abs(length-want) > 0.08 {
					t.Errorf("at speed %v it lasts %.2f s, want %.2f", speed, length, want)
				}
				middle := got[len(got)/2-c.rate/4:][:c.rate/2]
				if hz := loudest(middle, c.rate); math.Abs(hz-300) > 3 {
					t.Errorf("at speed %v the loudest is %.0f Hz, was 300", speed, hz)
				}
				for overtone, part := range map[float64]float64{600: 0.5, 900: 0.28} {
					if p := strength(middle, c.rate, overtone) / strength(middle, c.rate, 300); p < part*0.7 || p > part*1.3 {
						t.Errorf("at speed %v %.0f Hz has %.2f of the strength of 300 Hz, had %.2f", speed, overtone, p, part)
					}
				}
			}
		})
	}
}
