package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"sotto/assets"
)

// Name names a colour. Every name also works with fyne.Theme.Color.
type Name = fyne.ThemeColorName

// The colours that do not depend on the accent.
const (
	Paper      Name = "paper"       // chat background, onboarding
	List       Name = "list"        // conversation list, headers, right panel
	Sheet      Name = "sheet"       // sheets, cards, composer, menus
	Hover      Name = "hover"       // row or button under the pointer
	Pressed    Name = "pressed"     // pressed; secondary and disabled button
	Field      Name = "field"       // search and text fields
	Line       Name = "line"        // 1 px separators, quiet borders
	Outline    Name = "outline"     // borders that carry meaning
	Text       Name = "text"        // names, message text
	Text2      Name = "text2"       // previews, descriptions, icons in bars
	Text3      Name = "text3"       // times, hints, placeholder
	BubbleIn   Name = "bubble-in"   // other people's bubbles
	InsetIn    Name = "inset-in"    // quote, code, speed chip in them
	Scrim      Name = "scrim"       // opaque stand-in for the veil
	Veil       Name = "veil"        // translucent, behind sheets
	Danger     Name = "danger"      // failed, delete, draft word
	DangerSoft Name = "danger-soft" // its surface
	OnDanger   Name = "on-danger"   // text on danger
	Warn       Name = "warn"        // waiting, offline, caution
	WarnSoft   Name = "warn-soft"   // its surface; search hit
	Ok         Name = "ok"          // checked, connected
	OkSoft     Name = "ok-soft"     // its surface

	ViewerBackground Name = "viewer"       // behind a picture in the viewer
	PicturePill      Name = "picture-pill" // time pill on pictures
	OnPicture        Name = "on-picture"   // text on it
	OnPicture2       Name = "on-picture-2" // quiet text in the viewer
	QRPaper          Name = "qr-paper"     // light modules of a QR code, in both themes
	QRInk            Name = "qr-ink"       // dark modules of a QR code
	LogoTile         Name = "logo-tile"    // the application's mark has its own colours
	LogoOver         Name = "logo-over"
	LogoUnder        Name = "logo-under"
)

// The colours of the accent.
const (
	Accent      Name = "accent"       // primary button, badge, toggle on, send
	AccentHover Name = "accent-hover" // the same, hovered
	OnAccent    Name = "on-accent"    // text and icons on accent
	AccentInk   Name = "accent-ink"   // links, accent text and icons, focus ring
	AccentSoft  Name = "accent-soft"  // selected row, own reaction, suggestion
	AccentLine  Name = "accent-line"  // unread line, border of own reaction
	BubbleOut   Name = "bubble-out"   // own bubbles
	OnOut       Name = "on-out"       // text in own bubbles
	OnOut2      Name = "on-out2"      // time, ticks, quoted text there
	InsetOut    Name = "inset-out"    // quote, code, file tile there
	BarOut      Name = "bar-out"      // bar of a quote there
	WvOut       Name = "wv-out"       // unplayed waveform bars there
)

// AccentID is one of the seven accents.
type AccentID int

// The accents, in the order in which settings show them.
const (
	Lagoon AccentID = iota
	Fern
	Dusk
	Iris
	Mulberry
	Ember
	Honey
	accentCount
)

var accentNames = [accentCount]string{"lagoon", "fern", "dusk", "iris", "mulberry", "ember", "honey"}

// String returns the name under which the accent is stored.
func (a AccentID) String() string {
	if a < 0 || a >= accentCount {
		return accentNames[Lagoon]
	}
	return accentNames[a]
}

// Accents returns all accents.
func Accents() []AccentID {
	all := make([]AccentID, accentCount)
	for i := range all {
		all[i] = AccentID(i)
	}
	return all
}

// ParseAccent finds an accent by its stored name; unknown names are Lagoon.
func ParseAccent(name string) AccentID {
	for i, n := range accentNames {
		if n == name {
			return AccentID(i)
		}
	}
	return Lagoon
}

// Swatch returns the solid colour of an accent in the running variant, for the
// row of accents in settings.
func (a AccentID) Swatch() color.NRGBA {
	if a < 0 || a >= accentCount {
		a = Lagoon
	}
	i := 0
	if IsDark() {
		i = 1
	}
	return rgb(accents[a][i][Accent])
}

// AvatarColors is the number of avatar colours.
const AvatarColors = 12

type accentColors map[Name]uint32

// veils are light 33,29,25 at 40 % and dark 0,0,0 at 60 %.
var veils = [2]color.NRGBA{{R: 33, G: 29, B: 25, A: 102}, {A: 153}}

// toolkitColors gives the toolkit's own widgets (entry, scroll bar) our colours.
var toolkitColors = map[fyne.ThemeColorName]Name{
	fynetheme.ColorNameBackground:          Paper,
	fynetheme.ColorNameButton:              Pressed,
	fynetheme.ColorNameDisabledButton:      Pressed,
	fynetheme.ColorNameDisabled:            Text3,
	fynetheme.ColorNameError:               Danger,
	fynetheme.ColorNameFocus:               AccentInk,
	fynetheme.ColorNameForeground:          Text,
	fynetheme.ColorNameForegroundOnError:   OnDanger,
	fynetheme.ColorNameForegroundOnPrimary: OnAccent,
	fynetheme.ColorNameForegroundOnSuccess: Paper,
	fynetheme.ColorNameForegroundOnWarning: Paper,
	fynetheme.ColorNameHeaderBackground:    List,
	fynetheme.ColorNameHover:               Hover,
	fynetheme.ColorNameHyperlink:           AccentInk,
	fynetheme.ColorNameInputBackground:     Field,
	fynetheme.ColorNameInputBorder:         Outline,
	fynetheme.ColorNameMenuBackground:      Sheet,
	fynetheme.ColorNameOverlayBackground:   Sheet,
	fynetheme.ColorNamePlaceHolder:         Text3,
	fynetheme.ColorNamePressed:             Pressed,
	fynetheme.ColorNamePrimary:             AccentInk,
	fynetheme.ColorNameScrollBar:           Outline,
	fynetheme.ColorNameSelection:           AccentLine,
	fynetheme.ColorNameSeparator:           Line,
	fynetheme.ColorNameShadow:              Veil,
	fynetheme.ColorNameSuccess:             Ok,
	fynetheme.ColorNameWarning:             Warn,
}

var toolkitIcons = map[fyne.ThemeIconName]assets.IconName{
	fynetheme.IconNameVisibility:    assets.IconEye,
	fynetheme.IconNameVisibilityOff: assets.IconEyeOff,
	fynetheme.IconNameCancel:        assets.IconClose,
	fynetheme.IconNameConfirm:       assets.IconCheck,
	fynetheme.IconNameSearch:        assets.IconSearch,
	fynetheme.IconNameContentCopy:   assets.IconCopy,
	fynetheme.IconNameContentPaste:  assets.IconPaste,
	fynetheme.IconNameDelete:        assets.IconDelete,
	fynetheme.IconNameError:         assets.IconWarning,
	fynetheme.IconNameWarning:       assets.IconWarning,
	fynetheme.IconNameInfo:          assets.IconInfo,
}
