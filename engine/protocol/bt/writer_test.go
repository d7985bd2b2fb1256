package bt_test

import (
	"errors"
	"math"
	"testing"

	"sotto/engine/protocol/bt"
)

func TestWriter(t *testing.T) {
	w := bt.NewWriter(64)
	w.Dict()
	w.Key("#")
	w.Int(math.MinInt64)
	w.Key("&")
	w.Raw([]byte("d1:n5:Alicee"))
	w.Key("<")
	w.List()
	w.Uint(math.MaxUint64)
	w.Bytes([]byte{0})
	w.String("x")
	w.End()
	before := string(w.Prefix())
	w.Key("~")
	w.String("sig")
	w.End()
	got, err := w.Finish()
	const want = "d1:#i-9223372036854775808e1:&d1:n5:Alicee1:<li18446744073709551615e1:\x001:xe1:~3:sige"
	if err != nil || string(got) != want || w.Len() != len(want) {
		t.Errorf("wrote %q, %v", got, err)
	}
	if before != want[:len(want)-len("1:~3:sige")] {
		t.Errorf("prefix %q", before)
	}
}

func TestWriterRefuses(t *testing.T) {
	tests := []struct {
		name  string
		do    func(w *bt.Writer)
		cause error
	}{
		{"nothing", func(w *bt.Writer) {}, bt.ErrState},
		{"value without key", func(w *bt.Writer) { w.Dict(); w.Int(1) }, bt.ErrState},
		{"key without value", func(w *bt.Writer) { w.Dict(); w.Key("a"); w.End() }, bt.ErrState},
		{"key after key", func(w *bt.Writer) { w.Dict(); w.Key("a"); w.Key("b") }, bt.ErrState},
		{"key in a list", func(w *bt.Writer) { w.List(); w.Key("a") }, bt.ErrState},
		{"key outside", func(w *bt.Writer) { w.Key("a") }, bt.ErrState},
		{"end outside", func(w *bt.Writer) { w.Int(1); w.End() }, bt.ErrState},
		{"open container", func(w *bt.Writer) { w.List() }, bt.ErrState},
		{"unsorted", func(w *bt.Writer) { w.Dict(); w.Key("b"); w.Int(1); w.Key("a") }, bt.ErrOrder},
		{"repeated", func(w *bt.Writer) { w.Dict(); w.Key(""); w.Int(1); w.Key("") }, bt.ErrOrder},
		{"broken raw", func(w *bt.Writer) { w.Raw([]byte("i01e")) }, bt.ErrNumber},
		{"raw of two", func(w *bt.Writer) { w.Raw([]byte("i1ei2e")) }, bt.ErrTrailing},
		{"empty raw", func(w *bt.Writer) { w.Raw(nil) }, bt.ErrTruncated},
		{"type", func(w *bt.Writer) { w.Value(1.5) }, bt.ErrType},
		{"type inside", func(w *bt.Writer) { w.Value([]any{true}) }, bt.ErrType},
		{"nil", func(w *bt.Writer) { w.Value(nil) }, bt.ErrType},
		{"unsorted Dict", func(w *bt.Writer) { w.Value(bt.Dict{{"b", bt.Int(1)}, {"a", bt.Int(1)}}) }, bt.ErrOrder},
		{"value that contains itself", func(w *bt.Writer) {
			m := map[string]any{}
			m["m"] = m
			w.Value(m)
		}, bt.ErrState},
	}
	for _, tt := range tests {
		var w bt.Writer
		tt.do(&w)
		if w.Err() != nil {
			// Calls after an error do nothing.
			w.List()
			w.End()
		}
		if out, err := w.Finish(); !errors.Is(err, tt.cause) || out != nil {
			t.Errorf("%s: %q, %v; want %v", tt.name, out, err, tt.cause)
		}
	}
}

func TestEncodeGoTypes(t *testing.T) {
	got, err := bt.Encode(map[string]any{
		"z": []any{1, int64(-2), uint64(3), "four", []byte("five")},
		"a": map[string]bt.Value{"y": bt.Int(1), "b": bt.String("s")},
		"m": []bt.Value{bt.List{}, bt.Uint(5)},
	})
	const want = "d1:ad1:b1:s1:yi1ee1:mllei5ee1:zli1ei-2ei3e4:four4:fiveee"
	if err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDictGet(t *testing.T) {
	d := bt.Dict{{"a", bt.Int(1)}, {"c", bt.Int(3)}}
	if v, ok := d.Get("c"); !ok || v != bt.Int(3) {
		t.Errorf("c is %v, %v", v, ok)
	}
	for _, key := range []string{"", "b", "d"} {
		if v, ok := d.Get(key); ok {
			t.Errorf("%q is %v", key, v)
		}
	}
}
