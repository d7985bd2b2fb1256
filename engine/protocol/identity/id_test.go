package identity_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

const aliceID = "054830367d369d94605247999a375dbd0a0f65fdec5de1535612bcb6d4de452c69"
const bobID = "05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72"

func mustID(t testing.TB, s string) identity.ID {
	t.Helper()
	id, err := identity.ParseID(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return id
}

func TestParseID(t *testing.T) {
	key := aliceID[2:]
	tests := []struct {
		name, text string
		want       string
		err        error // of ParseID
		sessionErr error // of ParseSessionID
	}{
		{"plain", aliceID, aliceID, nil, nil},
		{"upper case", strings.ToUpper(aliceID), aliceID, nil, nil},
		{"pasted with blanks", " \t\r\n" + aliceID + "\u200b\ufeff\n", aliceID, nil, nil},
		{"group", "03" + key, "03" + key, nil, identity.ErrIDPrefix},
		{"unblinded", "00" + key, "00" + key, nil, identity.ErrIDPrefix},
		{"blinded 15", "15" + key, "15" + key, nil, identity.ErrIDPrefix},
		{"blinded 25", "25" + key, "25" + key, nil, identity.ErrIDPrefix},
		{"version", "07" + key, "07" + key, nil, identity.ErrIDPrefix},
		{"unknown prefix", "06" + key, "", identity.ErrIDPrefix, identity.ErrIDPrefix},
		{"empty", "", "", identity.ErrIDLength, identity.ErrIDLength},
		{"a character short", aliceID[:65], "", identity.ErrIDLength, identity.ErrIDLength},
		{"a character long", aliceID + "0", "", identity.ErrIDLength, identity.ErrIDLength},
		{"blank inside", aliceID[:30] + " " + aliceID[31:], "", identity.ErrIDHex, identity.ErrIDHex},
		{"no hexadecimal", aliceID[:65] + "g", "", identity.ErrIDHex, identity.ErrIDHex},
		{"a megabyte", strings.Repeat(" ", 1<<20) + aliceID, "", identity.ErrIDLength, identity.ErrIDLength},
		{"zeros", strings.Repeat("0", 66), "", identity.ErrIDKey, identity.ErrIDKey},
		{"key 0", "05" + strings.Repeat("0", 64), "05" + strings.Repeat("0", 64), nil, identity.ErrIDKey},
		{"key 1", "0501" + strings.Repeat("0", 62), "0501" + strings.Repeat("0", 62), nil, identity.ErrIDKey},
		{
			"key of order 8", "05e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
			"05e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", nil, identity.ErrIDKey,
		},
		{
			"key p+1", "05ee" + strings.Repeat("f", 60) + "7f",
			"05ee" + strings.Repeat("f", 60) + "7f", nil, identity.ErrIDKey,
		},
	}
	for _, tt := range tests {
		id, err := identity.ParseID(tt.text)
		if !errors.Is(err, tt.err) || err == nil && id.String() != tt.want || err != nil && !id.IsZero() {
			t.Errorf("%s: ParseID %s, %v", tt.name, id, err)
		}
		id, err = identity.ParseSessionID(tt.text)
		if !errors.Is(err, tt.sessionErr) || err == nil && id.String() != tt.want || err != nil && !id.IsZero() {
			t.Errorf("%s: ParseSessionID %s, %v", tt.name, id, err)
		}
	}
}

func TestIDFromBytes(t *testing.T) {
	id := mustID(t, aliceID)
	if got, err := identity.IDFromBytes(id.Bytes()); err != nil || got != id {
		t.Errorf("%s, %v", got, err)
	}
	for b, want := range map[string]error{
		"":                         identity.ErrIDLength,
		string(id[:32]):            identity.ErrIDLength,
		string(id[:]) + "x":        identity.ErrIDLength,
		"\x06" + string(id[1:]):    identity.ErrIDPrefix,
		strings.Repeat("\x00", 33): identity.ErrIDKey,
	} {
		if got, err := identity.IDFromBytes([]byte(b)); !errors.Is(err, want) || !got.IsZero() {
			t.Errorf("%x: %s, %v, want %v", b, got, err, want)
		}
	}
}

func TestIDParts(t *testing.T) {
	id := mustID(t, aliceID)
	if id.Prefix() != identity.Session || identity.NewID(identity.Session, id.Key()) != id {
		t.Error("an ID does not survive being taken apart")
	}
	if got := id.Short(); got != "(0548…2c69)" {
		t.Errorf("short form %q", got)
	}
	if id.IsZero() || !(identity.ID{}).IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestIDText(t *testing.T) {
	type record struct {
		Who  identity.ID
		Seen map[identity.ID]int
	}
	in := record{Seen: map[identity.ID]int{mustID(t, aliceID): 3}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"Who":"","Seen":{"`+aliceID+`":3}}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out record
	if err := json.Unmarshal(text, &out); err != nil || out.Who != in.Who || out.Seen[mustID(t, aliceID)] != 3 {
		t.Errorf("%v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"Who":"05"}`), &out); !errors.Is(err, identity.ErrIDLength) {
		t.Errorf("short text: %v", err)
	}
}

func FuzzParseID(f *testing.F) {
	f.Add(aliceID)
	f.Add(" 03" + aliceID[2:] + "\u200b")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := identity.ParseID(text)
		if err != nil {
			return
		}
		again, err := identity.ParseID(id.String())
		if err != nil || again != id {
			t.Errorf("%q reads as %s, which reads as %s, %v", text, id, again, err)
		}
	})
}
