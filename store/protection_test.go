package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"sotto/engine/model"
)

// fakeKeyring is a key ring in memory.
type fakeKeyring struct {
	m      map[string]string
	broken bool
}

var errNoKeyring = errors.New("no key ring here")

func (k *fakeKeyring) Get(a string) (string, error) {
	if s, ok := k.m[a]; ok && !k.broken {
		return s, nil
	}
	return "", errNoKeyring
}

func (k *fakeKeyring) Set(a, s string) error {
	if k.broken {
		return errNoKeyring
	}
	k.m[a] = s
	return nil
}

func (k *fakeKeyring) Delete(a string) error { delete(k.m, a); return nil }

func TestProtection(t *testing.T) {
	ring := &fakeKeyring{m: map[string]string{}}
	o := Options{KDF: cheapKDF, Keyring: ring}
	dir := filepath.Join(t.TempDir(), "p")
	pass := []byte("korrekt pferd \u00e4pfel")
	s, err := Create(dir, "local", Protection{Passphrase: pass}, o)
	must(t, err)
	if string(pass) != "korrekt pferd \u00e4pfel" {
		t.Fatal("Create changed the caller's passphrase")
	}
	update(t, s, func(tx *Tx) { must(t, tx.PutAccount(AccountRecord{Name: "Alice"})) })
	if !s.CheckPassphrase(pass) || s.CheckPassphrase([]byte("wrong")) || s.CheckPassphrase(nil) {
		t.Error("CheckPassphrase")
	}
	must(t, s.Close())

	open := func(u Unlock, want error) {
		t.Helper()
		s, err := Open(dir, u, o)
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Fatalf("Open: %v, want %v", err, want)
		}
		if err == nil {
			view(t, s, func(tx *Tx) {
				if a, _ := tx.Account(); a.Name != "Alice" {
					t.Error("another account")
				}
			})
			must(t, s.Close())
		}
	}
	change := func(u Unlock, p Protection, want error) {
		t.Helper()
		s, err := Open(dir, u, o)
		must(t, err)
		if err := s.ChangeProtection(p); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Fatalf("ChangeProtection: %v, want %v", err, want)
		}
		must(t, s.Close())
	}
	open(Unlock{}, ErrNeedPass)
	open(Unlock{Passphrase: []byte("wrong")}, ErrPassphrase)
	open(Unlock{Passphrase: pass}, nil)
	open(Unlock{Passphrase: []byte("korrekt pferd a\u0308pfel")}, nil) // typed on a system that decomposes

	change(Unlock{Passphrase: pass}, Protection{}, ErrProtection)
	change(Unlock{Passphrase: pass}, Protection{Passphrase: pass, None: true}, ErrProtection)
	ring.broken = true
	change(Unlock{Passphrase: pass}, Protection{Keyring: true}, ErrKeyring)
	ring.broken = false
	open(Unlock{Passphrase: pass}, nil)

	change(Unlock{Passphrase: pass}, Protection{Keyring: true}, nil)
	open(Unlock{}, nil)
	if len(ring.m) != 1 {
		t.Errorf("%d entries in the key ring", len(ring.m))
	}
	ring.broken = true
	open(Unlock{}, ErrKeyring)
	ring.broken = false
	kept := ring.m
	ring.m = map[string]string{}
	open(Unlock{}, ErrKeyring) // entry deleted
	for a := range kept {
		ring.m[a] = "bm90IGEga2V5"
	}
	open(Unlock{}, ErrKeyring) // entry changed
	ring.m = kept

	second := bytes.Repeat([]byte{7}, 32)
	keyFile := &Second{SecondInfo{Kind: KeyFile}, second}
	change(Unlock{}, Protection{Keyring: true, Second: keyFile}, ErrProtection)
	change(Unlock{}, Protection{Passphrase: []byte("new"), Second: keyFile}, nil)
	if len(ring.m) != 0 {
		t.Error("the key ring keeps a dead entry")
	}
	open(Unlock{Passphrase: []byte("new")}, ErrSecondFactor)
	open(Unlock{Second: second}, ErrNeedPass)
	open(Unlock{Passphrase: []byte("new"), Second: bytes.Repeat([]byte{8}, 32)}, ErrPassphrase)
	open(Unlock{Passphrase: []byte("new"), Second: second}, nil)
	if i, err := Inspect(dir); err != nil || i.Second.Kind != KeyFile || len(i.Slots) != 1 || i.Slots[0] != SlotPassphrase {
		t.Errorf("Inspect: %+v, %v", i, err)
	}

	change(Unlock{Passphrase: []byte("new"), Second: second}, Protection{None: true}, nil)
	open(Unlock{}, nil)
}

func TestDefaultKDFIsInBounds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	s, err := Create(dir, "local", Protection{Passphrase: []byte("x")}, Options{})
	must(t, err)
	must(t, s.Close())
	p, err := readProfileFile(dir)
	must(t, err)
	f := p.Slots[0].Factors[0]
	if f.Memory < 64<<10 || f.Time < 3 || len(f.Salt) != saltSize {
		t.Errorf("weak parameters: %+v", f)
	}
}

// A hostile profile.json must not take all memory, and none of its fields can
// be changed unnoticed.
func TestHostileProfileFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	s, err := Create(dir, "local", Protection{Passphrase: []byte("x")}, Options{KDF: cheapKDF})
	must(t, err)
	must(t, s.Close())
	good, err := os.ReadFile(filepath.Join(dir, profileName))
	must(t, err)
	for _, c := range []struct {
		name   string
		change func(p *profileFile)
		want   error
	}{
		{"memory", func(p *profileFile) { p.Slots[0].Factors[0].Memory = 1 << 31 }, ErrDamaged},
		{"time", func(p *profileFile) { p.Slots[0].Factors[0].Time = 1 << 30 }, ErrDamaged},
		{"threads", func(p *profileFile) { p.Slots[0].Factors[0].Threads = 0 }, ErrDamaged},
		{"no memory", func(p *profileFile) { p.Slots[0].Factors[0].Memory = 0 }, ErrDamaged},
		{"salt", func(p *profileFile) { p.Slots[0].Factors[0].Salt = nil }, ErrDamaged},
		{"weaker", func(p *profileFile) { p.Slots[0].Factors[0].Memory = 32 }, ErrPassphrase},
		{"network", func(p *profileFile) { p.Network = "mainnet" }, ErrPassphrase},
		{"profile", func(p *profileFile) { p.Profile = "0011" }, ErrPassphrase},
		{"wrapped", func(p *profileFile) { p.Slots[0].Wrapped = "AAAA" }, ErrDamaged},
		{"no slots", func(p *profileFile) { p.Slots = nil }, ErrDamaged},
		{"factors", func(p *profileFile) { p.Slots[0].Factors = make([]factor, 9) }, ErrDamaged},
		{"newer folder", func(p *profileFile) { p.Format = 99 }, ErrVersion},
		{"newer factor", func(p *profileFile) {
			p.Slots[0].Factors = append(p.Slots[0].Factors, factor{Kind: "retina", Salt: make([]byte, 16)})
		}, ErrVersion},
	} {
		var p profileFile
		must(t, json.Unmarshal(good, &p))
		c.change(&p)
		must(t, p.write(dir))
		if _, err := Open(dir, Unlock{Passphrase: []byte("x")}, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for _, b := range [][]byte{nil, []byte("{"), []byte("[]"), bytes.Repeat([]byte(" "), maxProfileFile+1)} {
		must(t, os.WriteFile(filepath.Join(dir, profileName), b, 0o600))
		if _, err := Open(dir, Unlock{}, Options{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("profile.json of %d bytes: %v", len(b), err)
		}
		if _, err := Inspect(dir); !errors.Is(err, ErrDamaged) {
			t.Errorf("Inspect: %v", err)
		}
	}
}

// TestFolderTellsNothing uses a profile in every way and then looks for what
// was put in, in every file of the folder, in the forms in which it could stand
// there.
func TestFolderTellsNothing(t *testing.T) {
	for name, p := range map[string]Protection{
		"passphrase": {Passphrase: []byte("open sesame now")}, "none": {None: true}, "keyring": {Keyring: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "p")
			o := Options{KDF: cheapKDF, Keyring: &fakeKeyring{m: map[string]string{}}}
			s, err := Create(dir, "local", p, o)
			must(t, err)
			seed := []byte("\x91\x02seedseedseed\xfe\x07")
			alice := person("alice-is-a-peer")
			secrets := map[string][]byte{
				"seed": seed, "id": alice[:], "id text": []byte(alice.String()), "text": []byte("confidential rendezvous"),
				"word": []byte("rendezvous"), "name": []byte("Alice Liddell"), "nickname": []byte("Dinah's owner"), "own name": []byte("White Rabbit"),
				"draft": []byte("half a thought"), "file": []byte("treasure-map.png"), "hash": []byte("wFyZ0hashhashhashhash"), "sealed": []byte("sealed bytes to send"),
				"blob": []byte("guard node list"), "deleted": []byte("regrettable"), "edited": []byte("unrevised"), "reaction": []byte("🐇"),
				"key": bytes.Clone(s.master[:]), "passphrase": []byte("open sesame now"), "attachment key": []byte("0123456789abcdef-attachment-key!"),
			}
			text := func(k string) string { return string(secrets[k]) }
			at := be64(1700000000500)
			secrets["sent time"] = at[:]
			conv := model.ConversationOf(alice)
			update(t, s, func(tx *Tx) {
				must(t, tx.PutAccount(AccountRecord{Seed: seed, Name: text("own name")}))
				must(t, tx.PutBlob("guards", secrets["blob"]))
				must(t, tx.PutConversation(model.Conversation{ID: conv, Name: text("name"), Nickname: text("nickname"), Draft: model.Draft{Text: text("draft")}}))
				for i := range 1200 {
					m := model.Message{
						Conversation: conv, Sender: alice, Timestamp: model.Millis(1700000000000 + i), Text: text("text"), Hash: text("hash"),
						Attachments: []model.Attachment{{Name: text("file"), Key: secrets["attachment key"]}},
						Reactions:   []model.Reaction{{Author: alice, Emoji: text("reaction")}},
					}
					if i == 50 {
						m.Text = text("deleted")
					}
					if i == 60 {
						m.Text = text("edited")
					}
					_, err := tx.AddMessage(&m)
					must(t, err)
				}
				must(t, tx.AddOutbox(&OutboxRow{Recipient: alice, Data: secrets["sealed"], Conversation: conv}))
				must(t, tx.MarkSeen(alice, 0, text("hash"), SeenRecord{}))
				must(t, tx.PutLastHash([32]byte{1}, alice, 0, text("hash")))
				_, err := tx.PutDeferred(model.MessageKey{Sender: alice, Timestamp: 1700000000000}, Deferred{Payload: secrets["text"]})
				must(t, err)
			})
			update(t, s, func(tx *Tx) {
				m, ok := tx.FindMessage(conv, model.MessageKey{Sender: alice, Timestamp: 1700000000060})
				if !ok {
					t.Fatal("no message")
				}
				m.Text = "better"
				must(t, tx.PutMessage(m))
				_, err := tx.DeleteMessage(m.ID - 10)
				must(t, err)
			})
			idle(t, s)
			hits(t, s, model.Query{Text: "rendez"})
			must(t, s.Close())
			searchFolder(t, dir, secrets)
		})
	}
}

// searchFolder fails for every secret that stands in a file: as it is, in hex
// of either case, in UTF-16, and for binary ones in base64.
func searchFolder(t *testing.T, dir string, secrets map[string][]byte) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for name, secret := range secrets {
			if len(secret) < 4 {
				continue
			}
			forms := [][]byte{secret, []byte(hex.EncodeToString(secret)), []byte(strings.ToUpper(hex.EncodeToString(secret)))}
			var wide []byte
			for _, u := range utf16.Encode([]rune(string(secret))) {
				wide = append(wide, byte(u), byte(u>>8))
			}
			forms = append(forms, wide)
			for _, form := range forms {
				if bytes.Contains(b, form) {
					t.Errorf("%s stands in %s", name, d.Name())
				}
			}
		}
		return nil
	})
	must(t, err)
	if files < 3 {
		t.Errorf("only %d files", files)
	}
}
