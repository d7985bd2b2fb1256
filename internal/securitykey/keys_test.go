package securitykey_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"sotto/internal/securitykey"
	"sotto/internal/securitykey/softkey"
)

func salt(b byte) []byte { return bytes.Repeat([]byte{b}, securitykey.SaltSize) }

func TestSecretOfAKey(t *testing.T) {
	for name, set := range map[string]func(*softkey.Key){
		"protocol 2":             func(*softkey.Key) {},
		"protocol 1":             func(k *softkey.Key) { k.Protocol = 1 },
		"CTAP 2.0":               func(k *softkey.Key) { k.Protocol, k.OldCTAP = 1, true },
		"with PIN":               func(k *softkey.Key) { k.PIN = "1234" },
		"CTAP 2.0 with PIN":      func(k *softkey.Key) { k.Protocol, k.OldCTAP, k.PIN = 1, true, "1234" },
		"always PIN":             func(k *softkey.Key) { k.PIN, k.AlwaysUV = "1234", true },
		"always PIN, protocol 1": func(k *softkey.Key) { k.PIN, k.AlwaysUV, k.Protocol = "1234", true, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			key := softkey.New("mine")
			set(key)
			touches := 0
			keys := securitykey.Keys{Bus: softkey.Bus{key}, Touch: func() { touches++ }}
			c, err := keys.Register(t.Context(), []byte(key.PIN))
			if err != nil {
				t.Fatal(err)
			}
			if touches != 1 || c.PIN != key.AlwaysUV {
				t.Errorf("%d touches, PIN %v", touches, c.PIN)
			}
			one, err := keys.HMACSecret(t.Context(), c, salt(1), []byte(key.PIN))
			if err != nil {
				t.Fatal(err)
			}
			again, err := keys.HMACSecret(t.Context(), c, salt(1), []byte(key.PIN))
			if err != nil {
				t.Fatal(err)
			}
			other, err := keys.HMACSecret(t.Context(), c, salt(2), []byte(key.PIN))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(one, again) || bytes.Equal(one, other) || len(one) != securitykey.SecretSize {
				t.Errorf("secrets %x, %x; of another salt %x", one, again, other)
			}
			if touches != 4 {
				t.Errorf("%d touches", touches)
			}
			if key.PIN != "" {
				if _, err := keys.Register(t.Context(), nil); !errors.Is(err, securitykey.ErrNeedPIN) {
					t.Errorf("without PIN: %v", err)
				}
				var wrong *securitykey.PINError
				if _, err := keys.Register(t.Context(), []byte("4321")); !errors.As(err, &wrong) || wrong.Left != 7 {
					t.Errorf("wrong PIN: %v", err)
				}
			}
			if _, err := keys.HMACSecret(t.Context(), c, salt(1), nil); key.AlwaysUV != errors.Is(err, securitykey.ErrNeedPIN) {
				t.Errorf("without PIN: %v", err)
			}
		})
	}
}

func TestPINIsBlockedInTheEnd(t *testing.T) {
	key := softkey.New("mine")
	key.PIN = "1234"
	keys := securitykey.Keys{Bus: softkey.Bus{key}}
	for left := 7; left > 0; left-- {
		var wrong *securitykey.PINError
		if _, err := keys.Register(t.Context(), []byte("0000")); !errors.As(err, &wrong) || wrong.Left != left {
			t.Fatalf("%v, want %d left", err, left)
		}
	}
	for range 2 {
		if _, err := keys.Register(t.Context(), []byte("0000")); !errors.Is(err, securitykey.ErrPINBlocked) {
			t.Fatal(err)
		}
	}
}

func TestWhatKeysCannotDo(t *testing.T) {
	mine, stranger := softkey.New("mine"), softkey.New("another")
	keys := securitykey.Keys{Bus: softkey.Bus{mine}}
	c, err := keys.Register(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	old, plain, locked := softkey.New("old"), softkey.New("plain"), softkey.New("locked")
	old.U2FOnly, plain.NoSecret, locked.AlwaysUV = true, true, true
	for _, x := range []struct {
		name string
		bus  securitykey.Bus
		want error
	}{
		{"none", softkey.Bus{}, securitykey.ErrNoKey},
		{"no bus", nil, securitykey.ErrUnsupported},
		{"another", softkey.Bus{stranger}, securitykey.ErrOtherKey},
		{"two others", softkey.Bus{stranger, softkey.New("third")}, securitykey.ErrOtherKey},
		{"U2F only", softkey.Bus{old}, securitykey.ErrOld},
		{"no hmac-secret", softkey.Bus{plain}, securitykey.ErrOld},
		{"mine among others", softkey.Bus{stranger, old, mine}, nil},
	} {
		k := securitykey.Keys{Bus: x.bus}
		if _, err := k.HMACSecret(t.Context(), c, salt(1), nil); !errors.Is(err, x.want) || (err == nil) != (x.want == nil) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
	several := securitykey.Keys{Bus: softkey.Bus{mine, stranger}}
	if _, err := several.Register(t.Context(), nil); !errors.Is(err, securitykey.ErrSeveral) {
		t.Errorf("two keys: %v", err)
	}
	if _, err := (&securitykey.Keys{Bus: softkey.Bus{locked}}).Register(t.Context(), nil); !errors.Is(err, securitykey.ErrNoPIN) {
		t.Errorf("wants a PIN and has none: %v", err)
	}
	// Only the wrong keys were asked to look, none of them for a touch.
	if n := len(stranger.Commands); n == 0 {
		t.Error("the other key was not asked")
	}
}

func TestTouchIsWaitedForCancelledAndTimedOut(t *testing.T) {
	key := softkey.New("mine")
	keys := securitykey.Keys{Bus: softkey.Bus{key}}
	c, err := keys.Register(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	released := make(chan struct{}, 8)
	key.Touch = func(ctx context.Context) bool {
		<-ctx.Done() // nobody touches
		released <- struct{}{}
		return false
	}
	ctx, cancel := context.WithCancel(t.Context())
	keys.Touch = cancel // as soon as a touch is asked for, the user gives up
	if _, err := keys.HMACSecret(ctx, c, salt(1), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	<-released // the key was told: it does not blink on
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	keys.Touch = nil
	if _, err := keys.HMACSecret(ctx, c, salt(1), nil); !errors.Is(err, securitykey.ErrTimeout) {
		t.Errorf("time is up: %v", err)
	}
	key.Touch = func(context.Context) bool { return false }
	if _, err := keys.HMACSecret(t.Context(), c, salt(1), nil); !errors.Is(err, securitykey.ErrTimeout) {
		t.Errorf("the key's own time is up: %v", err)
	}
	key.Touch = func(context.Context) bool { key.Unplug(); return true }
	if _, err := keys.HMACSecret(t.Context(), c, salt(1), nil); !errors.Is(err, securitykey.ErrGone) {
		t.Errorf("pulled out: %v", err)
	}
}

// TestHostileKey lets a key answer every kind of nonsense: each is an error,
// none a panic or an endless wait.
func TestHostileKey(t *testing.T) {
	mangles := map[string]func([]byte) []byte{
		"nothing":     func([]byte) []byte { return nil },
		"only status": func(b []byte) []byte { return b[:1] },
		"cut":         func(b []byte) []byte { return b[:len(b)-3] },
		"rubbish":     func(b []byte) []byte { return append(b[:1:1], bytes.Repeat([]byte{0x9f}, 3000)...) },
		"deep":        func(b []byte) []byte { return append(b[:1:1], bytes.Repeat([]byte{0x81}, 7000)...) },
		"huge map":    func(b []byte) []byte { return append(b[:1:1], 0xbb, 0x7f, 255, 255, 255, 255, 255, 255, 255) },
		"flipped":     func(b []byte) []byte { b = slices.Clone(b); b[len(b)/2] ^= 0xff; b[len(b)-1] ^= 0x80; return b },
		"unknown":     func([]byte) []byte { return []byte{0xf7} },
	}
	for _, command := range []byte{0x01, 0x02, 0x04, 0x06} {
		for name, mangle := range mangles {
			key := softkey.New("hostile")
			keys := securitykey.Keys{Bus: softkey.Bus{key}}
			c, err := keys.Register(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			good, err := keys.HMACSecret(t.Context(), c, salt(1), nil)
			if err != nil {
				t.Fatal(err)
			}
			key.Mangle = func(got byte, b []byte) []byte {
				if got == command {
					return mangle(b)
				}
				return b
			}
			if command == 0x01 {
				got, err := keys.Register(t.Context(), nil)
				if err == nil && name != "flipped" {
					t.Errorf("make, %s: %+v", name, got)
				}
				continue
			}
			secret, err := keys.HMACSecret(t.Context(), c, salt(1), nil)
			if err == nil && (name != "flipped" || command != 0x04 && bytes.Equal(secret, good)) {
				t.Errorf("command %d, %s: %x", command, name, secret)
			}
		}
	}
}
