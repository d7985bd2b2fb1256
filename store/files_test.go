package store

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"sotto/engine/model"
)

// bytesOf are reproducible bytes that repeat nowhere.
func bytesOf(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)}).Read(b)
	return b
}

func newFile(t testing.TB, s *Store, content []byte) *NewFile {
	t.Helper()
	f, err := s.NewFile()
	must(t, err)
	t.Cleanup(f.Discard)
	// In uneven pieces.
	for rest := content; len(rest) > 0; {
		n := min(len(rest), 50_001)
		_, err := f.Write(rest[:n])
		must(t, err)
		rest = rest[n:]
	}
	must(t, f.Finish())
	return f
}

// attachFile stores a message that names a file with this content.
func attachFile(t testing.TB, s *Store, who string, at model.Millis, content []byte) model.Message {
	t.Helper()
	f := newFile(t, s, content)
	m := model.Message{Conversation: conversationWith(who), Sender: person(who), Timestamp: at, Attachments: []model.Attachment{{Name: "a.bin", LocalID: f.Name()}}, Text: "message with a file"}
	update(t, s, func(tx *Tx) {
		must(t, tx.PutConversation(model.Conversation{ID: m.Conversation}))
		must(t, tx.AdoptFile(f))
		_, err := tx.AddMessage(&m)
		must(t, err)
	})
	f.Discard()
	return m
}

func folder(t *testing.T, s *Store) []string {
	t.Helper()
	list, err := os.ReadDir(s.AttachmentsDir())
	must(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func readFile(t *testing.T, s *Store, name string) []byte {
	t.Helper()
	r, err := s.OpenFile(name)
	must(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	must(t, err)
	return b
}

func TestFilesComeBack(t *testing.T) {
	s := newStore(t)
	for _, n := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize, 1_000_003} {
		content := bytesOf(n)
		m := attachFile(t, s, "a", model.Millis(1000+n), content)
		name := m.Attachments[0].LocalID
		if got := readFile(t, s, name); !bytes.Equal(got, content) {
			t.Fatalf("%d bytes: other bytes came back", n)
		}
		st, err := os.Stat(s.filePath(name))
		must(t, err)
		if size, ok := plainSize(st.Size()); !ok || size != int64(n) || st.Size() != sealedSize(int64(n)) {
			t.Errorf("%d bytes take %d on the disk", n, st.Size())
		}
		onDisk, err := os.ReadFile(s.filePath(name))
		must(t, err)
		if n > 100 && bytes.Contains(onDisk, content[:32]) {
			t.Errorf("%d bytes lie on the disk in the clear", n)
		}
		r, err := s.OpenFile(name)
		must(t, err)
		for _, at := range []int64{0, int64(n) / 2, int64(n) - 1, chunkSize - 3} {
			if at < 0 || at >= int64(n) {
				continue
			}
			_, err := r.Seek(at, io.SeekStart)
			must(t, err)
			got := make([]byte, min(10, int64(n)-at))
			_, err = io.ReadFull(r, got)
			must(t, err)
			if !bytes.Equal(got, content[at:at+int64(len(got))]) {
				t.Errorf("%d bytes: wrong ones at %d", n, at)
			}
		}
		must(t, r.Close())
	}
}

// A file lies there once and goes with the last message that names it, however
// that goes.
func TestFilesGoWithTheirMessages(t *testing.T) {
	content := bytesOf(70_000)
	for name, remove := range map[string]func(tx *Tx, m model.Message) error{
		"deleted": func(tx *Tx, m model.Message) error { _, err := tx.DeleteMessage(m.ID); return err },
		"cleared": func(tx *Tx, m model.Message) error { return tx.ClearMessages(m.Conversation) },
		"with its conversation": func(tx *Tx, m model.Message) error {
			return tx.DeleteConversation(m.Conversation)
		},
		"blanked": func(tx *Tx, m model.Message) error { m.Attachments = nil; return tx.PutMessage(m) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			one := attachFile(t, s, "a", 1, content)
			two := attachFile(t, s, "b", 2, content)
			if len(folder(t, s)) != 1 || one.Attachments[0].LocalID != two.Attachments[0].LocalID {
				t.Fatalf("the same content lies there as %v", folder(t, s))
			}
			update(t, s, func(tx *Tx) { must(t, remove(tx, one)) })
			if !bytes.Equal(readFile(t, s, two.Attachments[0].LocalID), content) {
				t.Fatal("the file is gone before its last message")
			}
			update(t, s, func(tx *Tx) { must(t, remove(tx, two)) })
			if list := folder(t, s); len(list) != 0 {
				t.Fatalf("left on the disk: %v", list)
			}
			if _, err := s.OpenFile(two.Attachments[0].LocalID); !errors.Is(err, ErrNoFile) {
				t.Fatalf("opened: %v", err)
			}
		})
	}
}

var errStop = errors.New("stop")

// A transaction that fails leaves nothing, and takes nothing away.
func TestFilesOfAFailedTransaction(t *testing.T) {
	s := newStore(t)
	kept := attachFile(t, s, "a", 1, bytesOf(10))
	f := newFile(t, s, bytesOf(20))
	again := newFile(t, s, bytesOf(10))
	err := s.Update(func(tx *Tx) error {
		must(t, tx.AdoptFile(f))
		must(t, tx.AdoptFile(again))
		_, err := tx.DeleteMessage(kept.ID)
		must(t, err)
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	f.Discard()
	again.Discard()
	if list := folder(t, s); len(list) != 1 {
		t.Fatalf("on the disk: %v", list)
	}
	if got := readFile(t, s, kept.Attachments[0].LocalID); !bytes.Equal(got, bytesOf(10)) {
		t.Fatal("the file that stays was changed")
	}
	// Adopted and named by nobody: nothing stays either.
	f = newFile(t, s, bytesOf(30))
	update(t, s, func(tx *Tx) { must(t, tx.AdoptFile(f)) })
	f.Discard()
	if list := folder(t, s); len(list) != 1 {
		t.Fatalf("on the disk: %v", list)
	}
}

// What a crash leaves is swept at the next opening; what others put there stays.
func TestSweepFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	s, err := Create(dir, "local", Protection{None: true}, Options{})
	must(t, err)
	m := attachFile(t, s, "a", 1, bytesOf(100))
	part, err := s.NewFile()
	must(t, err)
	_, err = part.Write(bytesOf(chunkSize * 2))
	must(t, err)
	orphan := filepath.Join(s.AttachmentsDir(), "00112233445566778899aabbccddeeff"+fileSuffix)
	foreign := filepath.Join(s.AttachmentsDir(), "notes.txt")
	must(t, os.WriteFile(orphan, []byte("x"), 0o600))
	must(t, os.WriteFile(foreign, []byte("x"), 0o600))
	must(t, part.f.Close())
	must(t, s.Close())
	s, err = Open(dir, Unlock{}, Options{})
	must(t, err)
	defer s.Close()
	if list := folder(t, s); len(list) != 2 {
		t.Errorf("after the sweep: %v", list)
	}
	if got := readFile(t, s, m.Attachments[0].LocalID); !bytes.Equal(got, bytesOf(100)) {
		t.Error("other bytes")
	}
}

// Whatever is done to a file on the disk, it does not give other bytes.
func TestDamagedAttachments(t *testing.T) {
	s := newStore(t)
	content := bytesOf(3*chunkSize + 5)
	m := attachFile(t, s, "a", 1, content)
	other := attachFile(t, s, "a", 2, bytesOf(3*chunkSize+6))
	path := s.filePath(m.Attachments[0].LocalID)
	good, err := os.ReadFile(path)
	must(t, err)
	swapped, err := os.ReadFile(s.filePath(other.Attachments[0].LocalID))
	must(t, err)
	const sealedChunk = chunkSize + chunkTag
	first, second := good[fileSaltSize:fileSaltSize+sealedChunk], good[fileSaltSize+sealedChunk:fileSaltSize+2*sealedChunk]
	bad := map[string][]byte{
		"empty": {}, "cut in the salt": good[:10], "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0),
		"without the last chunk": good[:fileSaltSize+3*sealedChunk],
		"another file":           swapped[:len(good)],
		"chunks in other order":  bytes.Join([][]byte{good[:fileSaltSize], second, first, good[fileSaltSize+2*sealedChunk:]}, nil),
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-20] ^= 1
	bad["a bit"] = flipped
	for name, b := range bad {
		must(t, os.WriteFile(path, b, 0o600))
		r, err := s.OpenFile(m.Attachments[0].LocalID)
		if err == nil {
			var got []byte
			got, err = io.ReadAll(r)
			r.Close()
			if !bytes.HasPrefix(content, got) {
				t.Errorf("%s: other bytes", name)
			}
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestShared(t *testing.T) {
	s := newStore(t)
	for i := range 20 {
		attachFile(t, s, "a", model.Millis(10*i+1), bytesOf(i+1))
		update(t, s, func(tx *Tx) {
			say(t, tx, "a", model.Millis(10*i+2), "nothing")
			say(t, tx, "a", model.Millis(10*i+3), "see https://example.org")
		})
	}
	for _, links := range []bool{false, true} {
		var at []model.Millis
		var cursor model.MediaCursor
		for len(at) < 20 {
			before := len(at)
			view(t, s, func(tx *Tx) {
				tx.Shared(conversationWith("a"), links, cursor, func(m model.Message) bool {
					at = append(at, m.Timestamp)
					cursor = model.MediaCursor{Sent: m.Timestamp, Message: m.ID}
					return len(at)%7 != 0
				})
			})
			if len(at) == before {
				break
			}
		}
		for i, x := range at {
			want := model.Millis(10*(19-i) + 1)
			if links {
				want += 2
			}
			if x != want {
				t.Fatalf("links %v: entry %d was sent at %d, want %d", links, i, x, want)
			}
		}
		if len(at) != 20 {
			t.Fatalf("links %v: %d entries", links, len(at))
		}
	}
}
