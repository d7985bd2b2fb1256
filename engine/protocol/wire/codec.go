package wire

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// maxGroupDepth bounds groups (wire types 3 and 4) in unknown fields. No
// message of the protocol uses groups; protobuf runtimes stop at 100 levels of
// groups and messages together, and messages of this schema nest to 5.
const maxGroupDepth = 64

type label uint8

const (
	optional label = iota
	required
	repeated
)

// field is one row of a message's table: how to read, write and check one field
// of the struct M. The constructors of fields.go make them.
type field[M any] struct {
	num   protowire.Number
	name  string // protobuf name
	kind  string // protobuf type
	label label

	// decode stores v. It reports false when the wire type, or the value of
	// an enum, is not one of this field: then the field counts as unknown.
	decode func(d *decoder, m *M, v value) (bool, error)
	// encode appends the field if present.
	encode func(b []byte, m *M) []byte
	// check reports why the field cannot be in an acceptable message.
	check func(m *M) error
}

// req marks a field as required; absent tells when it is missing.
func (f field[M]) req(absent func(m *M) bool) field[M] {
	inner := f.check
	f.label = required
	f.check = func(m *M) error {
		if absent(m) {
			return ErrMissing
		}
		if inner == nil {
			return nil
		}
		return inner(m)
	}
	return f
}

// message is the table of a protobuf message, in ascending order of numbers.
type message[M any] struct {
	name    string
	fields  []field[M]
	unknown func(m *M) *[]byte // raw unknown fields, in order of arrival
	extra   func(m *M) error   // rules beyond single fields; may be nil
}

// value is one field as it stands on the wire.
type value struct {
	typ    protowire.Type
	num    uint64 // varint, fixed32, fixed64
	lo, hi int    // bytes: range in decoder.b
}

// decoder walks over one buffer. Byte fields alias the buffer; strings are cut
// out of one copy of it, so that a message costs one allocation for all of them.
type decoder struct {
	b    []byte
	text string
}

func (d *decoder) str(v value) string {
	if v.lo == v.hi {
		return ""
	}
	if d.text == "" {
		d.text = string(d.b)
	}
	return d.text[v.lo:v.hi]
}

func (d *decoder) bytes(v value) []byte { return d.b[v.lo:v.hi:v.hi] }

func parse[M any](desc *message[M], b []byte, m *M) error {
	d := decoder{b: b}
	if err := desc.decode(&d, m, 0, len(b)); err != nil {
		return err
	}
	return desc.check(m)
}

func marshal[M any](desc *message[M], m *M, room int) ([]byte, error) {
	if err := desc.check(m); err != nil {
		return nil, err
	}
	return desc.encode(make([]byte, 0, room), m), nil
}

// decode reads d.b[lo:hi] into m, on top of what m holds already.
func (t *message[M]) decode(d *decoder, m *M, lo, hi int) error {
	next := 0 // fields mostly come in ascending order
	for pos := lo; pos < hi; {
		start := pos
		num, typ, n := consumeTag(d.b[pos:hi])
		if n < 0 {
			return t.fail(0, ErrMalformed)
		}
		pos += n
		v := value{typ: typ}
		switch typ {
		case protowire.VarintType:
			v.num, n = protowire.ConsumeVarint(d.b[pos:hi])
		case protowire.Fixed64Type:
			v.num, n = protowire.ConsumeFixed64(d.b[pos:hi])
		case protowire.Fixed32Type:
			var x uint32
			x, n = protowire.ConsumeFixed32(d.b[pos:hi])
			v.num = uint64(x)
		case protowire.BytesType:
			var body []byte
			body, n = protowire.ConsumeBytes(d.b[pos:hi])
			v.lo, v.hi = pos+n-len(body), pos+n
		case protowire.StartGroupType:
			var err error
			if n, err = skipGroup(d.b[pos:hi], num); err != nil {
				return t.fail(num, err)
			}
		default: // an end without its beginning, or types 6 and 7
			return t.fail(num, ErrMalformed)
		}
		if n < 0 {
			return t.fail(num, ErrMalformed)
		}
		pos += n

		known := false
		if i := t.find(num, next); i >= 0 {
			next = i
			var err error
			if known, err = t.fields[i].decode(d, m, v); err != nil {
				return t.wrap(num, err)
			}
		}
		if !known {
			keep(t.unknown(m), d.b[start:pos:pos])
		}
	}
	return nil
}

// consumeTag refuses field numbers of 2^29 and more, as protobuf runtimes do and
// protowire does not. A negative length is an error.
func consumeTag(b []byte) (protowire.Number, protowire.Type, int) {
	num, typ, n := protowire.ConsumeTag(b)
	if num > protowire.MaxValidNumber {
		return 0, 0, -1
	}
	return num, typ, n
}

// find returns the index of the field num, looking from a guess on, or -1.
func (t *message[M]) find(num protowire.Number, from int) int {
	for i := from; i < len(t.fields); i++ {
		if t.fields[i].num == num {
			return i
		}
	}
	for i := range from {
		if t.fields[i].num == num {
			return i
		}
	}
	return -1
}

// keep adds raw to the unknown fields; the first one is not copied.
func keep(unknown *[]byte, raw []byte) {
	if *unknown == nil {
		*unknown = raw
		return
	}
	*unknown = append(*unknown, raw...)
}

// skipGroup returns the length of a group's body including its end tag.
func skipGroup(b []byte, num protowire.Number) (int, error) {
	var stack [maxGroupDepth]protowire.Number
	stack[0] = num
	pos := 0
	for depth := 1; depth > 0; {
		num, typ, n := consumeTag(b[pos:])
		if n < 0 {
			return 0, ErrMalformed
		}
		pos += n
		switch typ {
		case protowire.StartGroupType:
			if depth == maxGroupDepth {
				return 0, ErrTooDeep
			}
			stack[depth] = num
			depth++
		case protowire.EndGroupType:
			depth--
			if stack[depth] != num {
				return 0, ErrMalformed
			}
		default:
			n = protowire.ConsumeFieldValue(num, typ, b[pos:])
			if n < 0 {
				return 0, ErrMalformed
			}
			pos += n
		}
	}
	return pos, nil
}

func (t *message[M]) encode(b []byte, m *M) []byte {
	for i := range t.fields {
		b = t.fields[i].encode(b, m)
	}
	return append(b, *t.unknown(m)...)
}

// check holds m against the rules of both directions: required fields, UTF-8,
// limits, and those of the messages inside.
func (t *message[M]) check(m *M) error {
	for i := range t.fields {
		f := &t.fields[i]
		if f.check == nil {
			continue
		}
		if err := f.check(m); err != nil {
			return t.wrap(f.num, err)
		}
	}
	if t.extra != nil {
		return t.extra(m)
	}
	return nil
}

func (t *message[M]) fail(num protowire.Number, err error) error {
	return &Error{Message: t.name, Field: int(num), Err: err}
}

// wrap names the field unless a message further inside has been named.
func (t *message[M]) wrap(num protowire.Number, err error) error {
	if _, ok := err.(*Error); ok {
		return err
	}
	return t.fail(num, err)
}
