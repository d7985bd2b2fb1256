package gallery

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// wordList is enough of a word list to show completion.
var wordList = []string{"amused", "jigsaw", "lakeside", "orbit", "ouch", "pepper", "rhyme", "rhythm", "tunnel", "velvet"}

// Words shows the boxes for a recovery phrase with a wrong word and a
// completion; the result of the second function has the keyboard.
func Words() (page fyne.CanvasObject, focus func()) {
	grid := widget.NewWordGrid(13, wordList)
	for i, w := range []string{"lakeside", "amused", "orbit", "velvet", "pepper", "jigsaw", "tunell", "ouch", "rhy"} {
		grid.SetWord(i, w)
	}
	next := widget.NewButton("Continue", widget.Primary, nothing).Sized(widget.Large)
	next.Disable()
	note := widget.NewBanner(widget.DangerTone, assets.IconWarning, []widget.Span{
		{Text: "Word 7 is not in the list.", Kind: widget.Strong}, {Text: " Did you mean "}, {Text: "tunnel", Kind: widget.Link},
		{Text: "? The last word is made from the other twelve, so Sotto notices most slips."}})
	form := column(16,
		column(4, widget.NewLabel("Your recovery phrase", widget.Display, theme.Text),
			widget.NewParagraph("Type the 13 words in order, or paste all of them into any box.", widget.Body, theme.Text2, 0)),
		grid, note,
		row(8, next, widget.NewSpacer(nil),
			widget.NewIconTextButton(assets.IconPaste, "Paste", widget.Ghost, nothing),
			widget.NewIconTextButton(assets.IconQR, "Use a QR picture", widget.Ghost, nothing)))
	page = widget.NewStage(widget.NewSurface(theme.Paper, container.New(widget.Centred{Width: 640, Side: 24, Middle: true}, form)))
	return page, func() { grid.Focus(8) }
}

// OpenSheet opens the sheet about the path.
func OpenSheet(c fyne.Canvas) {
	const width = 520
	body := column(16,
		widget.NewParagraph("Each relay knows only its neighbours. The first one sees you but not your message; the last one sees the message's mailbox but not you.", widget.Body, theme.Text2, width-48),
		widget.NewPathView([]widget.PathNode{
			{Icon: assets.IconUser, Title: "You", Detail: "This computer", Solid: true},
			{Icon: assets.IconOnion, Title: "First", Detail: "Netherlands"},
			{Icon: assets.IconOnion, Title: "Second", Detail: "Canada"},
			{Icon: assets.IconOnion, Title: "Third", Detail: "Japan"},
			{Icon: assets.IconSwarm, Title: "Swarm", Detail: "5 nodes, 1 asked", End: true},
		}))
	s := widget.NewSheet("How your messages travel", body)
	s.Width = width
	again := widget.NewIconTextButton(assets.IconRetry, "New path", widget.Secondary, nothing)
	s.SetFooter(widget.NewLabel("2 paths ready.", widget.SmallBold, theme.Text), widget.NewButton("Details", widget.Ghost, nothing), again)
	s.SetInitialFocus(again)
	s.Open(c)
}

// OpenMenu opens the menu of a message.
func OpenMenu(c fyne.Canvas) {
	widget.ShowMenu(c.Content(), fyne.NewPos(420, 346), []widget.MenuItem{
		{Label: "Reply", Icon: assets.IconReply, Shortcut: "R"},
		{Label: "Copy text", Icon: assets.IconCopy, Shortcut: "Ctrl C"},
		{Label: "Copy link", Icon: assets.IconLink},
		{Label: "Forward", Icon: assets.IconForward, Disabled: true},
		{Label: "Select", Icon: assets.IconSelect},
		{Label: "Info", Icon: assets.IconInfo},
		{},
		{Label: "Delete for me", Icon: assets.IconDelete, Shortcut: "Del", Danger: true},
	}, nil).TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if s := widget.StageOf(c.Content()); s != nil {
		s.Toast("Conversation deleted", "Undo", nil, nil)
	}
}
