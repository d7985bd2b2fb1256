package bt

import (
	"fmt"
	"math"
	"sort"
)

// Value is a decoded value: Int, Uint, String, List or Dict.
type Value interface{ value() }

type (
	// Int is an integer of the int64 range.
	Int int64
	// Uint is an integer above the int64 range. Decode never returns one that
	// an Int could hold, so that equal encodings are equal values.
	Uint uint64
	// String is a byte string; it need not be UTF-8.
	String string
	// List is a list.
	List []Value
	// Dict is a dict, ascending by key, no key twice.
	Dict []Entry
)

// Entry is a key of a Dict with its value.
type Entry struct {
	Key   string
	Value Value
}

func (Int) value()    {}
func (Uint) value()   {}
func (String) value() {}
func (List) value()   {}
func (Dict) value()   {}

// Get returns the value of a key.
func (d Dict) Get(key string) (Value, bool) {
	i := sort.Search(len(d), func(i int) bool { return d[i].Key >= key })
	if i < len(d) && d[i].Key == key {
		return d[i].Value, true
	}
	return nil, false
}

// Decode reads one value that takes up all of data. Strings are copied: the
// result does not keep data alive. Every error is a *SyntaxError.
func Decode(data []byte, limits Limits) (Value, error) {
	r := NewReader(data, limits)
	v, err := r.Value()
	if err != nil {
		return nil, err
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return v, nil
}

// Value reads one value of any kind as a tree.
func (r *Reader) Value() (Value, error) {
	switch r.Peek() {
	case KindInt:
		return r.number()
	case KindString:
		b, err := r.Bytes()
		if err != nil {
			return nil, err
		}
		return String(b), nil
	case KindList:
		return r.list()
	case KindDict:
		return r.dict()
	}
	return nil, r.skipOne()
}

func (r *Reader) number() (Value, error) {
	v, negative, err := r.integer()
	switch {
	case err != nil:
		return nil, err
	case negative:
		return Int(-int64(v-1) - 1), nil
	case v > math.MaxInt64:
		return Uint(v), nil
	}
	return Int(v), nil
}

// The depth of this recursion is bounded by Limits.Depth.
func (r *Reader) list() (Value, error) {
	if err := r.EnterList(); err != nil {
		return nil, err
	}
	list := List{}
	for r.More() {
		v, err := r.Value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if err := r.Leave(); err != nil {
		return nil, err
	}
	return list, nil
}

func (r *Reader) dict() (Value, error) {
	if err := r.EnterDict(); err != nil {
		return nil, err
	}
	dict := Dict{}
	for r.More() {
		key, err := r.Key()
		if err != nil {
			return nil, err
		}
		v, err := r.Value()
		if err != nil {
			return nil, err
		}
		dict = append(dict, Entry{string(key), v})
	}
	if err := r.Leave(); err != nil {
		return nil, err
	}
	return dict, nil
}

// Encode returns the encoding of a Value, or of the Go types int, int64,
// uint64, string, []byte, []any, []Value, map[string]any and map[string]Value
// in any nesting. Maps are sorted; a Dict must be sorted already (ErrOrder).
// Other types are ErrType.
func Encode(v any) ([]byte, error) {
	var w Writer
	w.Value(v)
	return w.Finish()
}

// Value writes what Encode accepts.
func (w *Writer) Value(v any) {
	if w.err != nil {
		return // also ends the descent into a map that contains itself
	}
	switch v := v.(type) {
	case Int:
		w.Int(int64(v))
	case int64:
		w.Int(v)
	case int:
		w.Int(int64(v))
	case Uint:
		w.Uint(uint64(v))
	case uint64:
		w.Uint(v)
	case String:
		w.String(string(v))
	case string:
		w.String(v)
	case []byte:
		w.Bytes(v)
	case List:
		writeList(w, v)
	case []Value:
		writeList(w, v)
	case []any:
		writeList(w, v)
	case Dict:
		w.Dict()
		for _, e := range v {
			w.Key(e.Key)
			w.Value(e.Value)
		}
		w.End()
	case map[string]Value:
		writeMap(w, v)
	case map[string]any:
		writeMap(w, v)
	default:
		w.err = fmt.Errorf("%w: %T", ErrType, v)
	}
}

func writeList[V any](w *Writer, list []V) {
	w.List()
	for _, v := range list {
		w.Value(v)
	}
	w.End()
}

func writeMap[V any](w *Writer, m map[string]V) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	w.Dict()
	for _, k := range keys {
		w.Key(k)
		w.Value(m[k])
	}
	w.End()
}
