package bt_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"sotto/engine/protocol/bt"
)

func TestDecodeAndEncodeBothWays(t *testing.T) {
	tests := []struct {
		text string
		want bt.Value
	}{
		{"i0e", bt.Int(0)},
		{"i-1e", bt.Int(-1)},
		{"i9223372036854775807e", bt.Int(math.MaxInt64)},
		{"i-9223372036854775808e", bt.Int(math.MinInt64)},
		{"i9223372036854775808e", bt.Uint(1 << 63)},
		{"i18446744073709551615e", bt.Uint(math.MaxUint64)},
		{"0:", bt.String("")},
		{"5:a\x00\xff:e", bt.String("a\x00\xff:e")},
		{"le", bt.List{}},
		{"de", bt.Dict{}},
		{"li1e1:ali2eed1:xi3eee", bt.List{bt.Int(1), bt.String("a"), bt.List{bt.Int(2)}, bt.Dict{{"x", bt.Int(3)}}}},
		// Keys compare as unsigned bytes, the shorter of two prefixes first.
		{"d0:i0e1:ai1e2:aai2e1:\x80i3e1:\xffi4ee", bt.Dict{
			{"", bt.Int(0)}, {"a", bt.Int(1)}, {"aa", bt.Int(2)}, {"\x80", bt.Int(3)}, {"\xff", bt.Int(4)},
		}},
		// The config message that was never modified.
		{"d1:#i0e1:&de1:<le1:=dee", bt.Dict{
			{"#", bt.Int(0)}, {"&", bt.Dict{}}, {"<", bt.List{}}, {"=", bt.Dict{}},
		}},
	}
	for _, tt := range tests {
		got, err := bt.Decode([]byte(tt.text), bt.Limits{})
		if err != nil {
			t.Errorf("Decode(%q): %v", tt.text, err)
			continue
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Decode(%q) = %#v, want %#v", tt.text, got, tt.want)
		}
		if back, err := bt.Encode(tt.want); err != nil || string(back) != tt.text {
			t.Errorf("Encode(%#v) = %q, %v; want %q", tt.want, back, err, tt.text)
		}
	}
}

// A server request and a server answer as onion-requests.md §6 shows them.
func TestServerPayloads(t *testing.T) {
	request := `l76:{"method":"GET","endpoint":"/session_version?platform=desktop","headers":{}}e`
	response := `l58:{"code":200,"headers":{"content-type":"application/json"}}36:{"id":"1234","expires":1700000000.5}e`
	for text, parts := range map[string]int{request: 1, response: 2} {
		r := bt.NewReader([]byte(text), bt.Limits{})
		r.EnterList()
		n := 0
		for ; r.More(); n++ {
			part, err := r.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if part[0] != '{' || part[len(part)-1] != '}' {
				t.Errorf("part %d is %q", n, part)
			}
		}
		r.Leave()
		if err := r.Close(); err != nil || n != parts {
			t.Errorf("%d parts, %v; want %d", n, err, parts)
		}
	}
}

var rejected = []struct {
	name, text string
	cause      error
	offset     int
}{
	{"empty", "", bt.ErrTruncated, 0},
	{"unknown byte", "x", bt.ErrSyntax, 0},
	{"sign before length", "-1:a", bt.ErrSyntax, 0},
	{"lone end", "e", bt.ErrSyntax, 0},
	{"open integer", "i12", bt.ErrTruncated, 3},
	{"open minus", "i-", bt.ErrTruncated, 2},
	{"empty integer", "ie", bt.ErrSyntax, 1},
	{"minus only", "i-e", bt.ErrSyntax, 2},
	{"plus", "i+1e", bt.ErrSyntax, 1},
	{"space", "i 1e", bt.ErrSyntax, 1},
	{"fraction", "i1.5e", bt.ErrSyntax, 2},
	{"leading zero", "i01e", bt.ErrNumber, 2},
	{"double zero", "i00e", bt.ErrNumber, 2},
	{"negative leading zero", "i-01e", bt.ErrNumber, 3},
	{"negative zero", "i-0e", bt.ErrNumber, 4},
	{"above uint64", "i18446744073709551616e", bt.ErrRange, 20},
	{"below int64", "i-9223372036854775809e", bt.ErrRange, 22},
	{"many digits", "i" + strings.Repeat("9", 100) + "e", bt.ErrRange, 20},
	{"length only", "5", bt.ErrTruncated, 1},
	{"length without colon", "5abcde", bt.ErrSyntax, 1},
	{"length with leading zero", "01:a", bt.ErrNumber, 1},
	{"short string", "5:abcd", bt.ErrTruncated, 2},
	{"huge length", "18446744073709551615:a", bt.ErrTruncated, 21},
	{"length above uint64", "99999999999999999999:a", bt.ErrRange, 19},
	{"open list", "li1e", bt.ErrTruncated, 4},
	{"open dict", "d1:ai1e", bt.ErrTruncated, 7},
	{"key without value", "d1:ae", bt.ErrKind, 4},
	{"key without anything", "d1:a", bt.ErrTruncated, 4},
	{"integer as key", "di1ei2ee", bt.ErrSyntax, 1},
	{"list as key", "dlei2ee", bt.ErrSyntax, 1},
	{"unsorted", "d1:bi1e1:ai1ee", bt.ErrOrder, 7},
	{"repeated key", "d1:ai1e1:ai1ee", bt.ErrOrder, 7},
	{"repeated empty key", "d0:i1e0:i1ee", bt.ErrOrder, 6},
	{"longer before shorter", "d2:aai1e1:ai1ee", bt.ErrOrder, 8},
	{"unsorted inside", "ld1:bi1e1:ai1eee", bt.ErrOrder, 8},
	{"trailing", "i1ee", bt.ErrTrailing, 3},
	{"two values", "i1ei2e", bt.ErrTrailing, 3},
	{"trailing zero bytes", "le\x00", bt.ErrTrailing, 2},
}

// Everything that is refused is refused by the tree and by the pull parser.
func TestRejects(t *testing.T) {
	for _, tt := range rejected {
		check := func(path string, err error) {
			t.Helper()
			var syntax *bt.SyntaxError
			if !errors.Is(err, tt.cause) || !errors.As(err, &syntax) {
				t.Errorf("%s, %s: %v, want %v", tt.name, path, err, tt.cause)
			} else if syntax.Offset != tt.offset {
				t.Errorf("%s, %s: offset %d, want %d", tt.name, path, syntax.Offset, tt.offset)
			}
		}
		_, err := bt.Decode([]byte(tt.text), bt.Limits{})
		check("Decode", err)

		r := bt.NewReader([]byte(tt.text), bt.Limits{})
		r.Skip()
		check("Skip", r.Close())
	}
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat("l", 5) + strings.Repeat("e", 5)
	tests := []struct {
		name, text string
		limits     bt.Limits
		ok         bool
	}{
		{"depth reached", deep, bt.Limits{Depth: 5}, true},
		{"too deep", deep, bt.Limits{Depth: 4}, false},
		{"size reached", "3:abc", bt.Limits{Size: 5}, true},
		{"too long", "3:abc", bt.Limits{Size: 4}, false},
		{"elements reached", "li1ei2ee", bt.Limits{Elements: 3}, true},
		{"too many elements", "li1ei2ee", bt.Limits{Elements: 2}, false},
		{"keys do not count", "d1:ai1ee", bt.Limits{Elements: 2}, true},
		{"default depth", strings.Repeat("l", 33) + strings.Repeat("e", 33), bt.Limits{}, false},
	}
	for _, tt := range tests {
		_, err := bt.Decode([]byte(tt.text), tt.limits)
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, bt.ErrLimit) {
			t.Errorf("%s: %v", tt.name, err)
		}
		r := bt.NewReader([]byte(tt.text), tt.limits)
		r.Skip()
		if err := r.Close(); tt.ok && err != nil || !tt.ok && !errors.Is(err, bt.ErrLimit) {
			t.Errorf("%s, skipping: %v", tt.name, err)
		}
	}
}

func TestReaderWalk(t *testing.T) {
	data := []byte("d1:#i7e1:&d1:n5:Alicee1:<lli6e2:hhdeee1:=de1:~3:sige")
	r := bt.NewReader(data, bt.Limits{})
	r.EnterDict()
	var keys []string
	for r.More() {
		key, err := r.Key()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, string(key))
		switch string(key) {
		case "#":
			if v, err := r.Int(); v != 7 || err != nil {
				t.Errorf("seqno %d, %v", v, err)
			}
		case "<":
			if raw, err := r.Raw(); string(raw) != "lli6e2:hhdeee" || err != nil {
				t.Errorf("lagged diffs %q, %v", raw, err)
			}
		case "~":
			if r.Peek() != bt.KindString {
				t.Errorf("kind %d", r.Peek())
			}
			// What a signature covers ends before its key.
			sig, err := r.Bytes()
			if err != nil || string(sig) != "sig" || string(data[:r.Offset()-len("1:~3:sig")]) != "d1:#i7e1:&d1:n5:Alicee1:<lli6e2:hhdeee1:=de" {
				t.Errorf("signature %q, %v", sig, err)
			}
		default:
			r.Skip()
		}
	}
	r.Leave()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(keys, ""); got != "#&<=~" {
		t.Errorf("keys %q", got)
	}
}

// Strings are parts of the input, and appending to one does not write into it.
func TestReaderDoesNotCopy(t *testing.T) {
	data := []byte("l3:abc1:de")
	r := bt.NewReader(data, bt.Limits{})
	r.EnterList()
	b, _ := r.Bytes()
	if &b[0] != &data[3] {
		t.Error("the string is a copy")
	}
	_ = append(b, 'X')
	if string(data) != "l3:abc1:de" {
		t.Errorf("the input became %q", data)
	}
	big := append([]byte("l10000000:"), make([]byte, 10_000_000)...)
	big = append(big, 'e')
	allocs := testing.AllocsPerRun(5, func() {
		r := bt.NewReader(big, bt.Limits{})
		r.EnterList()
		if b, err := r.Bytes(); err != nil || len(b) != 10_000_000 {
			t.Fatal(err)
		}
	})
	if allocs > 4 {
		t.Errorf("%v allocations for a body of 10 MB", allocs)
	}
}

func TestReaderMisuseIsAnError(t *testing.T) {
	tests := []struct {
		name, text string
		do         func(r *bt.Reader) error
		cause      error
	}{
		{"string as int", "1:a", func(r *bt.Reader) error { _, err := r.Int(); return err }, bt.ErrKind},
		{"int as string", "i1e", func(r *bt.Reader) error { _, err := r.Bytes(); return err }, bt.ErrKind},
		{"list as dict", "le", func(r *bt.Reader) error { return r.EnterDict() }, bt.ErrKind},
		{"uint64 as int64", "i9223372036854775808e", func(r *bt.Reader) error { _, err := r.Int(); return err }, bt.ErrRange},
		{"negative as uint64", "i-1e", func(r *bt.Reader) error { _, err := r.Uint(); return err }, bt.ErrRange},
		{"key in a list", "l1:ae", func(r *bt.Reader) error { r.EnterList(); _, err := r.Key(); return err }, bt.ErrKind},
		{"value instead of key", "d1:ai1ee", func(r *bt.Reader) error { r.EnterDict(); _, err := r.Bytes(); return err }, bt.ErrKind},
		{"two keys", "d1:a1:be", func(r *bt.Reader) error { r.EnterDict(); r.Key(); _, err := r.Key(); return err }, bt.ErrKind},
		{"leave too early", "li1ee", func(r *bt.Reader) error { r.EnterList(); return r.Leave() }, bt.ErrKind},
		{"leave before the value", "d1:ai1ee", func(r *bt.Reader) error { r.EnterDict(); r.Key(); return r.Leave() }, bt.ErrKind},
		{"leave outside", "i1e", func(r *bt.Reader) error { return r.Leave() }, bt.ErrKind},
		{"close inside", "le", func(r *bt.Reader) error { r.EnterList(); return r.Close() }, bt.ErrKind},
		{"value behind the end", "le", func(r *bt.Reader) error { r.EnterList(); _, err := r.Value(); return err }, bt.ErrKind},
		{"key behind the end", "de", func(r *bt.Reader) error { r.EnterDict(); _, err := r.Key(); return err }, bt.ErrKind},
	}
	for _, tt := range tests {
		r := bt.NewReader([]byte(tt.text), bt.Limits{})
		err := tt.do(r)
		if !errors.Is(err, tt.cause) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.cause)
		}
		// The first error stays.
		if again := r.Skip(); again != err || r.More() || r.Peek() != bt.Invalid || r.Err() != err {
			t.Errorf("%s: the reader went on after %v", tt.name, err)
		}
	}
}

// Multi-part config messages have null bytes behind their list.
func TestReaderRest(t *testing.T) {
	r := bt.NewReader([]byte("l1:ae\x00\x00"), bt.Limits{})
	if err := r.Skip(); err != nil || !bytes.Equal(r.Rest(), []byte{0, 0}) {
		t.Errorf("rest %q, %v", r.Rest(), err)
	}
}
