package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// sideBySide are the benchmarks of the packages that time a whole and its
// reference in turns. They report whole-ns, primitives-ns and ratio.
var sideBySide = []struct {
	pkg, bench string
	what, ref  string
	limit      float64
}{
	{"./engine/protocol/seal", "BenchmarkOpenRatio", "open a one-to-one message (320 bytes)", "X25519, Ed25519 verify, Edwards→Montgomery", 1.20},
	{"./engine/protocol/seal", "BenchmarkCloseRatio", "seal a one-to-one message", "Ed25519 sign, key pair, X25519", 1.15},
	{"./engine/protocol/seal", "BenchmarkClosePreparedRatio", "the same, one-time key made ahead", "Ed25519 sign, X25519", 1.15},
	{"./engine/protocol/attach", "BenchmarkSealLegacyRatio", "encrypt a file of 9.9 MB", "AES-CBC, HMAC-SHA256, SHA-256", 1 / 0.7},
	{"./engine/protocol/attach", "BenchmarkOpenLegacyRatio", "decrypt it, checked before a byte comes out", "AES-CBC, HMAC-SHA256, SHA-256", 1 / 0.7},
	{"./engine/protocol/attach", "BenchmarkOpenDeterministicRatio", "decrypt it, deterministic scheme", "ChaCha20-Poly1305", 1 / 0.7},
	{"./engine", "BenchmarkFileOutRatio", "send it: out of the profile, encrypted", "ChaCha20-Poly1305, AES-CBC, HMAC, SHA-256", 1 / 0.7},
	{"./engine", "BenchmarkFileInRatio", "receive it: decrypted, into the profile, durable", "the same, BLAKE2b, write and sync", 1 / 0.7},
	{"./engine/protocol/onion", "BenchmarkBuildRatio/fresh", "build an onion request (3 hops, 3 kB)", "4 key pairs, 4 X25519", 1.15},
	{"./engine/protocol/onion", "BenchmarkBuildRatio/pairs", "the same, key pairs made ahead", "4 X25519", 1.15},
	{"./engine/protocol/config", "BenchmarkRatioPush", "push 1,000 contacts", "encoding/json of the same, out and in", 1},
	{"./engine/protocol/config", "BenchmarkRatioMergeFresh", "merge them into an empty state", "encoding/json of the same, out and in", 1},
	{"./engine/protocol/config", "BenchmarkRatioMergeConflict", "merge 500 + 500 conflicting edits", "encoding/json of the same, out and in", 4},
}

func (b *bench) protocol(ctx context.Context) error {
	for _, s := range sideBySide {
		m, err := goBench(ctx, s.pkg, s.bench)
		if err != nil {
			return err
		}
		whole, reference := m["whole-ns"], m["primitives-ns"]
		if whole == 0 || reference == 0 {
			return fmt.Errorf("%s %s reports %v", s.pkg, s.bench, m)
		}
		b.table.atMost(s.what, whole/1000, s.ref, reference/1000, "µs", s.limit)
	}
	return b.receive(ctx)
}

// receive measures the way in beside what its primitives allow on the same
// processors, in turns.
func (b *bench) receive(ctx context.Context) error {
	var ours, theirs []float64
	for range 3 {
		for name, list := range map[string]*[]float64{"BenchmarkReceive": &ours, "BenchmarkPrimitives": &theirs} {
			m, err := goBench(ctx, "./engine", name)
			if err != nil {
				return err
			}
			*list = append(*list, m["msg/s"])
		}
	}
	b.table.atLeast("receive: swarm answer → stored, indexed, event", median(ours), "X25519 and Ed25519 verify on all cores", median(theirs), "/s", 0.60)
	return nil
}

// goBench runs one benchmark of the tree and returns the metrics it reports.
func goBench(ctx context.Context, pkg, name string) (map[string]float64, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^"+strings.ReplaceAll(name, "/", "$/^")+"$", pkg)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s%s", name, err, out, stderr.Bytes())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], name) {
			continue
		}
		m := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %q is not a number", name, fields[i])
			}
			m[fields[i+1]] = v
		}
		return m, nil
	}
	return nil, fmt.Errorf("%s printed no result:\n%s", name, out)
}
