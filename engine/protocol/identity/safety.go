package identity

import (
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
)

// safetyVersion is part of what is hashed and of the QR form: a change of the
// computation changes it.
const safetyVersion = 1

// safetyIterations makes each trial of somebody who searches for a key with
// the same digits cost as much as 5200 hashes.
const safetyIterations = 5200

// SafetyNumber is a number that two people compare to see that each talks to
// the account the other one uses. It depends on the two Session IDs and on
// nothing else: a Session ID is the key, so comparing the two 66-character
// texts proves the same, and a safety number merely is easier to read aloud.
// The protocol has none; this is the program's own (version 1).
//
// One side of it, for the 33-byte id P (05 ‖ X25519 key) and its text I (66
// lower-case hexadecimal characters, ASCII):
//
//	h    = SHA-512( 00 01 ‖ P ‖ I ‖ P )      00 01 is the version, big-endian
//	h    = SHA-512( h ‖ P )                   5199 times more
//	F    = h[0:32]                            the fingerprint
//	side = for i = 0, 5, 10 … 25:
//	       F[i:i+5] as a big-endian number mod 100000, five decimal digits
//
// The number is the two sides of 30 digits one after the other, the one that
// is smaller as text first, so both people see the same 60 digits, shown as 12
// groups of five. This is the construction of Signal's numeric fingerprints,
// with the Session ID as key and as stable identifier.
type SafetyNumber struct{ digits string }

// NewSafetyNumber computes the number between two accounts; the order of a and
// b does not matter. It costs a few milliseconds. ErrSafetyID is returned when
// one of them is no Session ID.
func NewSafetyNumber(a, b ID) (SafetyNumber, error) {
	if a.Prefix() != Session || b.Prefix() != Session {
		return SafetyNumber{}, ErrSafetyID
	}
	one, two := safetyDigits(fingerprint(a)), safetyDigits(fingerprint(b))
	if two < one {
		one, two = two, one
	}
	return SafetyNumber{one + two}, nil
}

// Digits returns the 60 digits without spaces.
func (n SafetyNumber) Digits() string { return n.digits }

// Groups returns the twelve groups of five digits; nil for the zero value.
func (n SafetyNumber) Groups() []string {
	var groups []string
	for d := n.digits; len(d) >= 5; d = d[5:] {
		groups = append(groups, d[:5])
	}
	return groups
}

// String returns the groups with a space between them.
func (n SafetyNumber) String() string { return strings.Join(n.Groups(), " ") }

func fingerprint(id ID) [32]byte {
	text := id.String()
	buf := make([]byte, 0, 2+33+66+33)
	buf = append(buf, safetyVersion>>8, safetyVersion&0xff)
	buf = append(buf, id[:]...)
	buf = append(buf, text...)
	buf = append(buf, id[:]...)
	h := sha512.Sum512(buf)

	var block [64 + 33]byte
	copy(block[64:], id[:])
	for range safetyIterations - 1 {
		copy(block[:], h[:])
		h = sha512.Sum512(block[:])
	}
	return [32]byte(h[:32])
}

func safetyDigits(f [32]byte) string {
	var b strings.Builder
	for i := 0; i < 30; i += 5 {
		var v uint64
		for _, c := range f[i : i+5] {
			v = v<<8 | uint64(c)
		}
		fmt.Fprintf(&b, "%05d", v%100000)
	}
	return b.String()
}

const safetyScheme = "SOTTO-SN"

// SafetyNumberQR returns the text that me shows as a QR code for peer to scan:
//
//	"SOTTO-SN:1:" ‖ hex(F of me) ‖ hex(F of peer)
//
// with 64 upper-case hexadecimal characters each, so that the code fits the
// compact alphanumeric mode. Unlike the digits it carries whole fingerprints.
func SafetyNumberQR(me, peer ID) (string, error) {
	if me.Prefix() != Session || peer.Prefix() != Session {
		return "", ErrSafetyID
	}
	mine, theirs := fingerprint(me), fingerprint(peer)
	return fmt.Sprintf("%s:%d:%X%X", safetyScheme, safetyVersion, mine, theirs), nil
}

// CompareSafetyNumberQR holds a scanned text against what me believes about
// peer. nil means that the scanned device is peer's account and that it takes
// me for the right account. Otherwise: ErrSafetyMismatch, ErrSafetyOwnCode
// (the text is what me itself shows), ErrSafetyFormat, ErrSafetyVersion or
// ErrSafetyID.
func CompareSafetyNumberQR(me, peer ID, scanned string) error {
	if me.Prefix() != Session || peer.Prefix() != Session {
		return ErrSafetyID
	}
	if len(scanned) > 1024 {
		return ErrSafetyFormat
	}
	parts := strings.Split(strings.TrimFunc(scanned, isBlank), ":")
	if len(parts) != 3 || !strings.EqualFold(parts[0], safetyScheme) {
		return ErrSafetyFormat
	}
	if parts[1] != fmt.Sprint(safetyVersion) {
		return ErrSafetyVersion
	}
	var got [64]byte
	if len(parts[2]) != 2*len(got) {
		return ErrSafetyFormat
	}
	if _, err := hex.Decode(got[:], []byte(parts[2])); err != nil {
		return ErrSafetyFormat
	}

	mine, theirs := fingerprint(me), fingerprint(peer)
	want := [64]byte(append(theirs[:], mine[:]...))
	own := [64]byte(append(mine[:], theirs[:]...))
	switch {
	case subtle.ConstantTimeCompare(got[:], want[:]) == 1:
		return nil
	case got == own:
		return ErrSafetyOwnCode
	}
	return ErrSafetyMismatch
}
