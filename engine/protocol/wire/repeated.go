package wire

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Repeated scalars are written one by one, the default of proto2; parsing takes
// packed ones too (docs/protocol/messages.md §1.2, vectors).

type unsigned interface{ ~uint32 | ~uint64 }

func fUints[M any, U unsigned](num protowire.Number, name, kind string, at func(*M) *[]U) field[M] {
	return field[M]{num: num, name: name, kind: kind, label: repeated,
		decode: func(d *decoder, m *M, v value) (bool, error) {
			list := at(m)
			switch v.typ {
			case protowire.VarintType:
				*list = append(*list, U(v.num))
				return true, nil
			case protowire.BytesType:
				for packed := d.bytes(v); len(packed) > 0; {
					x, n := protowire.ConsumeVarint(packed)
					if n < 0 {
						return false, ErrMalformed
					}
					*list = append(*list, U(x))
					packed = packed[n:]
				}
				return true, nil
			}
			return false, nil
		},
		encode: func(b []byte, m *M) []byte {
			for _, x := range *at(m) {
				b = appendUint(b, num, uint64(x))
			}
			return b
		},
	}
}

func fStrings[M any](num protowire.Number, name string, at func(*M) *[]string) field[M] {
	return field[M]{num: num, name: name, kind: "string", label: repeated,
		decode: func(d *decoder, m *M, v value) (bool, error) {
			if v.typ != protowire.BytesType {
				return false, nil
			}
			list := at(m)
			*list = append(*list, d.str(v))
			return true, nil
		},
		encode: func(b []byte, m *M) []byte {
			for _, s := range *at(m) {
				b = protowire.AppendTag(b, num, protowire.BytesType)
				b = protowire.AppendString(b, s)
			}
			return b
		},
		check: func(m *M) error {
			for _, s := range *at(m) {
				if !utf8.ValidString(s) {
					return ErrUTF8
				}
			}
			return nil
		},
	}
}
