package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// tone is a second of 440 Hz as a WAV file.
func tone() []byte {
	const rate = 16_000
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, v := range []any{uint32(36 + 2*rate), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16), []byte("data"), uint32(2 * rate)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	for i := range rate {
		_ = binary.Write(&b, binary.LittleEndian, int16(12_000*math.Sin(2*math.Pi*440*float64(i)/rate)))
	}
	return b.Bytes()
}

// Files and a voice message go from one profile to the other, and what cannot be
// sent is said.
func TestFilesFromTheCommandLine(t *testing.T) {
	t.Parallel()
	both := people(t, "Alice", "Bob")
	alice, bob := both[0], both[1]
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	report, notes, sound := write("report.pdf", bytes.Repeat([]byte("%PDF "), 30_000)), write("notes.txt", []byte("some notes")), write("tone.wav", tone())

	sent := alice.one("send", "--to", bob.id, "--text", "two files", "--attach", report, "--attach", notes)
	alice.one("send", "--to", bob.id, "--voice", sound)
	if sent["state"] != "sent" || sent["hash"] == "" {
		t.Fatalf("sent as %v", sent)
	}
	timestamps := []string{}
	var files []map[string]any
	for len(timestamps) < 2 {
		r := bob.run("--json", "receive", "--count", "2", "--timeout", "30")
		for _, ev := range objects(t, r.out) {
			if ev["event"] != "message" {
				continue
			}
			timestamps = append(timestamps, number(ev["timestamp"]))
			for _, a := range ev["attachments"].([]any) {
				files = append(files, a.(map[string]any))
			}
		}
	}
	if len(files) != 3 || files[0]["name"] != "report.pdf" || files[1]["type"] != "text/plain" || files[2]["voice"] != true {
		t.Fatalf("came as %v", files)
	}
	for i, c := range []struct {
		at   string
		id   string
		from string
	}{{timestamps[0], "1", report}, {timestamps[0], "2", notes}, {timestamps[1], "1", sound}, {timestamps[0], "2", notes}} {
		into := t.TempDir()
		if i == 3 {
			into = dir // where there is one of that name
		}
		got := bob.one("download", "--with", alice.id, "--timestamp", c.at, "--attachment", c.id, "--to", into)
		path := got["path"].(string)
		a, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(c.from)
		if err != nil || !bytes.Equal(a, b) || number(got["size"]) != strconv.Itoa(len(b)) || path == c.from {
			t.Errorf("%s came as %v (%v)", c.from, got, err)
		}
	}
	for _, c := range []struct {
		reason string
		args   []string
	}{
		{"too_large", []string{"--attach", write("large", make([]byte, 10_000_001))}},
		{"not_found", []string{"--attach", filepath.Join(dir, "none")}},
		{"invalid", []string{"--attach", dir}},
		{"invalid", []string{"--voice", notes}},
	} {
		r := alice.run(append([]string{"--json", "send", "--to", bob.id}, c.args...)...)
		failed, _ := objects(t, r.out)[0]["error"].(map[string]any)
		if failed["reason"] != c.reason {
			t.Errorf("%v: %s", c.args, r.out)
		}
	}
}
