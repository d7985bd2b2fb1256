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
// reference in turns. They report whole-ns, reference-ns (or primitives-ns) and
// ratio; for rates the whole and reference are operations a second.
var sideBySide = []struct {
	pkg, bench string
	what, ref  string
	limit      float64
	rate       bool // more is better
}{
	{"./engine/protocol/seal", "BenchmarkOpenRatio", "open a one-to-one message (320 bytes)", "X25519, Ed25519 verify, Edwards→Montgomery", 1.20, false},
	{"./engine/protocol/seal", "BenchmarkCloseRatio", "seal a one-to-one message", "Ed25519 sign, key pair, X25519", 1.15, false},
	{"./engine/protocol/seal", "BenchmarkClosePreparedRatio", "the same, one-time key made ahead", "Ed25519 sign, X25519", 1.15, false},
	{"./engine/protocol/onion", "BenchmarkBuildRatio/fresh", "build an onion request (3 hops, 3 kB)", "4 key pairs, 4 X25519", 1.15, false},
	{"./engine/protocol/onion", "BenchmarkBuildRatio/pairs", "the same, key pairs made ahead", "4 X25519", 1.15, false},
	{"./engine", "BenchmarkReceiveRatio", "receive: swarm answer → stored, indexed, event", "X25519 and Ed25519 verify on all cores", 0.60, true},
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
		if s.rate {
			b.table.atLeast(s.what, 1e9/whole, s.ref, 1e9/reference, "/s", s.limit)
			continue
		}
		b.table.atMost(s.what, whole/1000, s.ref, reference/1000, "µs", s.limit)
	}
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
