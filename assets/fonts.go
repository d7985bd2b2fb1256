package assets

import _ "embed"

// Fonts are embedded one by one: a file of an embed.FS is copied when it is read,
// these bytes stay where the program lies.
var (
	//go:embed fonts/sans-400.otf
	sansFont []byte
	//go:embed fonts/sans-600.otf
	sansSemiBoldFont []byte
	//go:embed fonts/tabular-400.otf
	tabularFont []byte
	//go:embed fonts/tabular-600.otf
	tabularSemiBoldFont []byte
	//go:embed fonts/mono-400.ttf
	monoFont []byte
	//go:embed fonts/emoji.ttf
	emojiFont []byte
)

// FontName names an embedded font.
type FontName string

// The fonts. Tabular faces hold ASCII with figures of one width, for times and
// counters; Emoji is colour bitmaps.
const (
	Sans            FontName = "sans-400.otf"
	SansSemiBold    FontName = "sans-600.otf"
	Tabular         FontName = "tabular-400.otf"
	TabularSemiBold FontName = "tabular-600.otf"
	Mono            FontName = "mono-400.ttf"
	Emoji           FontName = "emoji.ttf"
)

// Fonts lists every font.
var Fonts = []FontName{Sans, SansSemiBold, Tabular, TabularSemiBold, Mono, Emoji}

var fonts = map[FontName]*File{
	Sans:            fontFile(Sans, sansFont),
	SansSemiBold:    fontFile(SansSemiBold, sansSemiBoldFont),
	Tabular:         fontFile(Tabular, tabularFont),
	TabularSemiBold: fontFile(TabularSemiBold, tabularSemiBoldFont),
	Mono:            fontFile(Mono, monoFont),
	Emoji:           fontFile(Emoji, emojiFont),
}

func fontFile(name FontName, data []byte) *File {
	return &File{name: "fonts-" + string(name), data: data}
}

// Font returns an embedded font; Sans for an unknown name.
func Font(name FontName) *File {
	if f, ok := fonts[name]; ok {
		return f
	}
	return fonts[Sans]
}
