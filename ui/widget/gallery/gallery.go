// Package gallery shows every widget in its states, as the design's component
// sheets do, to be looked at and compared with them.
package gallery

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

func column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(widget.Column{Gap: gap}, objects...)
}

func row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(widget.Row{Gap: gap}, objects...)
}

func section(title string, objects ...fyne.CanvasObject) fyne.CanvasObject {
	head := widget.NewLabel(title, widget.SmallBold, theme.Text2)
	return column(12, append([]fyne.CanvasObject{head}, objects...)...)
}

func nothing() {}

// Gallery shows the controls.
func Gallery() fyne.CanvasObject {
	head := row(16,
		widget.NewLogo(assets.LogoApp, 56), widget.NewLogo(assets.LogoMark, 56),
		column(0, widget.NewLabel("Sotto components", widget.Display, theme.Text),
			widget.NewLabel("4 px grid · radii 6, 12, 18 · text 11, 13, 15, 18, 24 · weights 400, 600", widget.Body, theme.Text2)))
	left := column(28, buttons(), choices(), avatars(), rows())
	right := column(28, fields(), badges(), sizes(), notices(), misc())
	page := column(28, head,
		container.New(halves{48}, left, right),
		section("Icons, 24 grid, 1.75 stroke ("+strconv.Itoa(len(assets.Icons))+")", icons()))
	return widget.NewSurface(theme.Paper, container.New(widget.Inset{Left: 40, Top: 32, Right: 40, Bottom: 32}, page))
}

func buttons() fyne.CanvasObject {
	disabled := widget.NewButton("Disabled", widget.Secondary, nothing)
	disabled.Disable()
	on := widget.NewIconButton(assets.IconSearch, "Search", nothing)
	on.On = true
	solid := widget.NewIconButton(assets.IconSend, "Send", nothing)
	solid.Solid = true
	stop := widget.NewIconButton(assets.IconStop, "Stop", nothing)
	stop.Bad = true
	return section("Buttons, 40 high (48 large, 32 small)",
		row(12, widget.NewButton("Primary", widget.Primary, nothing), widget.NewButton("Secondary", widget.Secondary, nothing),
			widget.NewButton("Outline", widget.Outlined, nothing), widget.NewButton("Ghost", widget.Ghost, nothing)),
		row(12, widget.NewButton("Delete", widget.Danger, nothing), widget.NewButton("Block", widget.DangerSoft, nothing), disabled,
			widget.NewIconTextButton(assets.IconCopy, "Small", widget.Secondary, nothing).Sized(widget.Compact)),
		row(12, widget.NewIconButton(assets.IconSearch, "Search", nothing), on, solid, stop,
			widget.NewDenseIconButton(assets.IconMore, "More", nothing),
			widget.NewButton("Create account", widget.Primary, nothing).Sized(widget.Large)))
}

func choices() fyne.CanvasObject {
	return section("Choices",
		row(12, widget.NewToggle(true, nil), widget.NewToggle(false, nil), widget.NewCheck("", true, nil), widget.NewCheck("", false, nil),
			widget.NewRadio("", true, nil), widget.NewRadio("", false, nil), widget.NewCheck("With a label", true, nil)))
}

var avatarNames = []string{"Maya", "Lina", "Nour", "Omar", "Ana", "Theo", "Vera", "Kai", "Sami", "Eve", "Ida", "Robin"}

// idFor makes an id whose avatar has colour n.
func idFor(n int) string {
	const hex = "0123456789abcdef"
	id := make([]byte, 66)
	for i := range id {
		id[i] = '0'
	}
	id[1], id[3] = '5', hex[n]
	return string(id)
}

func avatars() fyne.CanvasObject {
	var first, second []fyne.CanvasObject
	for i, name := range avatarNames {
		a := widget.NewAvatar(40, widget.AvatarModel{ID: idFor(i), Name: name})
		if i < 6 {
			first = append(first, a)
		} else {
			second = append(second, a)
		}
	}
	return section("Twelve avatar colours, chosen by Session ID", row(24, first...), row(24, second...))
}

func sizes() fyne.CanvasObject {
	av := func(px float32, m widget.AvatarModel) fyne.CanvasObject { return widget.NewAvatar(px, m) }
	noor := widget.AvatarModel{ID: idFor(9), Name: "Noor"}
	with := func(n int, name string, s widget.Status) widget.AvatarModel {
		return widget.AvatarModel{ID: idFor(n), Name: name, Status: s, Ring: theme.Paper}
	}
	return section("Avatar sizes and kinds: person round, group 30 % corners",
		row(8, av(24, noor), av(32, noor), av(40, noor), av(48, noor),
			av(40, with(6, "Robin", widget.StatusGood)), av(40, with(8, "Theo", widget.StatusWeak)), av(40, with(2, "Omar", widget.StatusOffline)),
			av(40, widget.AvatarModel{ID: idFor(0), Name: "Flat 4", Square: true}),
			av(40, widget.AvatarModel{ID: idFor(4), Name: "Open Garden", Square: true, Icon: assets.IconCommunity}),
			av(40, widget.AvatarModel{Icon: assets.IconNote, Solid: true}), av(40, widget.AvatarModel{ID: idFor(7), Name: "晴子"}), av(40, widget.AvatarModel{ID: idFor(3), Name: "سامي"})))
}

func fields() fyne.CanvasObject {
	filled := widget.NewTextField("Empty")
	filled.SetText("Robin")
	bad := widget.NewTextField("Word")
	bad.SetText("tunell")
	bad.SetError("This word is not in the list.")
	secret := widget.NewSecretField("Passphrase").WithIcon(assets.IconLock).Large()
	secret.SetText("correct horse")
	return section("Fields",
		container.New(halves{12}, widget.NewSearchField("Search", "Ctrl K"), widget.NewTextField("Empty")),
		container.New(halves{12}, filled, bad),
		container.New(halves{12}, secret, widget.NewTextField("Display name").Large()),
		row(12, widget.NewSegmented([]string{"All", "Mentions", "Off"}, 0, nil), widget.NewKeyCap("Ctrl K")))
}

func badges() fyne.CanvasObject {
	bad := widget.NewBadge(1, false)
	bad.Bad, bad.Text = true, "!"
	return section("Badges and chips",
		row(12, widget.NewBadge(2, false), widget.NewBadge(12, false), widget.NewBadge(138, true), bad,
			widget.NewChip("1 day", assets.IconTimer, widget.Neutral), widget.NewChip("Admin", "", widget.AccentTone),
			widget.NewChip("Checked", assets.IconCheck, widget.OkTone), widget.NewChip("Waiting", "", widget.WarnTone), widget.NewChip("Failed", "", widget.DangerTone)))
}

func notices() fyne.CanvasObject {
	return section("Notices and progress",
		widget.NewBanner(widget.Neutral, assets.IconInfo, widget.Text("Neutral: explains, asks nothing.")),
		widget.NewBanner(widget.AccentTone, assets.IconKey, widget.Text("Accent: one friendly suggestion."), widget.NewButton("Show", widget.Primary, nothing).Sized(widget.Compact)),
		widget.NewBanner(widget.WarnTone, assets.IconOffline, []widget.Span{{Text: "No connection.", Kind: widget.Strong}, {Text: " What you send now waits here and goes out by itself."}}, widget.NewButton("Try now", widget.Ghost, nothing).Sized(widget.Compact)),
		widget.NewBanner(widget.DangerTone, assets.IconWarning, widget.Text("Danger: something failed, and what to do.")),
		widget.NewProgress(0.64))
}

func misc() fyne.CanvasObject {
	qr, err := widget.NewQR(idFor(3), 160)
	if err != nil {
		return widget.NewLabel(err.Error(), widget.Body, theme.Danger)
	}
	return section("QR and path", row(24, qr, widget.NewPathView([]widget.PathNode{
		{Icon: assets.IconUser, Title: "You", Detail: "This computer", Solid: true},
		{Icon: assets.IconOnion, Title: "First", Detail: "Netherlands"},
		{Icon: assets.IconOnion, Title: "Second", Detail: "Canada"},
		{Icon: assets.IconSwarm, Title: "Swarm", Detail: "5 nodes, 1 asked", End: true},
	})))
}

func conversations() []widget.RowModel {
	person := func(n int, name string) widget.AvatarModel { return widget.AvatarModel{ID: idFor(n), Name: name} }
	return []widget.RowModel{
		{Avatar: person(4, "Maya"), Name: "Maya", Marks: []assets.IconName{assets.IconTimer}, Time: "14:32", Typing: "typing…", Pinned: true, Selected: true},
		{Avatar: widget.AvatarModel{Icon: assets.IconNote, Solid: true}, Name: "Note to Self", Time: "Tue", State: widget.Sent, Preview: "Boiler: press twice, wait a minute, press again", Pinned: true},
		{Avatar: widget.AvatarModel{ID: idFor(5), Name: "Weekend Trail", Square: true}, Name: "Weekend Trail", Time: "14:28", Prefix: "Jonas:", Preview: "@Robin can you bring the map?", Unread: 12, Mention: true},
		{Avatar: person(1, "Jonas"), Name: "Jonas", Time: "14:05", Draft: "I think the early train is"},
		{Avatar: person(11, "Lina"), Name: "Lina", Time: "13:50", Preview: "That sounds perfect, thank you!", Unread: 2},
		{Avatar: person(2, "Omar"), Name: "Omar", Time: "13:12", State: widget.Failed, Preview: "The keys are with the neighbour"},
		{Avatar: widget.AvatarModel{ID: idFor(4), Name: "Open Garden", Square: true, Icon: assets.IconCommunity}, Name: "Open Garden", Marks: []assets.IconName{assets.IconMute}, Time: "12:47", Prefix: "Vera:", Preview: "First tomatoes are in 🍅", Unread: 138, Muted: true},
		{Avatar: person(7, "晴子"), Name: "晴子", Time: "11:20", Preview: "写真ありがとう！また来週ね"},
		{Avatar: person(1, "Ana"), Name: "Ana", Time: "09:41", State: widget.Read, Preview: "Voice message · 0:38"},
		{Avatar: widget.AvatarModel{ID: idFor(0), Name: "Flat 4", Square: true}, Name: "Flat 4", Marks: []assets.IconName{assets.IconMute}, Time: "Yesterday", Prefix: "Theo:", Preview: "Rent is paid"},
		{Avatar: person(3, "سامي"), Name: "سامي", Time: "Yesterday", Preview: "سأصل في الثامنة (تقريبًا)!"},
	}
}

func rows() fyne.CanvasObject {
	var list []fyne.CanvasObject
	for _, i := range []int{4, 0, 3, 6} {
		r := widget.NewConversationRow()
		r.Set(conversations()[i])
		list = append(list, r)
	}
	card := widget.NewSurface(theme.List, column(0, list...))
	card.Border, card.Radius, card.Pad = theme.Line, theme.Radius12, 8
	return section("List row, 64 high", container.New(widget.Centred{Width: 320}, card))
}

func icons() fyne.CanvasObject {
	lines := column(16)
	var line []fyne.CanvasObject
	for i, name := range assets.Icons {
		line = append(line, widget.NewIcon(name, 24, theme.Text2))
		if len(line) == 24 || i == len(assets.Icons)-1 {
			lines.Add(row(26, line...))
			line = nil
		}
	}
	return lines
}

// halves gives two children half the width each.
type halves struct{ gap float32 }

func (h halves) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	w := (s.Width - h.gap) / 2
	for i, o := range objects {
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
		o.Move(fyne.NewPos(float32(i)*(w+h.gap), 0))
	}
}

func (h halves) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return fyne.NewSize(2*m.Width+h.gap, m.Height)
}
