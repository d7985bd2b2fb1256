package voice

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tool runs a program of packaging/setup.sh test, or skips.
func tool(t testing.TB, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: packaging/setup.sh test installs it", name)
	}
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// speech is a made voice: harmonics of a pitch that rises and falls, in
// syllables.
func speech(rate int, seconds float64) []int16 {
	out := make([]int16, int(float64(rate)*seconds))
	phase := 0.0
	for i := range out {
		at := float64(i) / float64(rate)
		pitch := 140 + 40*math.Sin(2*math.Pi*0.7*at) + 15*math.Sin(2*math.Pi*3.1*at)
		phase += 2 * math.Pi * pitch / float64(rate)
		syllable := math.Pow(math.Abs(math.Sin(2*math.Pi*1.3*at)), 0.5) * (0.6 + 0.4*math.Sin(2*math.Pi*0.31*at))
		var v float64
		for h := 1; h <= 12; h++ {
			v += math.Sin(float64(h)*phase) / float64(h) * (1 + 0.8*math.Sin(float64(h)+2*math.Pi*0.9*at))
		}
		out[i] = int16(8000 * syllable * v / 2)
	}
	return out
}

func wav(rate, channels int, samples []int16) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00")
	for _, v := range []any{uint16(channels), uint32(rate), uint32(rate * channels * 2), uint16(channels * 2), uint16(16)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(2*len(samples)))
	_ = binary.Write(&b, binary.LittleEndian, samples)
	binary.LittleEndian.PutUint32(b.Bytes()[4:], uint32(b.Len()-8))
	return b.Bytes()
}

// made runs ffmpeg over samples and returns the file it makes.
func made(t testing.TB, name string, source []byte, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.wav"), filepath.Join(dir, name)
	if err := os.WriteFile(in, source, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "ffmpeg", append(append([]string{"-v", "error", "-y", "-i", in}, args...), out)...)
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func readAll(t testing.TB, r Reader, channels int) []float32 {
	t.Helper()
	var out []float32
	buf := make([]float32, 1001*channels) // no multiple of anything
	for {
		n, err := r.Read(buf)
		out = append(out, buf[:n*channels]...)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func decodeAll(t testing.TB, file []byte) ([]float32, Info) {
	t.Helper()
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return readAll(t, s, s.Info().Channels), s.Info()
}

func channel(samples []float32, channels, c int) []float32 {
	out := make([]float32, len(samples)/channels)
	for i := range out {
		out[i] = samples[i*channels+c]
	}
	return out
}

func floats(samples []int16) []float32 {
	out := make([]float32, len(samples))
	for i, v := range samples {
		out[i] = float32(v) / 32768
	}
	return out
}

// correlation of two seconds in the middle of a with b, at the best of the
// shifts up to most; and that shift.
func correlation(a, b []float32, rate, most int) (best float64, shift int) {
	n := min(2*rate, len(a)/2)
	from := (len(a) - n) / 2
	at := func(d, step int) float64 {
		if from+d < 0 || from+d+n > len(b) {
			return -1
		}
		var dot, aa, bb float64
		for i := 0; i < n; i += step {
			x, y := float64(a[from+i]), float64(b[from+d+i])
			dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
		}
		return dot / math.Sqrt(aa*bb+1e-12)
	}
	rough, roughBest := 0, -1.0
	for d := -most; d <= most; d++ {
		if c := at(d, 13); c > roughBest {
			rough, roughBest = d, c
		}
	}
	best = -1
	for d := rough - 3; d <= rough+3; d++ {
		if c := at(d, 1); c > best {
			best, shift = c, d
		}
	}
	return best, shift
}

// pitch is the frequency of a tone by its zero crossings.
func pitch(samples []float32, rate int) float64 {
	n := 0
	first, last := -1, 0
	for i := 1; i < len(samples); i++ {
		if samples[i-1] < 0 && samples[i] >= 0 {
			if first < 0 {
				first = i
			} else {
				n++
			}
			last = i
		}
	}
	return float64(n) * float64(rate) / float64(last-first)
}

func tone(rate int, hz, seconds, level float64) []int16 {
	out := make([]int16, int(float64(rate)*seconds))
	for i := range out {
		out[i] = int16(32767 * level * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return out
}
