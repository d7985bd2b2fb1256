package wire

// PaddingBlock is the multiple that a Content is padded to before it is sealed
// or posted to a community.
const PaddingBlock = 160

// MaxBlob is the most bytes one stored message may have
// (docs/protocol/messages.md §7.1).
const MaxBlob = 76800

// PaddedSize returns the length of a Content of n bytes after padding. One
// whose length with the 0x80 is a multiple of PaddingBlock already gets a full
// block of zeros more.
func PaddedSize(n int) int {
	size := n + 1
	return size + PaddingBlock - size%PaddingBlock
}

// AppendPadded appends content, 0x80 and zeros to b (docs/protocol/messages.md
// §1.1 step 1).
func AppendPadded(b, content []byte) []byte {
	end := len(b) + PaddedSize(len(content))
	b = append(b, content...)
	b = append(b, 0x80)
	var zeros [PaddingBlock]byte
	return append(b, zeros[:end-len(b)]...)
}

// Unpad cuts the padding off: zeros from the end and then one 0x80. Data that
// does not end so is returned as it is (docs/protocol/messages.md §1.2 step 7).
// The length is not looked at, old clients pad to another one.
func Unpad(p []byte) []byte {
	for i := len(p) - 1; i >= 0; i-- {
		switch p[i] {
		case 0:
		case 0x80:
			return p[:i]
		default:
			return p
		}
	}
	return p
}
