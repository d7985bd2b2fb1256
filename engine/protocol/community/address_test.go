package community

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	const key = "5f069ffe445196a68939b24e0d3363cb22afa2c424e8a0011948b06e55d4b33b"
	b64 := base64.StdEncoding.EncodeToString(testServer[:])
	for text, want := range map[string][2]string{ // base, room
		"https://chat.example.org/lounge?public_key=" + key:                          {"https://chat.example.org", "lounge"},
		"  http://chat.example.org/r/Lounge?public_key=" + key + "\n":                {"http://chat.example.org", "Lounge"},
		"chat.example.org/lounge?public_key=" + strings.ToUpper(key):                 {"http://chat.example.org", "lounge"},
		"HTTPS://Chat.Example.ORG:443/lounge?public_key=" + key:                      {"https://chat.example.org", "lounge"},
		"http://chat.example.org:80/lounge?public_key=" + key:                        {"http://chat.example.org", "lounge"},
		"http://chat.example.org:443/lounge?public_key=" + key:                       {"http://chat.example.org:443", "lounge"},
		"http://127.0.0.1:22028/a_b-C?public_key=" + key:                             {"http://127.0.0.1:22028", "a_b-C"},
		"https://chat.example.org/lounge?x=1&public_key=" + key + "#top":             {"https://chat.example.org", "lounge"},
		"https://chat.example.org/lounge?public_key=" + b64:                          {"https://chat.example.org", "lounge"},
		"https://chat.example.org/lounge?public_key=" + b64[:43]:                     {"https://chat.example.org", "lounge"},
		"https://chat.example.org/lounge?public_key=" + encodeBase32z():              {"https://chat.example.org", "lounge"},
		"http://open.getsession.org/session?public_key=" + key:                       {OfficialBase, "session"},
		"116.203.70.33/session?public_key=" + key:                                    {OfficialBase, "session"},
		"https://open.getsession.org:443/r/session?public_key=" + key:                {OfficialBase, "session"},
		"https://chat.example.org/r?public_key=" + key:                               {"https://chat.example.org", "r"},
		"https://chat.example.org/" + strings.Repeat("x", 64) + "?public_key=" + key: {"https://chat.example.org", strings.Repeat("x", 64)},
	} {
		a, err := ParseAddress(text)
		if err != nil || a.Base != want[0] || a.Room != want[1] || a.PublicKey != testServer {
			t.Errorf("%s: %+v, %v", text, a, err)
			continue
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a || !strings.HasSuffix(a.String(), "?public_key="+key) {
			t.Errorf("%s becomes %s: %+v, %v", text, a, again, err)
		}
	}
	for text, want := range map[string]error{
		"":                           ErrAddress,
		"hello":                      ErrAddress,
		"https://chat.example.org":   ErrAddress,
		"https://chat.example.org/":  ErrAddress,
		"https://chat.example.org/a": ErrNoKey,
		"https://chat.example.org/a?public_key=" + key[:62]:                          ErrNoKey,
		"https://chat.example.org/a?public_key=" + strings.Repeat("0", 64):           ErrNoKey,
		"https://chat.example.org/a?public_key=" + strings.Repeat("g", 64):           ErrNoKey,
		"https://chat.example.org/a/b?public_key=" + key:                             ErrAddress,
		"https://chat.example.org/r/a/b?public_key=" + key:                           ErrAddress,
		"https://chat.example.org/a b?public_key=" + key:                             ErrAddress,
		"https://chat.example.org/ä?public_key=" + key:                               ErrAddress,
		"https://chat.example.org/" + strings.Repeat("x", 65) + "?public_key=" + key: ErrAddress,
		"ftp://chat.example.org/a?public_key=" + key:                                 ErrAddress,
		"javascript://chat.example.org/a?public_key=" + key:                          ErrAddress,
		"http://localhost/a?public_key=" + key:                                       ErrAddress,
		"http://localhost:8080/a?public_key=" + key:                                  ErrAddress,
		"http://[::1]/a?public_key=" + key:                                           ErrAddress,
		"http://user@chat.example.org/a?public_key=" + key:                           ErrAddress,
		"http://chat..org/a?public_key=" + key:                                       ErrAddress,
		"http://chat.example.org:0/a?public_key=" + key:                              ErrAddress,
		"http://chat.example.org:080/a?public_key=" + key:                            ErrAddress,
		"http://chat.example.org:65536/a?public_key=" + key:                          ErrAddress,
		"http://chat.example.org:/a?public_key=" + key:                               ErrAddress,
		"http://" + strings.Repeat("a.", 140) + "org/a?public_key=" + key:            ErrAddress,
		"http://chat.example.org/a?public_key=" + key + strings.Repeat(" x", 1<<20):  ErrAddress,
	} {
		if _, err := ParseAddress(text); !errors.Is(err, want) {
			t.Errorf("%.100s: %v, want %v", text, err, want)
		}
	}
}

// encodeBase32z is the inverse of decodeBase32z, for testServer.
func encodeBase32z() string {
	var b strings.Builder
	bit := func(i int) int {
		if i >= 256 {
			return 0
		}
		return int(testServer[i/8]>>(7-i%8)) & 1
	}
	for i := 0; i < 260; i += 5 {
		v := 0
		for j := range 5 {
			v = v<<1 | bit(i+j)
		}
		b.WriteByte(base32z[v])
	}
	return b.String()
}

func TestAddressIdentity(t *testing.T) {
	a := Address{Base: "https://chat.example.org", PublicKey: testServer, Room: "Lounge"}
	b := a
	b.Room, b.PublicKey[0] = "lOUNGE", 1
	if !a.SameRoom(b) || a.RoomKey() != "lounge" {
		t.Error("rooms differ in case only")
	}
	if err := b.CheckKey(a.PublicKey); !errors.Is(err, ErrKeyChanged) || a.CheckKey(testServer) != nil {
		t.Errorf("changed key: %v", err)
	}
	for text, want := range map[string]string{
		"https://Chat.Example.org:443": "https://chat.example.org",
		"chat.example.org/":            "http://chat.example.org",
		"http://116.203.70.33":         OfficialBase,
	} {
		if got, err := CanonicalBase(text); err != nil || got != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	if hex.EncodeToString(OfficialKey[:]) != "a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238" {
		t.Error("official key")
	}
}

func TestFileURLs(t *testing.T) {
	a := Address{Base: "https://chat.example.org", Room: "lounge"}
	if got := a.FileURL(42); got != "https://chat.example.org/room/lounge/file/42" {
		t.Error(got)
	}
	for url, want := range map[string]int64{
		a.FileURL(42): 42, "http://elsewhere.org/file/7?x=1": 7, "17": 17,
		"": 0, "https://chat.example.org/room/lounge/file/": 0, "https://x.org/-3": 0, "https://x.org/0": 0,
		"https://x.org/99999999999999999999": 0, "https://x.org/" + strings.Repeat("1", 1000): 0,
	} {
		if id, ok := FileID(url); id != want && ok || ok != (want != 0) {
			t.Errorf("%s: %d %v", url, id, ok)
		}
	}
}
