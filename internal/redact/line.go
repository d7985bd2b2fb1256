package redact

import (
	"bytes"
	"os"
	"regexp"
)

var (
	// longHex is what Session IDs, keys, seeds and hashes look like in
	// hexadecimal; the shortest is a seed of 16 bytes.
	longHex = regexp.MustCompile(`[0-9a-fA-F]{32,}`)
	// longBase64 is what message hashes and keys look like in base64. Paths have
	// slashes as well, but other characters before there are forty.
	longBase64 = regexp.MustCompile(`[A-Za-z0-9+/_-]{40,}={0,2}`)
)

const cut = "[cut]"

// Line takes out of a line of a log what looks like an id, a key or a hash, and
// the name of the user's folder. It is the second net: whoever logs uses ID
// before it.
func Line(line []byte) []byte {
	if home := home(); len(home) > 1 {
		line = bytes.ReplaceAll(line, home, []byte("~"))
	}
	line = longHex.ReplaceAll(line, []byte(cut))
	return longBase64.ReplaceAll(line, []byte(cut))
}

func home() []byte {
	dir, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	return []byte(dir)
}
