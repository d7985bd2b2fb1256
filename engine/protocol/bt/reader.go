package bt

import (
	"bytes"
	"math"
)

// Kind is what stands at the place where a Reader is.
type Kind uint8

const (
	// Invalid: the Reader has failed, or no value can start with this byte.
	Invalid Kind = iota
	// End: the end of the container, or of the input outside of one.
	End
	// KindInt is an integer.
	KindInt
	// KindString is a byte string.
	KindString
	// KindList is a list.
	KindList
	// KindDict is a dict.
	KindDict
)

// Reader reads values one after the other. The byte strings that it returns
// are parts of the input, not copies.
//
// After the first error every call returns that error, so a caller may check
// once at the end where it need not know earlier. A loop over a container:
//
//	r.EnterDict()
//	for r.More() {
//		key, _ := r.Key()
//		...one value: Int, Bytes, EnterList … Leave, Skip...
//	}
//	r.Leave()
//	if err := r.Close(); err != nil {
type Reader struct {
	data   []byte
	off    int
	limits Limits
	count  int
	stack  []frame
	err    error

	lax    bool // numbers may be written in more than the shortest way
	sloppy bool // lax, and one was
}

type frame struct {
	dict    bool
	valued  bool   // dict: the key has been read, its value comes next
	hasKey  bool   // dict: lastKey is set
	lastKey []byte // dict
}

// NewReader returns a Reader of data.
func NewReader(data []byte, limits Limits) *Reader {
	r := &Reader{data: data, limits: limits.filled()}
	if len(data) > r.limits.Size {
		r.fail(ErrLimit)
	}
	return r
}

func (r *Reader) fail(cause error) error {
	if r.err == nil {
		r.err = &SyntaxError{r.off, cause}
	}
	return r.err
}

// Err returns the error that stopped the Reader, or nil.
func (r *Reader) Err() error { return r.err }

// Offset returns the number of bytes read.
func (r *Reader) Offset() int { return r.off }

// Rest returns the bytes not read yet.
func (r *Reader) Rest() []byte { return r.data[r.off:] }

// Close checks that all containers are left and that nothing follows.
func (r *Reader) Close() error {
	switch {
	case r.err != nil:
		return r.err
	case len(r.stack) > 0:
		return r.fail(ErrKind)
	case r.off != len(r.data):
		return r.fail(ErrTrailing)
	}
	return nil
}

// Peek returns the kind of the next value without reading it. In a dict it is
// for the place behind a key.
func (r *Reader) Peek() Kind {
	if r.err != nil {
		return Invalid
	}
	if r.off >= len(r.data) {
		if len(r.stack) == 0 {
			return End
		}
		return Invalid
	}
	switch c := r.data[r.off]; {
	case c == 'i':
		return KindInt
	case c == 'l':
		return KindList
	case c == 'd':
		return KindDict
	case c == 'e' && len(r.stack) > 0:
		return End
	case '0' <= c && c <= '9':
		return KindString
	}
	return Invalid
}

// More reports whether another element (or key) stands before the end of the
// container, or another value before the end of the input. A broken input
// answers false, and the error is there afterwards.
func (r *Reader) More() bool {
	if r.err != nil {
		return false
	}
	if r.off >= len(r.data) {
		if len(r.stack) > 0 {
			r.fail(ErrTruncated)
		}
		return false
	}
	return len(r.stack) == 0 || r.data[r.off] != 'e'
}

// begin checks that a value may start here and counts it.
func (r *Reader) begin(c byte) error {
	if r.err != nil {
		return r.err
	}
	if r.off >= len(r.data) {
		return r.fail(ErrTruncated)
	}
	got := r.data[r.off]
	digit := '0' <= got && got <= '9'
	if c == '0' && !digit || c != '0' && got != c {
		if digit || got == 'i' || got == 'l' || got == 'd' || got == 'e' {
			return r.fail(ErrKind)
		}
		return r.fail(ErrSyntax)
	}
	if n := len(r.stack); n > 0 && r.stack[n-1].dict {
		if !r.stack[n-1].valued {
			return r.fail(ErrKind)
		}
		r.stack[n-1].valued = false
	}
	r.count++
	if r.count > r.limits.Elements {
		return r.fail(ErrLimit)
	}
	return nil
}

// Int reads an integer of the int64 range.
func (r *Reader) Int() (int64, error) {
	v, negative, err := r.integer()
	switch {
	case err != nil:
		return 0, err
	case negative:
		return -int64(v-1) - 1, nil
	case v > math.MaxInt64:
		return 0, r.fail(ErrRange)
	}
	return int64(v), nil
}

// Uint reads an integer of the uint64 range.
func (r *Reader) Uint() (uint64, error) {
	v, negative, err := r.integer()
	if err == nil && negative {
		err = r.fail(ErrRange)
	}
	if err != nil {
		return 0, err
	}
	return v, nil
}

// integer reads i<decimal>e as magnitude and sign. A negative magnitude is
// within 1 … 2^63.
func (r *Reader) integer() (v uint64, negative bool, err error) {
	if err := r.begin('i'); err != nil {
		return 0, false, err
	}
	r.off++
	if r.off < len(r.data) && r.data[r.off] == '-' {
		negative = true
		r.off++
	}
	v, err = r.decimal('e')
	if err != nil {
		return 0, false, err
	}
	if negative && v == 0 {
		if !r.lax {
			return 0, false, r.fail(ErrNumber)
		}
		r.sloppy = true
	}
	if negative && v > 1<<63 {
		return 0, false, r.fail(ErrRange)
	}
	return v, negative, nil
}

// decimal reads digits up to stop and stop itself.
func (r *Reader) decimal(stop byte) (uint64, error) {
	start := r.off
	var v uint64
	for r.off < len(r.data) {
		c := r.data[r.off]
		if c == stop && r.off > start {
			r.off++
			return v, nil
		}
		if c < '0' || c > '9' {
			return 0, r.fail(ErrSyntax)
		}
		if r.off == start+1 && r.data[start] == '0' {
			if !r.lax {
				return 0, r.fail(ErrNumber)
			}
			r.sloppy = true
		}
		d := uint64(c - '0')
		if v > (math.MaxUint64-d)/10 {
			return 0, r.fail(ErrRange)
		}
		v = v*10 + d
		r.off++
	}
	return 0, r.fail(ErrTruncated)
}

// Bytes reads a byte string. The result is a part of the input; it has no
// spare capacity, so appending to it copies.
func (r *Reader) Bytes() ([]byte, error) {
	if err := r.begin('0'); err != nil {
		return nil, err
	}
	return r.text()
}

func (r *Reader) text() ([]byte, error) {
	n, err := r.decimal(':')
	if err != nil {
		return nil, err
	}
	if n > uint64(len(r.data)-r.off) {
		return nil, r.fail(ErrTruncated)
	}
	start := r.off
	r.off += int(n)
	return r.data[start:r.off:r.off], nil
}

// EnterList steps into a list; its elements follow.
func (r *Reader) EnterList() error { return r.enter('l') }

// EnterDict steps into a dict; Key and a value follow in turns.
func (r *Reader) EnterDict() error { return r.enter('d') }

func (r *Reader) enter(c byte) error {
	if err := r.begin(c); err != nil {
		return err
	}
	if len(r.stack) >= r.limits.Depth {
		return r.fail(ErrLimit)
	}
	r.off++
	r.stack = append(r.stack, frame{dict: c == 'd'})
	return nil
}

// Key reads the next key of a dict: part of the input, and above the key
// before it, else ErrOrder.
func (r *Reader) Key() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	n := len(r.stack)
	if n == 0 || !r.stack[n-1].dict || r.stack[n-1].valued {
		return nil, r.fail(ErrKind)
	}
	if r.off >= len(r.data) {
		return nil, r.fail(ErrTruncated)
	}
	if c := r.data[r.off]; c == 'e' {
		return nil, r.fail(ErrKind)
	}
	start := r.off
	key, err := r.text()
	if err != nil {
		return nil, err
	}
	f := &r.stack[n-1]
	if f.hasKey && bytes.Compare(f.lastKey, key) >= 0 {
		r.off = start
		return nil, r.fail(ErrOrder)
	}
	f.hasKey, f.lastKey, f.valued = true, key, true
	return key, nil
}

// Leave steps out of the container at its end. Elements that were not read are
// an error: Skip them.
func (r *Reader) Leave() error {
	if r.err != nil {
		return r.err
	}
	n := len(r.stack)
	if n == 0 || r.stack[n-1].valued {
		return r.fail(ErrKind)
	}
	if r.off >= len(r.data) {
		return r.fail(ErrTruncated)
	}
	if r.data[r.off] != 'e' {
		return r.fail(ErrKind)
	}
	r.off++
	r.stack = r.stack[:n-1]
	return nil
}
