package store

import (
	"encoding/binary"
	"fmt"
)

// Records are a version byte and fields. A field is a tag (number<<1 | kind,
// varint), then for kind 0 a varint and for kind 1 a length and bytes. Zero
// values are left out, unknown fields are skipped, a tag of 0 ends the record
// (what follows is padding).
const recordVersion = 1

// padTo hides exact lengths of what people wrote.
const padTo = 32

type encoder []byte

func newRecord(scratch []byte) encoder { return append(encoder(scratch[:0]), recordVersion) }

func (e *encoder) uint(field int, v uint64) {
	if v != 0 {
		*e = binary.AppendUvarint(binary.AppendUvarint(*e, uint64(field)<<1), v)
	}
}

// int is zigzag-coded.
func (e *encoder) int(field int, v int64) { e.uint(field, zigzag(v)) }

func (e *encoder) bool(field int, v bool) {
	if v {
		e.uint(field, 1)
	}
}

func (e *encoder) bytes(field int, v []byte) {
	if len(v) != 0 {
		e.present(field, v)
	}
}

// present writes also an empty value, where its presence tells something.
func (e *encoder) present(field int, v []byte) {
	*e = binary.AppendUvarint(binary.AppendUvarint(*e, uint64(field)<<1|1), uint64(len(v)))
	*e = append(*e, v...)
}

func (e *encoder) string(field int, v string) {
	if v != "" {
		*e = binary.AppendUvarint(binary.AppendUvarint(*e, uint64(field)<<1|1), uint64(len(v)))
		*e = append(*e, v...)
	}
}

// pad fills up to a multiple of padTo.
func (e *encoder) pad() {
	for len(*e)%padTo != 0 {
		*e = append(*e, 0)
	}
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// decoder walks over the fields of a record:
//
//	for d.next() { switch d.field { case 1: x = d.u } }
//	return d.err
type decoder struct {
	b     []byte
	field int
	u     uint64 // kind 0
	data  []byte // kind 1; shares memory with the record
	err   error
}

func readRecord(b []byte) *decoder {
	d := decodeRecord(b)
	return &d
}

func decodeRecord(b []byte) decoder {
	if len(b) == 0 || b[0] != recordVersion {
		return decoder{err: fmt.Errorf("%w: record of unknown version", ErrDamaged)}
	}
	return decoder{b: b[1:]}
}

// nested reads a value that holds fields itself.
func nested(b []byte) decoder { return decoder{b: b} }

func (d *decoder) next() bool {
	if d.err != nil || len(d.b) == 0 {
		return false
	}
	tag, n := binary.Uvarint(d.b)
	if n <= 0 {
		return d.broken()
	}
	if tag == 0 {
		return false
	}
	d.b = d.b[n:]
	if tag>>1 > 1<<20 || tag>>1 == 0 {
		return d.broken()
	}
	d.field, d.u, d.data = int(tag>>1), 0, nil
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		return d.broken()
	}
	d.b = d.b[n:]
	if tag&1 == 0 {
		d.u = v
		return true
	}
	if v > uint64(len(d.b)) {
		return d.broken()
	}
	d.data, d.b = d.b[:v:v], d.b[v:]
	return true
}

func (d *decoder) broken() bool {
	d.err = fmt.Errorf("%w: record does not parse", ErrDamaged)
	return false
}

func (d *decoder) int() int64     { return unzigzag(d.u) }
func (d *decoder) bool() bool     { return d.u != 0 }
func (d *decoder) string() string { return string(d.data) }
func (d *decoder) copy() []byte   { return append([]byte(nil), d.data...) }

// id reads 33 bytes; nothing is the zero id.
func (d *decoder) id(dst *[33]byte) {
	if len(d.data) != len(dst) {
		d.broken()
		return
	}
	copy(dst[:], d.data)
}
