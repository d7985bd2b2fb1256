package voice

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// What the clients send, made by other people's encoders, decodes to what was
// spoken.
func TestOtherPeoplesFiles(t *testing.T) {
	const seconds = 4
	for _, c := range []struct {
		name     string
		rate     int // of the speech
		args     []string
		codec    Codec
		channels int
		late     int // frames by which it may be late or long
	}{
		{"desktop.mp3", 44_100, []string{"-c:a", "libmp3lame", "-b:a", "128k", "-ac", "1"}, MP3, 1, 10},
		{"stereo.mp3", 48_000, []string{"-c:a", "libmp3lame", "-q:a", "4", "-ac", "2", "-metadata", "title=x"}, MP3, 2, 10},
		{"mpeg2.mp3", 22_050, []string{"-c:a", "libmp3lame", "-b:a", "48k"}, MP3, 1, 10},
		{"bare.mp3", 44_100, []string{"-c:a", "libmp3lame", "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0"}, MP3, 1, 2400},
		{"android.aac", 44_100, []string{"-c:a", "aac", "-b:a", "32k", "-ac", "1", "-f", "adts"}, AAC, 1, 2200},
		{"ios.m4a", 44_100, []string{"-c:a", "aac", "-b:a", "64k", "-ac", "1"}, AAC, 1, 1100},
		{"first.m4a", 44_100, []string{"-c:a", "aac", "-b:a", "64k", "-ac", "2", "-movflags", "+faststart"}, AAC, 2, 1100},
		{"surround.m4a", 44_100, []string{"-c:a", "aac", "-b:a", "256k", "-af", "pan=5.1|FL=c0|FR=c0|BL=c0|BR=c0"}, AAC, 2, 1100},
		{"opus-24.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "24k", "-ac", "1"}, Opus, 1, 10},
		{"opus-voip.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "24k", "-ac", "1", "-application", "voip"}, Opus, 1, 10},
		{"opus-64.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "64k", "-ac", "1"}, Opus, 1, 10},
		{"opus-stereo.ogg", 48_000, []string{"-c:a", "libopus", "-b:a", "96k", "-ac", "2", "-frame_duration", "60"}, Opus, 2, 10},
		{"s16.wav", 16_000, []string{"-c:a", "pcm_s16le"}, WAV, 1, 0},
		{"s24.wav", 48_000, []string{"-c:a", "pcm_s24le", "-ac", "2"}, WAV, 2, 0},
		{"u8.wav", 8_000, []string{"-c:a", "pcm_u8"}, WAV, 1, 0},
		{"f32.wav", 44_100, []string{"-c:a", "pcm_f32le"}, WAV, 1, 0},
		{"mono.flac", 44_100, []string{"-c:a", "flac"}, FLAC, 1, 0},
		{"stereo.flac", 48_000, []string{"-c:a", "flac", "-ac", "2", "-compression_level", "12"}, FLAC, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoken := speech(c.rate, seconds)
			file := made(t, c.name, wav(c.rate, 1, spoken), c.args...)
			got, info := decodeAll(t, file)
			if info.Codec != c.codec || info.SampleRate != c.rate || info.Channels != c.channels {
				t.Fatalf("%+v", info)
			}
			if n := len(got) / info.Channels; int64(n) != info.Frames {
				t.Errorf("%d frames came out, %d were announced", n, info.Frames)
			}
			if d := info.Frames - int64(len(spoken)); d < -int64(c.late) || d > int64(c.late)+2*1152 {
				t.Errorf("%d frames, %d were spoken", info.Frames, len(spoken))
			}
			reference := made(t, "reference.wav", file, "-c:a", "pcm_s16le", "-ar", strconv.Itoa(c.rate), "-ac", strconv.Itoa(c.channels))
			same, _ := decodeAll(t, reference)
			for side := range info.Channels {
				like, shift := correlation(channel(same, c.channels, side), channel(got, c.channels, side), c.rate, c.late+1200)
				if like < 0.99 {
					t.Errorf("channel %d: ffmpeg decodes it otherwise, correlation %.4f, late by %d", side, like, shift)
				}
				if c.name == "opus-voip.ogg" {
					continue // this encoder keeps the sound of a voice, not its wave
				}
				like, shift = correlation(floats(spoken), channel(got, info.Channels, side), c.rate, c.late+20)
				if like < 0.95 || shift > c.late || shift < -c.late {
					t.Errorf("channel %d: correlation %.4f, late by %d", side, like, shift)
				}
			}
		})
	}
}

// A jump to any place gives what playing to there gives.
func TestSeek(t *testing.T) {
	spoken := wav(48_000, 1, speech(48_000, 5))
	for name, args := range map[string][]string{
		"a.mp3": {"-b:a", "128k"}, "a.aac": {"-b:a", "48k", "-f", "adts"}, "a.m4a": {"-b:a", "64k"},
		"a.ogg": {"-c:a", "libopus", "-b:a", "48k"}, "a.flac": nil, "a.wav": nil,
	} {
		t.Run(name, func(t *testing.T) {
			file := made(t, name, spoken, args...)
			all, info := decodeAll(t, file)
			s, err := Open(context.Background(), file)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			buf := make([]float32, 4800)
			for _, at := range []int64{100_000, 5_000, 0, 200_001, 12_345, info.Frames - 4800} {
				if err := s.SeekTo(at); err != nil || s.Frame() != at {
					t.Fatalf("seek to %d: at %d, %v", at, s.Frame(), err)
				}
				n := 0
				for n < len(buf) {
					m, err := s.Read(buf[n:])
					if err != nil {
						t.Fatalf("%d frames behind %d: %v", n, at, err)
					}
					n += m
				}
				var dot, aa, bb float64
				for i, v := range buf {
					w := all[int(at)+i]
					dot, aa, bb = dot+float64(v*w), aa+float64(v*v), bb+float64(w*w)
				}
				if like := dot / math.Sqrt(aa*bb+1e-12); like < 0.98 {
					t.Errorf("at %d: correlation %.4f", at, like)
				}
			}
			if err := s.SeekTo(1 << 50); err != nil || s.Frame() != info.Frames {
				t.Errorf("far behind the end: %d, %v", s.Frame(), err)
			}
			if n, err := s.Read(buf); n != 0 || !errors.Is(err, io.EOF) {
				t.Errorf("at the end: %d frames, %v", n, err)
			}
		})
	}
}

// An hour of sound passes through a few megabytes.
func TestMemoryIsBounded(t *testing.T) {
	ten := made(t, "ten.mp3", wav(16_000, 1, speech(16_000, 10)), "-b:a", "16k", "-write_xing", "0", "-id3v2_version", "0")
	file := bytes.Repeat(ten, 360) // frames are frames
	var before, after runtime.MemStats
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if d := s.Info().Duration(); d < 50*time.Minute {
		t.Fatalf("only %v long", d)
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	buf := make([]float32, 16_000)
	for range 60 {
		if _, err := s.Read(buf); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 2<<20 {
		t.Errorf("a minute of playing keeps %d bytes", grown)
	}
}

func TestRefuses(t *testing.T) {
	sound := wav(8_000, 1, speech(8_000, 1))
	bad := func(at int, with string) []byte {
		b := append([]byte(nil), sound...)
		copy(b[at:], with)
		return b
	}
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":               {nil, ErrNoSound},
		"text":                  {[]byte("hello, this is no sound"), ErrNoSound},
		"zeros":                 {make([]byte, 100_000), ErrNoSound},
		"all ones":              {[]byte{0xff, 0xfb, 0xff, 0xfb, 0xff, 0xfb}, ErrNoSound},
		"too many bytes":        {make([]byte, MaxFile+1), ErrTooLarge},
		"RIFF of something":     {[]byte("RIFF\x04\x00\x00\x00WEBPVP8 "), ErrNoSound},
		"WAV without data":      {sound[:36], ErrDamaged},
		"WAV of no channels":    {bad(22, "\x00\x00"), ErrDamaged},
		"WAV of 65,535":         {bad(22, "\xff\xff"), ErrDamaged},
		"WAV at 4 GHz":          {bad(24, "\xff\xff\xff\xff"), ErrDamaged},
		"WAV of 1 bit":          {bad(34, "\x01\x00"), ErrUnsupported},
		"WAV of µ-law":          {bad(20, "\x07\x00"), ErrUnsupported},
		"Ogg of nothing":        {[]byte("OggS\x00\x02"), ErrDamaged},
		"MP4 of nothing":        {[]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"), ErrDamaged},
		"MP4 with empty index":  {[]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00\x00\x00\x00\x08moov"), ErrNoSound},
		"FLAC of nothing":       {[]byte("fLaC"), ErrDamaged},
		"FLAC, absurd header":   {append([]byte("fLaC\x80\x00\x00\x22"), make([]byte, 34)...), ErrDamaged},
		"tag and nothing":       {[]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), ErrNoSound},
		"ADTS of empty frames":  {[]byte("\xff\xf1\x50\x40\x00\xff\xfc\xff\xf1\x50\x40\x00\xff\xfc"), ErrDamaged},
		"picture (PNG)":         {[]byte("\x89PNG\r\n\x1a\n0000000000000000"), ErrNoSound},
		"program (ELF)":         {append([]byte("\x7fELF"), make([]byte, 5000)...), ErrNoSound},
		"web page of a portal":  {[]byte("<!doctype html><html>log in</html>"), ErrNoSound},
		"playlist with a trick": {[]byte("#EXTM3U\nfile:///etc/passwd\n"), ErrNoSound},
	} {
		s, err := Open(context.Background(), c.file)
		if err == nil {
			_, err = s.Read(make([]float32, 4800*s.Info().Channels))
			s.Close()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Formats that exist and are not read are named as such.
func TestUnsupported(t *testing.T) {
	sound := wav(44_100, 1, speech(44_100, 1))
	for name, args := range map[string][]string{
		"vorbis.ogg": {"-c:a", "libvorbis"}, "lossless.m4a": {"-c:a", "alac"}, "law.wav": {"-c:a", "pcm_mulaw"},
	} {
		if _, err := Open(context.Background(), made(t, name, sound, args...)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(context.Background(), made(t, "silent.mp4", sound, "-f", "lavfi", "-i", "color=size=32x32:duration=1", "-map", "1:v", "-c:v", "mpeg4")); !errors.Is(err, ErrNoSound) {
		t.Errorf("film without sound: %v", err)
	}
}

// A file that was cut short plays to where it ends.
func TestCutShort(t *testing.T) {
	spoken := wav(44_100, 1, speech(44_100, 4))
	for name, args := range map[string][]string{
		"a.mp3": {"-b:a", "128k"}, "a.aac": {"-f", "adts"}, "a.m4a": {"-movflags", "+faststart"}, "a.ogg": {"-c:a", "libopus", "-page_duration", "100000"}, "a.flac": nil, "a.wav": nil,
	} {
		file := made(t, name, spoken, args...)
		s, err := Open(context.Background(), file[:len(file)*2/3])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(readAll(t, s, 1)) / 44_100; n < 2 || n > 3 {
			t.Errorf("%s: %d seconds came out of two thirds of four", name, n)
		}
		s.Close()
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(wav(8_000, 1, speech(8_000, 0.1)))
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		file, err := os.ReadFile(filepath.Join("testdata", e.Name()))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(harmless)
}

// The demuxers alone, without the cost of the codecs.
func FuzzDemux(f *testing.F) {
	for _, name := range []string{"tiny.ogg", "tiny.m4a", "tiny.aac", "tiny.mp3"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if packets, _, err := oggPackets(file); err == nil {
			for _, p := range packets {
				if n := opusFrames(p); n < 0 || n > opusMaxPacket {
					t.Fatalf("packet of %d frames", n)
				}
			}
		}
		_, _ = mp4Sound(file)
		if packets, err := adtsPackets(file); err == nil && isADTS(file) && len(packets) == 0 {
			t.Fatal("ADTS without packets")
		}
		if first, packets, err := mp3Scan(file); err == nil {
			mp3Notes(first, packets[0].data)
		}
	})
}
