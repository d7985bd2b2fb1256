package voice

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"

	"sotto/internal/cputime"
)

// harmless opens a file that may be anything, jumps and plays in it: what goes
// wrong has one of the errors of this package, and what comes out is sound.
func harmless(t *testing.T, file []byte) {
	typed := func(err error) bool {
		return errors.Is(err, ErrNoSound) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrTooLarge) || errors.Is(err, io.EOF)
	}
	s, err := Open(context.Background(), file)
	if err != nil {
		if !typed(err) {
			t.Fatalf("untyped error %v", err)
		}
		return
	}
	defer s.Close()
	if i := s.Info(); i.Channels < 1 || i.Channels > 2 || i.Frames < 0 || i.SampleRate < minRate || i.Duration() > MaxDuration {
		t.Fatalf("%+v", i)
	}
	buf := make([]float32, 2000)
	for _, at := range []int64{0, s.Info().Frames / 2, 0} {
		if err := s.SeekTo(at); err != nil {
			if !typed(err) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		for range 5 {
			n, err := s.Read(buf)
			if err != nil && !typed(err) {
				t.Fatalf("untyped error %v", err)
			}
			for _, v := range buf[:n*s.Info().Channels] {
				if !(v >= -1 && v <= 1) {
					t.Fatalf("sample %v", v)
				}
			}
			if err != nil {
				break
			}
		}
	}
}

// tiny are short files of every format.
func tiny(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{"tiny.wav": wav(8_000, 1, speech(8_000, 0.1))}
	for _, name := range []string{"tiny.aac", "tiny.flac", "tiny.m4a", "tiny.mp3", "tiny.ogg"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	return files
}

// oggSealed gives the pages of a file the checksums of what they hold by now.
func oggSealed(file []byte) []byte {
	for rest := file; len(rest) >= oggHeader && string(rest[:4]) == "OggS"; {
		n := oggHeader + int(rest[26])
		if n > len(rest) {
			break
		}
		for _, length := range rest[oggHeader:n] {
			n += int(length)
		}
		if n > len(rest) {
			break
		}
		binary.LittleEndian.PutUint32(rest[22:], oggCRC(rest[:n]))
		rest = rest[n:]
	}
	return file
}

// A file cut off anywhere plays to there or is refused.
func TestCutAnywhere(t *testing.T) {
	for name, file := range tiny(t) {
		t.Run(name, func(t *testing.T) {
			step := 1
			if testing.Short() || len(file) > 4000 || name == "tiny.aac" {
				step = 17
			}
			for n := 0; n < len(file); n += step {
				harmless(t, file[:n])
			}
		})
	}
}

// A header with any byte changed to an extreme is read within bounds of time and
// memory, or refused.
func TestAnyByteOfTheHeader(t *testing.T) {
	const header = 1200
	for name, file := range tiny(t) {
		t.Run(name, func(t *testing.T) {
			step := 3
			if name == "tiny.aac" || name == "tiny.m4a" { // each opens a box of its own
				step = 43
			}
			if testing.Short() {
				step *= 5
			}
			for at := 0; at < min(header, len(file)); at += step {
				for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
					changed := bytes.Clone(file)
					changed[at] = v
					if name == "tiny.ogg" {
						changed = oggSealed(changed)
					}
					harmless(t, changed)
				}
			}
		})
	}
}

// Headers that announce what no file holds do not cost what they announce.
func TestAbsurdHeaders(t *testing.T) {
	files := tiny(t)
	put := func(name string, at int, with string) []byte {
		b := bytes.Clone(files[name])
		copy(b[at:], with)
		if name == "tiny.ogg" {
			b = oggSealed(b)
		}
		return b
	}
	// box changes what stands behind the name of an MP4 box.
	box := func(kind string, behind int, with string) []byte {
		at := bytes.Index(files["tiny.m4a"], []byte(kind))
		if at < 0 {
			t.Fatalf("no box %s", kind)
		}
		return put("tiny.m4a", at+4+behind, with)
	}
	size := func(kind, with string) []byte { return box(kind, -8, with) }
	opus := bytes.Index(files["tiny.ogg"], []byte("OpusHead"))
	const most = "\xff\xff\xff\xff"
	any := errors.New("any")
	for name, c := range map[string]struct {
		file []byte
		want error // any: it may also play
	}{
		"MP4 of 4 G packets":                 {box("stsz", 8, most), ErrTooLarge},
		"MP4 of 2 M packets":                 {box("stsz", 8, "\x00\x1f\xff\xff"), ErrDamaged},
		"MP4, packets of 4 GB":               {box("stsz", 4, most), ErrDamaged},
		"MP4, 4 G packets a chunk":           {box("stsc", 12, most), any},
		"MP4, 4 G chunks":                    {box("stco", 4, most), any},
		"MP4, chunks behind the end":         {box("stco", 8, most), ErrDamaged},
		"MP4, a box of 4 GB":                 {size("moov", most), ErrDamaged},
		"MP4, a box smaller than its head":   {size("moov", "\x00\x00\x00\x07"), ErrDamaged},
		"MP4, a box of 64 bits without them": {size("trak", "\x00\x00\x00\x01"), any},
		"MP4, time that stands still":        {box("mdhd", 12, "\x00\x00\x00\x00"), any},
		"MP4, a cut of 4 G frames":           {box("elst", 12, "\x7f\xff\xff\xff"), any},
		"MP4, another codec":                 {box("mp4a", -4, "zzzz"), ErrUnsupported},
		"MP4, a film":                        {box("hdlr", 8, "vide"), ErrNoSound},
		"Opus of no channels":                {put("tiny.ogg", opus+9, "\x00"), ErrUnsupported},
		"Opus of 255 channels":               {put("tiny.ogg", opus+9, "\xff"), ErrUnsupported},
		"Opus of a later version":            {put("tiny.ogg", opus+8, "\x10"), ErrDamaged},
		"Opus that skips more than there is": {put("tiny.ogg", opus+10, "\xff\xff"), any},
		"Opus, 128 dB louder":                {put("tiny.ogg", opus+16, "\xff\x7f"), any},
		"Ogg, pages that do not match":       {put("tiny.ogg", 14, "\x00\x00\x00\x00")[:60], ErrDamaged},
		"FLAC of 68 G samples":               {put("tiny.flac", 21, "\xff\xff\xff\xff\xff"), ErrTooLarge},
		"FLAC at 0 Hz":                       {put("tiny.flac", 18, "\x00\x00\x00"), ErrDamaged},
		"FLAC, notes of 16 MB":               {put("tiny.flac", 43, "\xff\xff\xff"), ErrDamaged},
		"WAV at 0 Hz":                        {put("tiny.wav", 24, "\x00\x00\x00\x00"), ErrDamaged},
		"WAV of 0 bits":                      {put("tiny.wav", 34, "\x00\x00"), ErrUnsupported},
		"WAV of 65,535 bits":                 {put("tiny.wav", 34, "\xff\xff"), ErrUnsupported},
		"WAV, a header of 4 GB":              {put("tiny.wav", 16, most), ErrDamaged},
		"WAV, 4 GB of sound":                 {put("tiny.wav", 40, most), any},
		"MP3, a tag of 256 MB":               {append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), files["tiny.mp3"]...), any},
		"MP3, tags in tags":                  {append(bytes.Repeat([]byte("ID3\x04\x00\x10\x00\x00\x00\x00"), 10_000), files["tiny.mp3"]...), any},
		"ADTS, frames of nothing but header": {bytes.Repeat([]byte("\xff\xf1\x50\x40\x00\xff\xfc"), 1000), ErrDamaged},
		"ADTS, frames beyond the end":        {[]byte("\xff\xf1\x50\x43\xff\xff\xfc\xff\xf1"), any},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := cputime.Used()
			s, err := Open(context.Background(), c.file)
			if err == nil {
				for range 50 {
					if _, err = s.Read(make([]float32, 4800*s.Info().Channels)); err != nil {
						break
					}
				}
				s.Close()
			}
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 48<<20 {
				t.Errorf("%d bytes for a file of %d", grown, len(c.file))
			}
			if d := cputime.Used() - began; d > 5*time.Second {
				t.Errorf("took %v", d)
			}
			if c.want != any && !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			harmless(t, c.file)
		})
	}
}

// Sound that is no number, and endless silence behind a header, are played as
// what they are.
func TestSamplesThatAreNoNumbers(t *testing.T) {
	file := wav(8_000, 1, make([]int16, 400))
	copy(file[20:], "\x03\x00") // floats
	copy(file[32:], "\x04\x00\x20\x00")
	for i, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30, -0.5} {
		binary.LittleEndian.PutUint32(file[44+4*i:], math.Float32bits(v))
	}
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := readAll(t, s, 1)
	for i, want := range []float32{0, 1, -1, 1, -0.5} {
		if got[i] != want {
			t.Errorf("sample %d is %v, want %v", i, got[i], want)
		}
	}
}

// mute takes packets and gives nothing, until it has had many.
type mute struct{ left int }

func (m *mute) decode([]byte) ([]float32, error) {
	if m.left--; m.left >= 0 {
		return nil, nil
	}
	return make([]float32, 2048), nil
}
func (m *mute) reset() error { return nil }
func (m *mute) close()       {}

// TestADecoderThatNeverWarmsUp: the silence in front of its first sound would be
// as long as the file.
func TestADecoderThatNeverWarmsUp(t *testing.T) {
	for left, want := range map[int]error{0: nil, 3: nil, maxBad + 1: ErrDamaged} {
		packets := make([]packet, 1000)
		for i := range packets {
			packets[i].n = 1024
		}
		s := &packetSource{packets: packets, dec: &mute{left}, channels: 2}
		s.end = timeline(packets)
		if _, err := s.read(make([]float32, 4096)); !errors.Is(err, want) {
			t.Errorf("silent for %d packets: %v, want %v", left, err, want)
		}
	}
}

// silentFLAC is a stream of endless silence: some bytes for each of its frames, of
// which each has more than a second. Its header does not say how long it is.
func silentFLAC(t *testing.T, frames int) []byte {
	t.Helper()
	const block, rate = 65_535, 48_000
	var head bytes.Buffer
	enc, err := flac.NewEncoder(&head, &meta.StreamInfo{
		BlockSizeMin: block, BlockSizeMax: block, SampleRate: rate, NChannels: 1, BitsPerSample: 16,
	})
	if err != nil {
		t.Fatal(err)
	}
	begin := head.Len()
	err = enc.WriteFrame(&frame.Frame{
		Header:    frame.Header{HasFixedBlockSize: true, BlockSize: block, SampleRate: rate, Channels: frame.ChannelsMono, BitsPerSample: 16},
		Subframes: []*frame.Subframe{{SubHeader: frame.SubHeader{Pred: frame.PredConstant}, Samples: make([]int32, block), NSamples: block}},
	})
	if err != nil {
		t.Fatal(err)
	}
	one := bytes.Clone(head.Bytes()[begin:])
	if len(one) > 20 {
		t.Fatalf("a silent frame takes %d bytes", len(one))
	}
	return append(head.Bytes()[:begin:begin], bytes.Repeat(one, frames)...)
}

// TestEndlessFLACIsNotDecodedForLong: a file of 100 KB that decodes to hours is
// refused within seconds, and whoever lets go of a stream waits for nothing.
func TestEndlessFLACIsNotDecodedForLong(t *testing.T) {
	s, err := Open(context.Background(), silentFLAC(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if s.Info().Frames != 3*65_535 {
		t.Fatalf("three frames are %d samples", s.Info().Frames)
	}
	s.Close()
	const enough = maxCounted/65_535 + 1
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(gone, silentFLAC(t, 3)); !errors.Is(err, context.Canceled) {
		t.Errorf("let go of: %v", err)
	}
	if testing.Short() {
		return
	}
	if _, err := Open(context.Background(), silentFLAC(t, enough)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("endless: %v", err)
	}
}

// TestADecoderThatDoesNotBeginIsClosed has the configuration of a decoder go bad
// between its opening and its first sound.
func TestADecoderThatDoesNotBeginIsClosed(t *testing.T) {
	packets, err := adtsPackets(tiny(t)["tiny.aac"])
	if err != nil {
		t.Fatal(err)
	}
	d, err := newAACDecoder(context.Background(), packets[0].data, true)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openAAC(d, packets)
	if err != nil {
		t.Fatal(err)
	}
	d.config, d.adts = []byte{0xff, 0xff}, false
	if err := s.begin(); err == nil {
		t.Fatal("it begins with a configuration that is none")
	}
	if _, err := d.Call(faadCreate); err == nil {
		t.Error("the decoder is open")
	}
}
