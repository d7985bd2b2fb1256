package wire

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// The constructors below take the number and name of the field and a function
// that finds it in the struct.

func fUint64[M any](num protowire.Number, name string, at func(*M) *Opt[uint64]) field[M] {
	return field[M]{num: num, name: name, kind: "uint64",
		decode: func(_ *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.VarintType {
				return false, nil
			}
			*at(m) = Some(v.num)
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = appendUint(b, num, o.Value)
			}
			return b
		},
	}
}

// fFixed64 is always required: AttachmentPointer.deprecated_id is the only one.
func fFixed64[M any](num protowire.Number, name string, at func(*M) *Opt[uint64]) field[M] {
	f := field[M]{num: num, name: name, kind: "fixed64",
		decode: func(_ *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.Fixed64Type {
				return false, nil
			}
			*at(m) = Some(v.num)
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = protowire.AppendTag(b, num, protowire.Fixed64Type)
				b = protowire.AppendFixed64(b, o.Value)
			}
			return b
		},
	}
	return f.req(func(m *M) bool { return !at(m).Set })
}

func fUint32[M any](num protowire.Number, name string, at func(*M) *Opt[uint32]) field[M] {
	return field[M]{num: num, name: name, kind: "uint32",
		decode: func(_ *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.VarintType {
				return false, nil
			}
			*at(m) = Some(uint32(v.num))
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = appendUint(b, num, uint64(o.Value))
			}
			return b
		},
	}
}

func fBool[M any](num protowire.Number, name string, at func(*M) *Opt[bool]) field[M] {
	return field[M]{num: num, name: name, kind: "bool",
		decode: func(_ *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.VarintType {
				return false, nil
			}
			*at(m) = Some(v.num != 0)
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = appendUint(b, num, protowire.EncodeBool(o.Value))
			}
			return b
		},
	}
}

// fEnum is a closed enum with the values lo to hi. As in other proto2 runtimes
// a value outside counts as an unknown field.
func fEnum[M any, E ~int32](num protowire.Number, name string, lo, hi E, at func(*M) *Opt[E]) field[M] {
	return field[M]{num: num, name: name, kind: "enum",
		decode: func(_ *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.VarintType {
				return false, nil
			}
			e := E(int32(v.num))
			if e < lo || e > hi {
				return false, nil
			}
			*at(m) = Some(e)
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = appendUint(b, num, uint64(o.Value))
			}
			return b
		},
		check: func(m *M) error {
			if o := at(m); o.Set && (o.Value < lo || o.Value > hi) {
				return ErrEnum
			}
			return nil
		},
	}
}

func fString[M any](num protowire.Number, name string, at func(*M) *Opt[string]) field[M] {
	return field[M]{num: num, name: name, kind: "string",
		decode: func(d *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.BytesType {
				return false, nil
			}
			*at(m) = Some(d.str(v))
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if o := at(m); o.Set {
				b = protowire.AppendTag(b, num, protowire.BytesType)
				b = protowire.AppendString(b, o.Value)
			}
			return b
		},
		check: func(m *M) error {
			if !utf8.ValidString(at(m).Value) {
				return ErrUTF8
			}
			return nil
		},
	}
}

func fBytes[M any](num protowire.Number, name string, at func(*M) *[]byte) field[M] {
	return field[M]{num: num, name: name, kind: "bytes",
		decode: func(d *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.BytesType {
				return false, nil
			}
			*at(m) = d.bytes(v)
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			if p := *at(m); p != nil {
				b = protowire.AppendTag(b, num, protowire.BytesType)
				b = protowire.AppendBytes(b, p)
			}
			return b
		},
	}
}

// fMessage is an optional message; one that occurs twice is merged.
func fMessage[M, S any](num protowire.Number, name string, of *message[S], at func(*M) **S) field[M] {
	return field[M]{num: num, name: name, kind: of.name,
		decode: func(d *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.BytesType {
				return false, nil
			}
			p := at(m)
			if *p == nil {
				*p = new(S)
			}
			return true, of.decode(d, *p, v.lo, v.hi)
		},
		encode: func(b []byte, m *M) []byte {
			if s := *at(m); s != nil {
				b = appendMessage(b, num, of, s)
			}
			return b
		},
		check: func(m *M) error {
			if s := *at(m); s != nil {
				return of.check(s)
			}
			return nil
		},
	}
}

// fMessages is a repeated message with at most limit elements.
func fMessages[M, S any](num protowire.Number, name string, limit int, of *message[S], at func(*M) *[]*S) field[M] {
	return field[M]{num: num, name: name, kind: of.name, label: repeated,
		decode: func(d *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.BytesType {
				return false, nil
			}
			list := at(m)
			if len(*list) == limit {
				return false, ErrTooMany
			}
			s := new(S)
			*list = append(*list, s)
			return true, of.decode(d, s, v.lo, v.hi)
		},
		encode: func(b []byte, m *M) []byte {
			for _, s := range *at(m) {
				b = appendMessage(b, num, of, s)
			}
			return b
		},
		check: func(m *M) error {
			list := *at(m)
			if len(list) > limit {
				return ErrTooMany
			}
			for _, s := range list {
				if s == nil {
					return ErrMissing
				}
				if err := of.check(s); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func appendUint(b []byte, num protowire.Number, v uint64) []byte {
	b = protowire.AppendTag(b, num, protowire.VarintType)
	return protowire.AppendVarint(b, v)
}

// appendMessage writes the message behind a length of one byte, and makes room
// afterwards for a longer length: most messages are short.
func appendMessage[S any](b []byte, num protowire.Number, of *message[S], s *S) []byte {
	b = protowire.AppendTag(b, num, protowire.BytesType)
	at := len(b)
	b = of.encode(append(b, 0), s)
	size := len(b) - at - 1
	if size < 0x80 {
		b[at] = byte(size)
		return b
	}
	extra := protowire.SizeVarint(uint64(size)) - 1
	var pad [9]byte
	b = append(b, pad[:extra]...)
	copy(b[at+1+extra:], b[at+1:at+1+size])
	protowire.AppendVarint(b[:at], uint64(size))
	return b
}
