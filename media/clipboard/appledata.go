package clipboard

import (
	"bytes"
	"encoding/hex"
)

// appleData is what osascript writes for data: «data PNGf89504E47…», four
// characters for the kind, then hexadecimal. nil for anything else.
func appleData(out []byte) []byte {
	const kind = 4
	text, ok := bytes.CutPrefix(bytes.TrimSpace(out), []byte("«data "))
	if !ok {
		return nil
	}
	text, ok = bytes.CutSuffix(text, []byte("»"))
	if !ok || len(text) < kind {
		return nil
	}
	data := make([]byte, hex.DecodedLen(len(text)-kind))
	if _, err := hex.Decode(data, text[kind:]); err != nil {
		return nil
	}
	return data
}
