package picture

import "bytes"

// Kind is a format of pictures.
type Kind uint8

const (
	PNG Kind = iota + 1
	JPEG
	GIF
	WebP
	HEIC
)

var kinds = [...]struct{ contentType, ext string }{
	PNG: {"image/png", ".png"}, JPEG: {"image/jpeg", ".jpg"}, GIF: {"image/gif", ".gif"},
	WebP: {"image/webp", ".webp"}, HEIC: {"image/heic", ".heic"},
}

// ContentType is the media type, such as "image/png".
func (k Kind) ContentType() string { return kinds[k].contentType }

// Ext is the extension of file names, with its dot.
func (k Kind) Ext() string { return kinds[k].ext }

func (k Kind) String() string { return kinds[k].contentType }

// heicBrands are the brands of HEIF files whose pictures are coded with HEVC.
var heicBrands = map[string]bool{"heic": true, "heix": true, "hevc": true, "hevx": true, "heim": true, "heis": true, "mif1": true, "msf1": true}

// Sniff finds the kind by the first bytes of a file. ErrNoPicture for
// everything else, whatever its name or content type says: SVG and HTML are no
// pictures.
func Sniff(data []byte) (Kind, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, nil
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return GIF, nil
	case len(data) >= 16 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return WebP, nil
	case len(data) >= 12 && string(data[4:8]) == "ftyp" && heicBrands[string(data[8:12])]:
		return HEIC, nil
	}
	return 0, ErrNoPicture
}
