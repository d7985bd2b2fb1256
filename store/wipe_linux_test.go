package store

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// mask keeps what is looked for out of the memory that is looked through.
const mask = 0xa5

type needle struct {
	first  [4]byte
	masked []byte
}

func hide(secret []byte) needle {
	n := needle{first: [4]byte(secret), masked: bytes.Clone(secret)}
	for i := range n.masked {
		n.masked[i] ^= mask
	}
	return n
}

func (n needle) at(b []byte) bool {
	for i, m := range n.masked {
		if b[i]^mask != m {
			return false
		}
	}
	return true
}

// count counts how often the secret stands in the writable memory of this
// process.
func (n needle) count(t *testing.T) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	must(t, err)
	mem, err := os.Open("/proc/self/mem")
	must(t, err)
	defer mem.Close()
	found := 0
	const chunk = 1 << 20
	buf := make([]byte, chunk+len(n.masked))
	lines := bufio.NewScanner(bytes.NewReader(maps))
	for lines.Scan() {
		var from, to int64
		var perms string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &perms); err != nil || !strings.HasPrefix(perms, "rw") {
			continue
		}
		for at := from; at < to; at += chunk {
			clear(buf)
			got, _ := mem.ReadAt(buf[:min(int64(len(buf)), to-at)], at)
			for b := buf[:max(0, got-len(n.masked))]; ; {
				i := bytes.Index(b, n.first[:])
				if i < 0 {
					break
				}
				rest := buf[len(buf[:got])-len(n.masked)-len(b)+i:]
				if n.at(rest) {
					found++
				}
				b = b[i+1:]
			}
		}
	}
	return found
}

// TestClosedProfileLeavesNoKeyInMemory uses a profile, closes it, and looks for
// its keys in the memory of the process. That is what locking the window does.
func TestClosedProfileLeavesNoKeyInMemory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	second := make([]byte, 32)
	for i := range second {
		second[i] = byte(i)*7 + 3
	}
	s, err := Create(dir, "local", Protection{Passphrase: []byte("a passphrase"), Second: &Second{SecondInfo{Kind: KeyFile}, second}}, Options{KDF: cheapKDF})
	must(t, err)
	update(t, s, func(tx *Tx) { must(t, tx.PutAccount(AccountRecord{Name: "Alice"})) })
	must(t, s.Close())
	s, err = Open(dir, Unlock{[]byte("a passphrase"), second}, Options{})
	must(t, err)
	view(t, s, func(tx *Tx) { tx.Account() })
	s.CheckPassphrase([]byte("a passphrase"))
	needles := map[string]needle{
		"database key": hide(s.master[:]), "key of values": hide(s.keys.values[:]), "key of names": hide(s.keys.blind[:]),
		"second factor": hide(second),
	}
	clear(second)
	for name, n := range needles {
		if n.count(t) == 0 {
			t.Fatalf("the search does not find the %s of an open profile", name)
		}
	}
	must(t, s.Close())
	runtime.KeepAlive(s)
	for name, n := range needles {
		if got := n.count(t); got > 0 {
			t.Errorf("the %s stands in memory %d times after closing", name, got)
		}
	}
}
