package store

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

const (
	sizePhase  = "SOTTO_TEST_BACKUP_PHASE"
	sizeFolder = "SOTTO_TEST_BACKUP_FOLDER"
	// backupMemory is what backing up and restoring may take, in MiB, whatever
	// the size of the profile.
	backupMemory = 200
)

// TestBackupOfALargeProfile: 1,000,000 messages and 1 GB of media are backed up
// and restored, each in a process of its own, within 200 MB, and are equal
// afterwards. In every run it is a twentieth of that; SOTTO_EXTENDED makes it
// whole.
func TestBackupOfALargeProfile(t *testing.T) {
	if phase := os.Getenv(sizePhase); phase != "" {
		sizedPhase(t, phase, os.Getenv(sizeFolder))
		return
	}
	if testing.Short() {
		t.Skip("takes its time")
	}
	if raced {
		t.Skip("memory is counted without the race detector's own: the run of the window's tests does that")
	}
	messages, files := 50_000, 50
	if extended {
		messages, files = 1_000_000, 1_000
	}
	dir := cmp.Or(os.Getenv("SOTTO_TEST_DISK"), t.TempDir())
	dir, err := os.MkdirTemp(dir, "large-*")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	grow(t, filepath.Join(dir, "profile"), messages, files)
	for _, phase := range []string{"backup", "restore"} {
		begin := time.Now()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBackupOfALargeProfile$", "-test.v", "-test.timeout=60m")
		cmd.Env = append(os.Environ(), sizePhase+"="+phase, sizeFolder+"="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", phase, err, out)
		}
		for line := range strings.Lines(string(out)) {
			if at := strings.Index(line, "peak "); at >= 0 {
				t.Logf("%s of %d messages and %d MB of files: %s in %.1f s", phase, messages, files, strings.TrimSpace(line[at:]), time.Since(begin).Seconds())
			}
		}
	}
	want, have := sums(t, filepath.Join(dir, "profile")), sums(t, filepath.Join(dir, "restored"))
	if len(want) < 10 || !maps.Equal(want, have) {
		t.Errorf("the restored profile differs:\n%v\n%v", want, have)
	}
}

// sizedPhase runs in a process of its own and reports the most memory it took.
func sizedPhase(t *testing.T, phase, dir string) {
	file := filepath.Join(dir, "backup")
	if phase == "backup" {
		s, err := Open(filepath.Join(dir, "profile"), Unlock{}, Options{})
		must(t, err)
		f, err := os.Create(file)
		must(t, err)
		w := bufio.NewWriterSize(f, 256<<10)
		_, err = s.Backup(t.Context(), w, backupPass, nil)
		must(t, err)
		must(t, w.Flush())
		must(t, f.Close())
		must(t, s.Close())
	} else {
		f, err := os.Open(file)
		must(t, err)
		b, err := OpenBackup(bufio.NewReaderSize(f, 256<<10), backupPass)
		must(t, err)
		_, err = Restore(t.Context(), filepath.Join(dir, "restored"), b, Protection{None: true}, Options{}, nil, nil, nil)
		must(t, err)
		b.Close()
		must(t, f.Close())
	}
	peak := peakMemory(t)
	t.Logf("peak %d MiB", peak>>10)
	if peak > backupMemory<<10 {
		t.Errorf("more than %d MiB", backupMemory)
	}
}

// peakMemory is the most that this process had in memory, in KiB, with the pages
// of files that it had mapped.
func peakMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.Fields(v)[0])
			must(t, err)
			return n
		}
	}
	t.Fatal("the system does not say")
	return 0
}

// grow makes a profile of so many messages, in a hundred conversations, and so
// many files of a megabyte.
func grow(t *testing.T, dir string, messages, files int) {
	t.Helper()
	s, err := Create(dir, "testnet", Protection{None: true}, Options{})
	must(t, err)
	s.db.NoSync = true
	account, err := identity.New(rand.Reader)
	must(t, err)
	const people = 100
	names := make([]string, people)
	for i := range names {
		names[i] = fmt.Sprintf("p%02d", i)
	}
	meet(t, s, names...)
	update(t, s, func(tx *Tx) { must(t, tx.PutAccount(AccountRecord{Seed: account.SeedBytes(), Name: "Ada"})) })
	words := vocabulary(5000)
	for n := 0; n < messages; {
		update(t, s, func(tx *Tx) {
			for end := min(n+2000, messages); n < end; n++ {
				who := names[n*7919%people]
				said := make([]string, 8)
				for i := range said {
					said[i] = words[(n*31+i*i*977)%len(words)]
				}
				m := model.Message{
					Conversation: conversationWith(who), Sender: person(who), Timestamp: model.Millis(1_700_000_000_000 + n*1000),
					Text: strings.Join(said, " "), Hash: fmt.Sprintf("%043d", n),
				}
				_, err := tx.AddMessage(&m)
				must(t, err)
			}
		})
	}
	for n := range files {
		content := bytesOf(1_000_000 + n)
		attachFile(t, s, names[n%people], model.Millis(1_800_000_000_000+n), content)
	}
	must(t, s.Close())
}

// sums has a hash of each bucket as it stands there, sealed, and of each file.
func sums(t *testing.T, dir string) map[string]string {
	t.Helper()
	s, err := Open(dir, Unlock{}, Options{})
	must(t, err)
	defer s.Close()
	out := map[string]string{}
	view(t, s, func(tx *Tx) {
		for _, name := range allBuckets {
			if name == bucketMeta {
				continue
			}
			h, n := sha256.New(), 0
			c := tx.bucket(name).Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				fmt.Fprintf(h, "%d %d ", len(k), len(v))
				h.Write(k)
				h.Write(v)
				n++
			}
			out[name] = fmt.Sprintf("%d %d %x", n, tx.bucket(name).Sequence(), h.Sum(nil)[:8])
		}
	})
	for _, name := range folder(t, s) {
		data, err := os.ReadFile(filepath.Join(s.AttachmentsDir(), name))
		must(t, err)
		out[name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	return out
}
