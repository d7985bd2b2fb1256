package snode

import "strings"

const base32z = "ybndrfg8ejkmcpqxot1uwisza345h769"

var base32zValue = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(base32z) {
		t[base32z[i]] = int8(i)
	}
	return t
}()

// Address is the ".snode" name of a node's legacy key: 52 characters of
// base32z (5 bits each, most significant first, 4 zero bits at the end).
func Address(legacy [32]byte) string {
	out := make([]byte, 0, 58)
	acc, bits := uint32(0), 0
	for _, b := range legacy {
		acc, bits = acc<<8|uint32(b), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, base32z[acc>>bits&31])
		}
	}
	out = append(out, base32z[acc<<(5-bits)&31])
	return string(append(out, ".snode"...))
}

// ParseAddress reads Address.
func ParseAddress(s string) (legacy [32]byte, err error) {
	s, ok := strings.CutSuffix(s, ".snode")
	if !ok || len(s) != 52 {
		return legacy, ErrAddress
	}
	acc, bits, n := uint32(0), 0, 0
	for i := range len(s) {
		v := base32zValue[s[i]]
		if v < 0 {
			return legacy, ErrAddress
		}
		acc, bits = acc<<5|uint32(v), bits+5
		if bits >= 8 && n < 32 {
			bits -= 8
			legacy[n] = byte(acc >> bits)
			n++
		}
	}
	if acc&15 != 0 {
		return legacy, ErrAddress
	}
	return legacy, nil
}
