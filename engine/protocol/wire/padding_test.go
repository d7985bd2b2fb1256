package wire

import (
	"bytes"
	"testing"
)

func TestPaddingVectors(t *testing.T) {
	for _, row := range loadVectors(t).Padding {
		content := bytes.Repeat([]byte{'c'}, row.ContentLen)
		got := AppendPadded([]byte("before"), content)[len("before"):]
		if len(got) != row.PaddedLen || PaddedSize(row.ContentLen) != row.PaddedLen {
			t.Errorf("%d bytes are padded to %d (PaddedSize %d), want %d", row.ContentLen, len(got), PaddedSize(row.ContentLen), row.PaddedLen)
			continue
		}
		want := append(append(bytes.Clone(content), 0x80), make([]byte, row.Zeros)...)
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes are padded to %x", row.ContentLen, got)
		}
		if back := Unpad(got); !bytes.Equal(back, content) {
			t.Errorf("%d bytes come back as %d", row.ContentLen, len(back))
		}
	}
}

func TestUnpad(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"one 0x80 only", "ab\x80\x80\x00", "ab\x80"},
		{"content ends with zeros", "ab\x00\x00\x80\x00", "ab\x00\x00"},
		{"no padding", "abc", "abc"},
		{"zeros without 0x80", "abc\x00\x00", "abc\x00\x00"},
		{"zeros only", "\x00\x00\x00", "\x00\x00\x00"},
		{"0x80 only", "\x80", ""},
		{"nothing", "", ""},
		{"old length 159", "abc\x80" + string(make([]byte, 155)), "abc"},
	}
	for _, tt := range tests {
		if got := Unpad([]byte(tt.in)); string(got) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
