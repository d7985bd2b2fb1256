package securitykey

import (
	"context"
	"errors"
	"testing"
)

func FuzzAuthData(f *testing.F) {
	data := make([]byte, 37)
	data[32] = 0xc0
	f.Add(append(append(data, make([]byte, 16)...), 0, 1, 7, 0xa1, 1, 2, 0xa1, 0x61, 'x', 0xf5))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := parseAuthData(b)
		if err == nil && len(d.credential) > MaxCredential {
			t.Error("credential out of bounds")
		}
		var i info
		_ = decode(b, &i)
		var p pinAnswer
		if decode(b, &p) == nil {
			_, _ = p.KeyAgreement.public()
		}
	})
}

// scripted is a key that says what it is told to.
type scripted struct{ reports []byte }

func (s *scripted) Write([]byte) error { return nil }
func (s *scripted) Close() error       { return nil }
func (s *scripted) Read(_ context.Context, report []byte) error {
	if len(s.reports) == 0 {
		return errors.New("no more")
	}
	clear(report)
	s.reports = s.reports[copy(report, s.reports):]
	return nil
}

// FuzzPackets lets a key send any packets; what comes of them is bounded.
func FuzzPackets(f *testing.F) {
	f.Add([]byte{0, 0, 0, 7, 0x90, 0, 3, 0, 1, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &channel{conn: &scripted{b}, id: 7, touch: func() {}}
		if got, err := c.receive(t.Context(), hidCBOR); err == nil && len(got) > maxMessage {
			t.Errorf("a message of %d bytes", len(got))
		}
	})
}
