package theme

import (
	"time"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Spaces on the 4 px grid. All sizes are device-independent pixels: zoom and
// high-density screens are the canvas's business (see ApplyZoom).
const (
	Space4  float32 = 4  // inside a control
	Space8  float32 = 8  // between controls
	Space12 float32 = 12 // inside cards and bubbles
	Space16 float32 = 16 // between blocks
	Space24 float32 = 24 // page edge
	Space32 float32 = 32
	Space40 float32 = 40
)

// Radii.
const (
	Radius6  float32 = 6  // insets, thumbnails, menu rows
	Radius12 float32 = 12 // buttons, fields, rows, cards, menus
	Radius18 float32 = 18 // bubbles, sheets, composer
)

// Text sizes and the heights of their lines.
const (
	Text11 float32 = 11
	Text13 float32 = 13
	Text15 float32 = 15
	Text18 float32 = 18
	Text24 float32 = 24
	Text44 float32 = 44 // emoji-only messages

	Line16 float32 = 16
	Line20 float32 = 20
	Line22 float32 = 22
	Line24 float32 = 24
	Line32 float32 = 32
	Line52 float32 = 52
)

// Measures of the window.
const (
	HeaderHeight   float32 = 64
	LeftWidth      float32 = 320
	LeftMin        float32 = 280
	LeftMax        float32 = 400
	RightWidth     float32 = 320
	MessageColumn  float32 = 760 // widest message column, inside 24 of padding
	NarrowBelow    float32 = 640 // one column under this width
	RowHeight      float32 = 64
	ButtonHeight   float32 = 40
	ButtonLarge    float32 = 48
	ButtonSmall    float32 = 32
	ComposerHeight float32 = 48
	FocusWidth     float32 = 2
	FocusGap       float32 = 2
	BorderWidth    float32 = 1
)

// Durations of movement.
const (
	Fade  = 120 * time.Millisecond // hover, menus, ticks, a new bubble
	Rise  = 160 * time.Millisecond // sheets and the right panel
	Limit = 180 * time.Millisecond // nothing lasts longer
)

var toolkitSizes = map[fyne.ThemeSizeName]float32{
	fynetheme.SizeNameCaptionText:        Text11,
	fynetheme.SizeNameText:               Text15,
	fynetheme.SizeNameHeadingText:        Text24,
	fynetheme.SizeNameSubHeadingText:     Text18,
	fynetheme.SizeNameInlineIcon:         20,
	fynetheme.SizeNamePadding:            Space4,
	fynetheme.SizeNameInnerPadding:       Space8,
	fynetheme.SizeNameLineSpacing:        0,
	fynetheme.SizeNameScrollBar:          Space8,
	fynetheme.SizeNameScrollBarSmall:     Space4,
	fynetheme.SizeNameScrollBarRadius:    Space4,
	fynetheme.SizeNameSeparatorThickness: BorderWidth,
	fynetheme.SizeNameInputBorder:        BorderWidth,
	fynetheme.SizeNameInputRadius:        Radius12,
	fynetheme.SizeNameSelectionRadius:    Radius6,
	fynetheme.SizeNameButtonRadius:       Radius12,
	fynetheme.SizeNameCardRadius:         Radius12,
	fynetheme.SizeNameDialogRadius:       Radius18,
	fynetheme.SizeNamePopupRadius:        Radius12,
	fynetheme.SizeNameMenuRadius:         Radius12,
}
