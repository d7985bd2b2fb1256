package store

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

func secretOf(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func aKeyFile(b byte) *Second { return &Second{SecondInfo{Kind: KeyFile}, secretOf(b)} }

func aSecurityKey(b byte) *Second {
	return &Second{SecondInfo{SecurityKey, []byte("credential id"), secretOf(b + 100), true}, secretOf(b)}
}

// withFactor makes a closed profile with a passphrase and a second factor.
func withFactor(t *testing.T, pass string, two *Second) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "p")
	s, err := Create(dir, "local", Protection{Passphrase: []byte(pass), Second: two}, Options{KDF: cheapKDF})
	must(t, err)
	must(t, s.Close())
	return dir
}

func opens(dir, pass string, second []byte) error {
	s, err := Open(dir, Unlock{[]byte(pass), second}, Options{})
	if err == nil {
		err = s.Close()
	}
	return err
}

func TestSecondFactorNeedsBoth(t *testing.T) {
	for _, two := range []*Second{aKeyFile(1), aSecurityKey(1)} {
		t.Run(string(two.Kind), func(t *testing.T) {
			dir := withFactor(t, "open sesame", two)
			for _, c := range []struct {
				name, pass string
				second     []byte
				want       error
			}{
				{"both", "open sesame", secretOf(1), nil},
				{"wrong passphrase", "open says me", secretOf(1), ErrPassphrase},
				{"wrong factor", "open sesame", secretOf(2), ErrPassphrase},
				{"both wrong", "open says me", secretOf(2), ErrPassphrase},
				{"no factor", "open sesame", nil, ErrSecondFactor},
				{"half a factor", "open sesame", secretOf(1)[:16], ErrSecondFactor},
				{"no passphrase", "", secretOf(1), ErrNeedPass},
			} {
				if err := opens(dir, c.pass, c.second); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
					t.Errorf("%s: %v, want %v", c.name, err, c.want)
				}
			}
			i, err := Inspect(dir)
			must(t, err)
			if !reflect.DeepEqual(i.Second, two.SecondInfo) {
				if two.Kind == SecurityKey || i.Second.Kind != KeyFile {
					t.Errorf("Inspect: %+v, set was %+v", i.Second, two.SecondInfo)
				}
			}
			b, err := os.ReadFile(filepath.Join(dir, profileName))
			must(t, err)
			if bytes.Contains(b, []byte(base64.StdEncoding.EncodeToString(two.Secret)[:20])) {
				t.Error("the secret of the factor stands in profile.json")
			}
		})
	}
}

// TestSlotOpensAsDocumented opens a slot with nothing but docs/schema.md and a
// library for each primitive.
func TestSlotOpensAsDocumented(t *testing.T) {
	for _, two := range []*Second{aKeyFile(3), aSecurityKey(3)} {
		dir := withFactor(t, "pass", two)
		b, err := os.ReadFile(filepath.Join(dir, "profile.json"))
		must(t, err)
		var p struct {
			Profile, Network string
			Slots            []struct {
				Factors []struct {
					Kind         string
					Salt         []byte
					Time, Memory uint32
					Threads      uint8
					Credential   []byte
					PIN          bool
				}
				Wrapped []byte
			}
		}
		must(t, json.Unmarshal(b, &p))
		f := p.Slots[0].Factors
		ikm := append(argon2.IDKey([]byte("pass"), f[0].Salt, f[0].Time, f[0].Memory, f[0].Threads, 32), two.Secret...)
		kek, err := hkdf.Key(sha256.New, ikm, f[1].Salt, "sotto key slot passphrase "+string(two.Kind), 32)
		must(t, err)
		aead, err := chacha20poly1305.NewX(kek)
		must(t, err)
		ad := []byte("sotto slot 1")
		text := func(s string) { ad = append(append(ad, byte(len(s))), s...) }
		text(p.Profile)
		text(p.Network)
		text("passphrase")
		text(string(f[0].Salt))
		ad = append(ad, byte(f[0].Time), byte(f[0].Memory), byte(f[0].Threads), 0)
		text(f[1].Kind)
		text(string(f[1].Salt))
		ad = append(ad, 0, 0, 0, 0)
		text(string(f[1].Credential))
		if f[1].PIN {
			ad = append(ad, 1)
		} else {
			ad = append(ad, 0)
		}
		w := p.Slots[0].Wrapped
		key, err := aead.Open(nil, w[:24], w[24:], ad)
		if err != nil || len(key) != 32 {
			t.Errorf("%s: %v", two.Kind, err)
		}
	}
}

// TestChangingAFactorLeavesTheDatabase changes, keeps and removes factors; the
// database file keeps every byte.
func TestChangingAFactorLeavesTheDatabase(t *testing.T) {
	dir := withFactor(t, "one", nil)
	database := func() []byte {
		b, err := os.ReadFile(filepath.Join(dir, databaseName))
		must(t, err)
		return b
	}
	before := database()
	pass, second := "one", []byte(nil)
	for _, c := range []struct {
		name   string
		change Protection
		pass   string
		second []byte
	}{
		{"set a key file", Protection{Passphrase: []byte("one"), Second: aKeyFile(1)}, "one", secretOf(1)},
		{"new passphrase, same key file", Protection{Passphrase: []byte("two"), KeepSecond: true}, "two", secretOf(1)},
		{"security key instead", Protection{Passphrase: []byte("two"), Second: aSecurityKey(2)}, "two", secretOf(2)},
		{"new passphrase, same key", Protection{Passphrase: []byte("three"), KeepSecond: true}, "three", secretOf(2)},
		{"removed", Protection{Passphrase: []byte("three")}, "three", nil},
		{"nothing to keep", Protection{Passphrase: []byte("four"), KeepSecond: true}, "four", nil},
	} {
		s, err := Open(dir, Unlock{[]byte(pass), second}, Options{KDF: cheapKDF})
		if err != nil {
			t.Fatalf("before %s: %v", c.name, err)
		}
		must(t, s.ChangeProtection(c.change))
		// The open profile goes by the new passphrase at once, with its factor
		// in mind.
		if !s.CheckPassphrase([]byte(c.pass)) || c.pass != pass && s.CheckPassphrase([]byte(pass)) {
			t.Errorf("%s: CheckPassphrase", c.name)
		}
		must(t, s.Close())
		if (pass != c.pass || !bytes.Equal(second, c.second)) && opens(dir, pass, second) == nil && c.second != nil {
			t.Errorf("%s: the old way still opens", c.name)
		}
		pass, second = c.pass, c.second
		must(t, opens(dir, pass, second))
	}
	if !bytes.Equal(before, database()) {
		t.Error("the database was written")
	}
}

// TestSwappedSlots puts slots and parts of slots where they do not belong.
func TestSwappedSlots(t *testing.T) {
	a, b := withFactor(t, "same", aKeyFile(1)), withFactor(t, "same", aKeyFile(1))
	pa, err := readProfileFile(a)
	must(t, err)
	pb, err := readProfileFile(b)
	must(t, err)
	k := withFactor(t, "same", aSecurityKey(1))
	pk, err := readProfileFile(k)
	must(t, err)
	for name, slots := range map[string][]slot{
		"slot of another profile":    pb.Slots,
		"wrapped key of another":     {{pa.Slots[0].Factors, pb.Slots[0].Wrapped}},
		"passphrase of another":      {{[]factor{pb.Slots[0].Factors[0], pa.Slots[0].Factors[1]}, pa.Slots[0].Wrapped}},
		"key file of another":        {{[]factor{pa.Slots[0].Factors[0], pb.Slots[0].Factors[1]}, pa.Slots[0].Wrapped}},
		"factor left out":            {{pa.Slots[0].Factors[:1], pa.Slots[0].Wrapped}},
		"factors exchanged":          {{[]factor{pa.Slots[0].Factors[1], pa.Slots[0].Factors[0]}, pa.Slots[0].Wrapped}},
		"security key for file":      {{[]factor{pa.Slots[0].Factors[0], pk.Slots[0].Factors[1]}, pa.Slots[0].Wrapped}},
		"factor twice":               {{[]factor{pa.Slots[0].Factors[0], pa.Slots[0].Factors[1], pa.Slots[0].Factors[1]}, pa.Slots[0].Wrapped}},
		"no passphrase, just a file": {{pa.Slots[0].Factors[1:], pa.Slots[0].Wrapped}},
	} {
		p := *pa
		p.Slots = slots
		must(t, p.write(a))
		if err := opens(a, "same", secretOf(1)); !errors.Is(err, ErrPassphrase) && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A foreign slot beside the right one does no harm.
	p := *pa
	p.Slots = append([]slot{pb.Slots[0]}, pa.Slots...)
	must(t, p.write(a))
	must(t, opens(a, "same", secretOf(1)))
}

// TestFlippedBits flips each bit of profile.json: the profile opens only where
// the flip does not change what the file says (the case of a field's name).
func TestFlippedBits(t *testing.T) {
	dir := withFactor(t, "p", aSecurityKey(1))
	path := filepath.Join(dir, profileName)
	good, err := os.ReadFile(path)
	must(t, err)
	want, err := parseProfileFile(good)
	must(t, err)
	opened := 0
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			p, err := parseProfileFile(bad)
			if err != nil {
				continue
			}
			// Costly parameters are bounded; what they cost is not the point.
			if f := p.Slots[0].Factors; len(f) > 0 && (f[0].Time > 4 || f[0].Memory > 1024) {
				continue
			}
			if _, err := p.unlock(secrets{[]byte("p"), secretOf(1), &fakeKeyring{}}); err == nil {
				opened++
				if !reflect.DeepEqual(p, want) {
					t.Errorf("bit %d of byte %d (%q) can be changed unnoticed", bit, i, good[max(0, i-10):i+1])
				}
			}
		}
	}
	if opened == 0 {
		t.Error("nothing was tried")
	}
}

// TestKilledWhileChanging kills a process again and again while it exchanges
// factors: one of the two always opens.
func TestKilledWhileChanging(t *testing.T) {
	if dir := os.Getenv("SOTTO_CHANGE_FOREVER"); dir != "" {
		s, err := Open(dir, Unlock{[]byte("p"), secretOf(1)}, Options{KDF: cheapKDF})
		if err != nil {
			s, err = Open(dir, Unlock{[]byte("p"), secretOf(2)}, Options{KDF: cheapKDF})
		}
		must(t, err)
		os.Stdout.WriteString("open\n")
		for {
			must(t, s.ChangeProtection(Protection{Passphrase: []byte("p"), Second: aKeyFile(2)}))
			must(t, s.ChangeProtection(Protection{Passphrase: []byte("p"), Second: aKeyFile(1)}))
		}
	}
	dir := withFactor(t, "p", aKeyFile(1))
	for i := range 12 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileChanging$")
		cmd.Env = append(os.Environ(), "SOTTO_CHANGE_FOREVER="+dir)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		if _, err := out.Read(make([]byte, 16)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(3*i) * time.Millisecond) // the moment of the kill, not a wait for something
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		if err := errors.Join(opens(dir, "p", secretOf(1)), opens(dir, "p", secretOf(2))); err == nil {
			t.Fatal("both factors open")
		}
		if opens(dir, "p", secretOf(1)) != nil && opens(dir, "p", secretOf(2)) != nil {
			t.Fatalf("after kill %d neither factor opens", i)
		}
	}
}

// TestFailedChangeKeepsTheOldProtection stops a change before the new file can
// take the place of the old one, and leaves what a crash there leaves.
func TestFailedChangeKeepsTheOldProtection(t *testing.T) {
	dir := withFactor(t, "p", aKeyFile(1))
	s, err := Open(dir, Unlock{[]byte("p"), secretOf(1)}, Options{KDF: cheapKDF})
	must(t, err)
	block := filepath.Join(dir, profileName+newSuffix)
	must(t, os.MkdirAll(filepath.Join(block, "x"), 0o700))
	if err := s.ChangeProtection(Protection{Passphrase: []byte("q")}); err == nil {
		t.Fatal("changed")
	}
	if !s.CheckPassphrase([]byte("p")) || s.CheckPassphrase([]byte("q")) || s.Protection().Second.Kind != KeyFile {
		t.Error("the open profile goes by what was not stored")
	}
	must(t, s.Close())
	must(t, os.RemoveAll(block))
	must(t, os.WriteFile(block, []byte(`{"format":1,"prof`), 0o600))
	must(t, opens(dir, "p", secretOf(1)))
}

func TestKeyFileSecret(t *testing.T) {
	content := strings.Repeat("a picture of a cat ", 5000)
	got, err := KeyFileSecret(strings.NewReader(content))
	must(t, err)
	mac := hmac.New(sha256.New, []byte("sotto key file 1"))
	mac.Write([]byte(content))
	if !bytes.Equal(got, mac.Sum(nil)) {
		t.Error("not as documented")
	}
	if _, err := KeyFileSecret(strings.NewReader(strings.Repeat("x", MinKeyFile-1))); !errors.Is(err, ErrKeyFileSmall) {
		t.Errorf("small: %v", err)
	}
	if _, err := KeyFileSecret(endless{}); !errors.Is(err, ErrKeyFileLarge) {
		t.Errorf("endless: %v", err)
	}
	if _, err := ReadKeyFile(t.TempDir()); err == nil {
		t.Error("a folder is a key file")
	}
	path := filepath.Join(t.TempDir(), "my.key")
	must(t, WriteKeyFile(path, bytes.NewReader(secretOf(9))))
	if _, err := ReadKeyFile(path); err != nil {
		t.Error(err)
	}
	if err := WriteKeyFile(path, bytes.NewReader(secretOf(8))); err == nil {
		t.Error("an old key file was overwritten")
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
