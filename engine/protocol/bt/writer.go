package bt

import (
	"bytes"
	"strconv"
)

// Writer writes values one after the other. After the first error every call
// does nothing, and Finish returns the error. The zero Writer is ready. Outside
// of containers values simply follow one another, as a Reader reads them.
type Writer struct {
	buf   []byte
	stack []writeFrame
	err   error
}

type writeFrame struct {
	dict     bool
	valued   bool
	keyStart int // last key inside buf
	keyEnd   int
	hasKey   bool
}

// maxWriteDepth is far above what any reader accepts.
const maxWriteDepth = 1024

// NewWriter returns a Writer with room for size bytes.
func NewWriter(size int) *Writer { return &Writer{buf: make([]byte, 0, size)} }

func (w *Writer) begin() bool {
	if w.err != nil {
		return false
	}
	if n := len(w.stack); n > 0 && w.stack[n-1].dict {
		if !w.stack[n-1].valued {
			w.err = ErrState
			return false
		}
		w.stack[n-1].valued = false
	}
	return true
}

// Int writes an integer.
func (w *Writer) Int(v int64) {
	if w.begin() {
		w.buf = AppendInt(w.buf, v)
	}
}

// Uint writes an integer that may be above the int64 range.
func (w *Writer) Uint(v uint64) {
	if w.begin() {
		w.buf = append(w.buf, 'i')
		w.buf = strconv.AppendUint(w.buf, v, 10)
		w.buf = append(w.buf, 'e')
	}
}

// Bytes writes a byte string.
func (w *Writer) Bytes(v []byte) {
	if w.begin() {
		w.buf = AppendBytes(w.buf, v)
	}
}

// String writes a byte string.
func (w *Writer) String(v string) {
	if w.begin() {
		w.buf = AppendString(w.buf, v)
	}
}

// List opens a list. Its elements follow, then End.
func (w *Writer) List() { w.open('l') }

// Dict opens a dict. Key and a value follow in turns, then End.
func (w *Writer) Dict() { w.open('d') }

func (w *Writer) open(c byte) {
	if len(w.stack) >= maxWriteDepth && w.err == nil {
		// A map that contains itself ends here and not with the memory.
		w.err = ErrState
	}
	if w.begin() {
		w.buf = append(w.buf, c)
		w.stack = append(w.stack, writeFrame{dict: c == 'd'})
	}
}

// Key writes the next key of a dict. Keys must come in ascending order of
// their bytes: the caller sorts, the Writer refuses (ErrOrder).
func (w *Writer) Key(key string) {
	if w.err != nil {
		return
	}
	n := len(w.stack)
	if n == 0 || !w.stack[n-1].dict || w.stack[n-1].valued {
		w.err = ErrState
		return
	}
	f := &w.stack[n-1]
	if f.hasKey && string(w.buf[f.keyStart:f.keyEnd]) >= key {
		w.err = &SyntaxError{len(w.buf), ErrOrder}
		return
	}
	w.buf = AppendString(w.buf, key)
	f.keyStart, f.keyEnd = len(w.buf)-len(key), len(w.buf)
	f.hasKey, f.valued = true, true
}

// End closes the innermost container.
func (w *Writer) End() {
	if w.err != nil {
		return
	}
	n := len(w.stack)
	if n == 0 || w.stack[n-1].valued {
		w.err = ErrState
		return
	}
	w.buf = append(w.buf, 'e')
	w.stack = w.stack[:n-1]
}

// Raw writes one value that is encoded already. It is checked as strictly as
// by a Reader with DefaultLimits.
func (w *Writer) Raw(encoded []byte) {
	if w.err != nil {
		return
	}
	r := NewReader(encoded, Limits{Size: max(len(encoded), 1), Elements: max(len(encoded), 1)})
	if err := r.Skip(); err != nil {
		w.err = err
		return
	}
	if err := r.Close(); err != nil {
		w.err = err
		return
	}
	if w.begin() {
		w.buf = append(w.buf, encoded...)
	}
}

// Len returns the number of bytes written.
func (w *Writer) Len() int { return len(w.buf) }

// Err returns the error that stopped the Writer, or nil.
func (w *Writer) Err() error { return w.err }

// Prefix returns a copy of what is written so far, open containers included.
// Config signatures are made over such a prefix.
func (w *Writer) Prefix() []byte { return bytes.Clone(w.buf) }

// Finish returns the encoding. All containers must be closed.
func (w *Writer) Finish() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	if len(w.stack) > 0 || len(w.buf) == 0 {
		return nil, ErrState
	}
	return w.buf, nil
}

// AppendInt appends the encoding of an integer.
func AppendInt(dst []byte, v int64) []byte {
	dst = append(dst, 'i')
	dst = strconv.AppendInt(dst, v, 10)
	return append(dst, 'e')
}

// AppendBytes appends the encoding of a byte string.
func AppendBytes(dst, v []byte) []byte {
	dst = strconv.AppendInt(dst, int64(len(v)), 10)
	dst = append(dst, ':')
	return append(dst, v...)
}

// AppendString appends the encoding of a byte string.
func AppendString(dst []byte, v string) []byte {
	dst = strconv.AppendInt(dst, int64(len(v)), 10)
	dst = append(dst, ':')
	return append(dst, v...)
}
