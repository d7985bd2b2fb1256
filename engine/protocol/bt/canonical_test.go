package bt_test

import (
	"bytes"
	"errors"
	"testing"

	"sotto/engine/protocol/bt"
)

func TestCanonical(t *testing.T) {
	tests := []struct{ in, want string }{
		{"i1e", "i1e"},
		{"i01e", "i1e"},
		{"i-0e", "i0e"},
		{"i-00e", "i0e"},
		{"i-007e", "i-7e"},
		{"i000e", "i0e"},
		{"i09223372036854775807e", "i9223372036854775807e"},
		{"003:abc", "3:abc"},
		{"00:", "0:"},
		{"deXX", "de"},
		{"d02:aai01ee", "d2:aai1ee"},
		{"d1:ali01e04:i07ei-0eee", "d1:ali1e4:i07ei0eee"},
		{"d1:#i01e1:&de1:<le1:=deeXX", "d1:#i1e1:&de1:<le1:=dee"},
	}
	for _, tt := range tests {
		got, err := bt.Canonical([]byte(tt.in), bt.Limits{})
		if err != nil || string(got) != tt.want {
			t.Errorf("%q: %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		in   string
		want error
	}{
		{"", bt.ErrTruncated},
		{"i01", bt.ErrTruncated},
		{"ie", bt.ErrSyntax},
		{"i-e", bt.ErrSyntax},
		{"i0x1e", bt.ErrSyntax},
		{"d1:bi1e1:ai1ee", bt.ErrOrder},
		{"d1:ai1e01:ai1ee", bt.ErrOrder},
		{"04:abc", bt.ErrTruncated},
		{"i018446744073709551616e", bt.ErrRange},
	} {
		if got, err := bt.Canonical([]byte(tt.in), bt.Limits{}); !errors.Is(err, tt.want) || got != nil {
			t.Errorf("%q: %q, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

// What comes out is strict, comes back as it is, and is what went in where that
// was strict.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"i-007e", "d02:aai01ee", "d1:ali01e04:i07ei-0eee", "d1:ai1eeXX", "l0:00:e"} {
		f.Add([]byte(s))
	}
	limits := bt.Limits{Depth: 8, Elements: 200, Size: 4096}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := bt.Canonical(data, limits)
		_, strict := bt.Decode(data, limits)
		if err != nil {
			if strict == nil {
				t.Fatalf("strict %q is refused: %v", data, err)
			}
			return
		}
		if strict == nil && !bytes.Equal(out, data) {
			t.Fatalf("strict %q becomes %q", data, out)
		}
		if _, err := bt.Decode(out, limits); err != nil {
			t.Fatalf("%q becomes %q: %v", data, out, err)
		}
		if again, err := bt.Canonical(out, limits); err != nil || !bytes.Equal(again, out) {
			t.Fatalf("%q, then %q, %v", out, again, err)
		}
	})
}
