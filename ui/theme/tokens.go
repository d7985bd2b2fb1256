package theme

// This file is data only: every colour of Sotto, once. The two columns are the
// light and the dark theme; contrast_test.go holds the pairs that are used
// together against the WCAG limits.

// base lists the colours that do not depend on the accent, {light, dark}.
var base = map[Name][2]uint32{
	Paper:      {0xF6F2EE, 0x151311},
	List:       {0xFBF9F7, 0x1C1A17},
	Sheet:      {0xFFFFFF, 0x23201C},
	Hover:      {0xF2EEE9, 0x2B2825},
	Pressed:    {0xEAE5DF, 0x34312D},
	Field:      {0xF1EDE8, 0x282522},
	Line:       {0xE5E0D9, 0x2F2C28},
	Outline:    {0x8F887F, 0x7C766E},
	Text:       {0x211D19, 0xEEEAE5},
	Text2:      {0x544F47, 0xB7B2AA},
	Text3:      {0x68625A, 0xA09A93},
	BubbleIn:   {0xFFFFFF, 0x292622},
	InsetIn:    {0xF4F0EB, 0x1D1B17},
	Scrim:      {0xBCB6AF, 0x060605},
	Danger:     {0xAF3029, 0xF38E81},
	DangerSoft: {0xFDE7E4, 0x4A231F},
	OnDanger:   {0xFFFFFF, 0x1D0C0A},
	Warn:       {0x895709, 0xEABC6E},
	WarnSoft:   {0xFBEDD1, 0x3C2E14},
	Ok:         {0x267543, 0x7CD194},
	OkSoft:     {0xDFF3E3, 0x1B3422},
}

// accents lists the colours of each accent, in the order of accentNames: light, then dark.
var accents = [accentCount][2]accentColors{
	Lagoon: {
		{Accent: 0x006B6D, AccentHover: 0x035F61, OnAccent: 0xFFFFFF, AccentInk: 0x0D6365, AccentSoft: 0xD9ECEC, AccentLine: 0xA3D2D2, BubbleOut: 0x006B6D, OnOut: 0xFFFFFF, OnOut2: 0xD9F1F1, InsetOut: 0x085A5C, BarOut: 0xA5DDDE, WvOut: 0x7CB7B8},
		{Accent: 0x6FC9CA, AccentHover: 0x88D7D9, OnAccent: 0x081717, AccentInk: 0x72CCCD, AccentSoft: 0x133536, AccentLine: 0x1F5758, BubbleOut: 0x0B5B5D, OnOut: 0xFFFFFF, OnOut2: 0xCBE6E6, InsetOut: 0x004A4B, BarOut: 0x8BCBCC, WvOut: 0x6DA4A4},
	},
	Fern: {
		{Accent: 0x2D6D42, AccentHover: 0x206137, OnAccent: 0xFFFFFF, AccentInk: 0x25653B, AccentSoft: 0xDDECE0, AccentLine: 0xADD3B5, BubbleOut: 0x2D6D42, OnOut: 0xFFFFFF, OnOut2: 0xDEF1E2, InsetOut: 0x205C35, BarOut: 0xB1DEBC, WvOut: 0x89B895},
		{Accent: 0x86CA98, AccentHover: 0x9BD9AB, OnAccent: 0x0B170E, AccentInk: 0x89CD9B, AccentSoft: 0x1C3624, AccentLine: 0x2F573B, BubbleOut: 0x255D38, OnOut: 0xFFFFFF, OnOut2: 0xD1E6D5, InsetOut: 0x194B2A, BarOut: 0x99CCA6, WvOut: 0x7AA584},
	},
	Dusk: {
		{Accent: 0x2A5FA1, AccentHover: 0x1D5494, OnAccent: 0xFFFFFF, AccentInk: 0x225899, AccentSoft: 0xDBE9FB, AccentLine: 0xA8CAF6, BubbleOut: 0x2A5FA1, OnOut: 0xFFFFFF, OnOut2: 0xDFEDFE, InsetOut: 0x1D508C, BarOut: 0xB3D4FE, WvOut: 0x84AEE3},
		{Accent: 0x87BAFD, AccentHover: 0xA2CAFF, OnAccent: 0x0A1421, AccentInk: 0x8CBEFE, AccentSoft: 0x1A304B, AccentLine: 0x2B4E7A, BubbleOut: 0x215089, OnOut: 0xFFFFFF, OnOut2: 0xCEE2FB, InsetOut: 0x154072, BarOut: 0x94C1FB, WvOut: 0x759BCC},
	},
	Iris: {
		{Accent: 0x644EA5, AccentHover: 0x594399, OnAccent: 0xFFFFFF, AccentInk: 0x5D479D, AccentSoft: 0xE7E4FC, AccentLine: 0xC8BEF8, BubbleOut: 0x644EA5, OnOut: 0xFFFFFF, OnOut2: 0xEBE8FD, InsetOut: 0x544091, BarOut: 0xD1C9FF, WvOut: 0xAC9FE6},
		{Accent: 0xB9A9FF, AccentHover: 0xC8BDFF, OnAccent: 0x141122, AccentInk: 0xBCADFE, AccentSoft: 0x30284D, AccentLine: 0x4F427C, BubbleOut: 0x53408C, OnOut: 0xFFFFFF, OnOut2: 0xE0DBFC, InsetOut: 0x423174, BarOut: 0xBFB1FE, WvOut: 0x998ECE},
	},
	Mulberry: {
		{Accent: 0x953C68, AccentHover: 0x88305D, OnAccent: 0xFFFFFF, AccentInk: 0x8D3461, AccentSoft: 0xF9DFE9, AccentLine: 0xF0B3CD, BubbleOut: 0x953C68, OnOut: 0xFFFFFF, OnOut2: 0xFDE3ED, InsetOut: 0x812E58, BarOut: 0xFFBAD7, WvOut: 0xDB91B1},
		{Accent: 0xF991C0, AccentHover: 0xFEAACF, OnAccent: 0x1F0D15, AccentInk: 0xFD94C4, AccentSoft: 0x462132, AccentLine: 0x723652, BubbleOut: 0x7D2F56, OnOut: 0xFFFFFF, OnOut2: 0xF8D4E3, InsetOut: 0x672246, BarOut: 0xF2A2C5, WvOut: 0xC4819E},
	},
	Ember: {
		{Accent: 0x9C4022, AccentHover: 0x8E3415, OnAccent: 0xFFFFFF, AccentInk: 0x93381A, AccentSoft: 0xFBE1D8, AccentLine: 0xF5B6A3, BubbleOut: 0x9C4022, OnOut: 0xFFFFFF, OnOut2: 0xFFE5DD, InsetOut: 0x873215, BarOut: 0xFDC1AE, WvOut: 0xE0957E},
		{Accent: 0xFD997A, AccentHover: 0xFEB29A, OnAccent: 0x200E09, AccentInk: 0xFF9D7F, AccentSoft: 0x492317, AccentLine: 0x763926, BubbleOut: 0x833319, OnOut: 0xFFFFFF, OnOut2: 0xFBD6CB, InsetOut: 0x6C260E, BarOut: 0xF8A68D, WvOut: 0xC9846F},
	},
	Honey: {
		{Accent: 0x7D5507, AccentHover: 0x6F4A05, OnAccent: 0xFFFFFF, AccentInk: 0x744E04, AccentSoft: 0xF1E5D6, AccentLine: 0xDEC39D, BubbleOut: 0x7D5507, OnOut: 0xFFFFFF, OnOut2: 0xF7E9D6, InsetOut: 0x6A4600, BarOut: 0xEBCC9F, WvOut: 0xC6A576},
		{Accent: 0xDDAE69, AccentHover: 0xEABF82, OnAccent: 0x1A1207, AccentInk: 0xE1B26C, AccentSoft: 0x3D2C12, AccentLine: 0x62471D, BubbleOut: 0x6B4804, OnOut: 0xFFFFFF, OnOut2: 0xEDDDC8, InsetOut: 0x563902, BarOut: 0xDBB784, WvOut: 0xB19368},
	},
}

// avatars lists the twelve avatar colours: {light background, light ink, dark background, dark ink}.
var avatars = [AvatarColors][4]uint32{
	{0xFCC8BB, 0x723222, 0x5D352B, 0xFFC5B6},
	{0xF4CDAD, 0x6A3A02, 0x58391D, 0xFAC9A0},
	{0xE4D5A8, 0x574605, 0x4C4017, 0xE6D399},
	{0xD2DCAE, 0x444E03, 0x3E451E, 0xCFDCA1},
	{0xBDE1BD, 0x215525, 0x2C492D, 0xB5E2B5},
	{0xB2E2D0, 0x045541, 0x1F4A3D, 0xA6E4CD},
	{0xAEE1E3, 0x095255, 0x19494C, 0xA0E2E5},
	{0xB0DEF6, 0x004F6C, 0x1D465A, 0xA3DEFD},
	{0xC1D7FD, 0x2A467A, 0x2F4161, 0xBED5FE},
	{0xD8CEFB, 0x4C3B75, 0x433A5E, 0xD7CCFE},
	{0xEDC8EB, 0x623361, 0x523551, 0xF1C3EF},
	{0xFBC6D0, 0x702E41, 0x5C333D, 0xFDC2CE},
}
