//go:build !windows

package store

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sotto/engine/model"
)

// TestDiskFull runs itself in a process that may not make files larger than
// they are, which the system answers like a full disk.
func TestDiskFull(t *testing.T) {
	const child = "SOTTO_TEST_DISK_FULL"
	if os.Getenv(child) != "" {
		fillDisk(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiskFull$", "-test.v")
	cmd.Env = append(os.Environ(), child+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func limitFiles(t *testing.T, size uint64) {
	t.Helper()
	var l unix.Rlimit
	must(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &l))
	l.Cur = size
	must(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &l))
}

func fillDisk(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	var before unix.Rlimit
	must(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &before))
	s := newStore(t)
	meet(t, s, "a")
	st, err := os.Stat(filepath.Join(s.Dir(), databaseName))
	must(t, err)
	limitFiles(t, uint64(st.Size()))

	stored := 0
	add := func() error {
		return s.Update(func(tx *Tx) error {
			for i := range 100 {
				m := model.Message{
					Conversation: conversationWith("a"), Sender: person("a"), Timestamp: model.Millis(1000 + stored + i),
					Text: "a text that takes some room on the disk",
				}
				if _, err := tx.AddMessage(&m); err != nil {
					return err
				}
			}
			return tx.AddOutbox(&OutboxRow{Recipient: person("a"), Timestamp: model.Millis(stored)})
		})
	}
	for err == nil && stored < 1_000_000 {
		if err = add(); err == nil {
			stored += 100
		}
	}
	if !errors.Is(err, ErrDiskFull) {
		t.Fatalf("after %d messages: %v", stored, err)
	}
	check := func() {
		t.Helper()
		view(t, s, func(tx *Tx) {
			if n := tx.CountMessages(conversationWith("a")); n != stored {
				t.Errorf("%d messages, want %d", n, stored)
			}
			if n := tx.CountOutbox(); n != stored/100 {
				t.Errorf("%d rows, want %d: half a transaction was kept", n, stored/100)
			}
			p := tx.Page(conversationWith("a"), model.Anchor{}, 200, 0)
			if p.Messages[p.Anchor].Timestamp != model.Millis(999+stored) {
				t.Errorf("last message is of %d", p.Messages[p.Anchor].Timestamp)
			}
		})
	}
	check()
	if err := s.Compact(t.Context(), nil); err != nil && !errors.Is(err, ErrDiskFull) {
		t.Errorf("Compact: %v", err)
	}
	if err := s.ChangeProtection(Protection{None: true}); err != nil {
		t.Errorf("ChangeProtection: %v", err)
	}
	check()
	// Room again: life goes on in the same process and in the next.
	limitFiles(t, before.Cur)
	must(t, add())
	stored += 100
	check()
	s = reopen(t, s)
	check()
}
