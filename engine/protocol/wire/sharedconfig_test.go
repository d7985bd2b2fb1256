package wire

import (
	"bytes"
	"errors"
	"testing"
)

func TestSharedConfig(t *testing.T) {
	c := &SharedConfig{Kind: ConfigUserGroups, Seqno: 300, Data: []byte("x")}
	b, err := c.Marshal()
	want := []byte{11<<3 | 2, 8, 1 << 3, 4, 2 << 3, 0xac, 2, 3<<3 | 2, 1, 'x'}
	if err != nil || !bytes.Equal(b, want) {
		t.Fatalf("%x, %v; want %x", b, err, want)
	}
	got, err := ParseSharedConfig(b)
	if err != nil || got.Kind != c.Kind || got.Seqno != c.Seqno || !bytes.Equal(got.Data, c.Data) {
		t.Errorf("%+v, %v", got, err)
	}
	// It is nothing that a Content of today knows.
	content, err := ParseContent(b)
	if err != nil || content.Kind() != KindNone {
		t.Errorf("%v, %v", content, err)
	}

	for name, b := range map[string][]byte{
		"nothing":      nil,
		"other field":  {1 << 3, 1},
		"unknown kind": {11<<3 | 2, 7, 1 << 3, 5, 2 << 3, 1, 3<<3 | 2, 1, 'x'},
		"no seqno":     {11<<3 | 2, 5, 1 << 3, 4, 3<<3 | 2, 1, 'x'},
		"no data":      {11<<3 | 2, 4, 1 << 3, 4, 2 << 3, 1},
	} {
		if _, err := ParseSharedConfig(b); !errors.Is(err, ErrMissing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (&SharedConfig{Kind: 5, Seqno: 1, Data: []byte("x")}).Marshal(); !errors.Is(err, ErrEnum) {
		t.Errorf("unknown kind is written: %v", err)
	}
}
