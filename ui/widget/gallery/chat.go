package gallery

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// item is a row of the sample conversation.
type item struct {
	kind   int
	text   string
	bubble widget.BubbleModel
}

const (
	bubbleRow = iota
	dayRow
	unreadRow
	systemRow
	typingRow
)

// sample is a ListAdapter over items.
type sample struct{ items []item }

func (s *sample) Len() int         { return len(s.items) }
func (s *sample) Key(i int) string { return fmt.Sprint(i) }
func (s *sample) Kind(i int) int   { return s.items[i].kind }

func (s *sample) Height(i int, width float32) float32 {
	switch it := &s.items[i]; it.kind {
	case dayRow:
		return widget.HeightOfDayLine
	case unreadRow:
		return widget.HeightOfUnreadLine
	case systemRow:
		return widget.HeightOfSystemLine(assets.IconTimer, systemText(it.text), width)
	case typingRow:
		return widget.HeightOfTyping(true)
	default:
		return widget.HeightOfBubble(&it.bubble, width)
	}
}

func systemText(s string) []widget.Span {
	return []widget.Span{{Text: "Lina", Kind: widget.Strong}, {Text: s}}
}

func (s *sample) CreateRow(kind int) fyne.CanvasObject {
	switch kind {
	case dayRow:
		return widget.NewDayLine("")
	case unreadRow:
		return widget.NewUnreadLine("")
	case systemRow:
		return widget.NewSystemLine("", nil)
	case typingRow:
		t := widget.NewTyping()
		t.First = true
		return t
	}
	b := widget.NewBubble()
	b.OnMenu = func(fyne.Position) {}
	return b
}

func (s *sample) Bind(o fyne.CanvasObject, i int) {
	it := s.items[i]
	switch o := o.(type) {
	case *widget.DayLine:
		o.Set(it.text)
	case *widget.UnreadLine:
		o.Set(it.text)
	case *widget.SystemLine:
		o.Set(assets.IconTimer, systemText(it.text))
	case *widget.Typing:
		o.Unpark()
	case *widget.Bubble:
		o.Set(it.bubble)
	}
}

func says(text, time string) widget.BubbleModel {
	return widget.BubbleModel{Spans: widget.ParseText(text, nil), Time: time}
}

func mine(text, time string, s widget.State) widget.BubbleModel {
	m := says(text, time)
	m.Outgoing, m.State = true, s
	return m
}

func first(m widget.BubbleModel) widget.BubbleModel { m.First = true; return m }
func last(m widget.BubbleModel) widget.BubbleModel  { m.Last = true; return m }

func timed(m widget.BubbleModel, left float32) widget.BubbleModel {
	m.HasTimer, m.Timer = true, left
	return m
}

func quoting(m widget.BubbleModel, who, what string) widget.BubbleModel {
	m.Quote = &widget.Quote{Title: who, Text: what}
	return m
}

func reacted(m widget.BubbleModel, r ...widget.Reaction) widget.BubbleModel {
	m.Reactions = r
	return m
}

func from(m widget.BubbleModel, n int, name string) widget.BubbleModel {
	m.Sender, m.SenderID, m.Gutter = name, idFor(n), true
	m.Avatar = &widget.AvatarModel{ID: idFor(n), Name: name}
	return m
}

func pair() []item {
	b := func(m widget.BubbleModel) item { return item{bubble: m} }
	long := "Last of the group: the bottom corner on the sender's side is 6. Text wraps at 65 characters or 72 % of the column, whichever is less."
	return []item{
		{kind: dayRow, text: "Today"},
		b(first(says("First of a group: four corners of 18.", "13:58"))),
		b(says("Next: 4 px below, same corners.", "13:58")),
		b(last(reacted(says(long, "13:59"), widget.Reaction{Emoji: "👍", Count: 2, Mine: true}, widget.Reaction{Emoji: "🎉", Count: 1}))),
		b(first(quoting(mine("A new sender starts 12 px lower.", "14:01", widget.Read), "Maya", "Quoted text is one line, 13 px"))),
		b(mine("Sent, not read yet", "14:01", widget.Sent)),
		b(timed(mine("On its way, disappears in a day", "14:02", widget.Sending), 0.7)),
		b(last(mine("Could not be sent", "14:02", widget.Failed))),
		b(first(last(timed(says("🙌🏽✨", "14:03"), 0.4)))),
		{kind: unreadRow, text: "New messages"},
		b(first(timed(says("Found the cabin we talked about, free from Friday: https://lakehouse.example/two-nights", "14:21"), 0.8))),
		b(last(timed(says("Their sauna prints this, does it look right to you?\n```\nif temp < 80 {\n    log(\"patience\")\n}\n```", "14:22"), 0.8))),
		b(first(last(quoting(timed(mine("Booked in my head already. Two nights?", "14:30", widget.Read), 0.9), "Maya", "Found the cabin we talked about, free from Friday")))),
		b(first(last(widget.BubbleModel{Deleted: "This message was deleted", Time: "14:31"}))),
		{kind: typingRow},
	}
}

func group() []item {
	b := func(m widget.BubbleModel) item { return item{bubble: m} }
	admin := from(first(says("Welcome both! We meet at the north gate at eight on Saturday, and the ferry leaves at nine.", "13:40")), 11, "Lina")
	admin.SenderAdmin = true
	mention := from(first(last(widget.BubbleModel{Time: "14:28", Spans: []widget.Span{{Text: "@Robin", Kind: widget.MentionMe}, {Text: " can you bring the map?"}}})), 1, "Jonas")
	return []item{
		{kind: dayRow, text: "Yesterday"},
		{kind: systemRow, text: " set messages to disappear after 1 week"},
		b(admin),
		b(from(last(reacted(says("Route is about 14 km, mostly shade.", "13:41"), widget.Reaction{Emoji: "👍", Count: 5, Mine: true}, widget.Reaction{Emoji: "🥾", Count: 3})), 11, "Lina")),
		b(from(first(last(says("Thank you! I will bring plum cake.", "13:52"))), 5, "Vera")),
		b(first(last(reacted(quoting(mine("Best first message this group has seen.", "13:55", widget.Sent), "Vera", "Thank you! I will bring plum cake."), widget.Reaction{Emoji: "😂", Count: 4})))),
		b(mention),
		b(from(first(says("مرحبا! سأصل في الساعة 8:30 إن شاء الله.", "14:29")), 3, "سامي")),
		b(from(says("هذه رسالة طويلة بعض الشيء لتلتف على أكثر من سطر واحد، وفيها كلمة English ورقم 42 أيضًا، ثم تنتهي هنا.", "14:29"), 3, "سامي")),
		b(from(last(says("写真ありがとう！また来週ね。駅の時計はいつも間違っているから気をつけて、早めに来てください。", "14:30")), 7, "晴子")),
		b(first(last(mine("Ok 👌 e-mail me@example.org 🇵🇹 👨‍👩‍👧‍👦 1️⃣ ❤️ ☂︎ → ≤ ½", "14:31", widget.Read)))),
	}
}

// Bubbles shows messages of a pair and of a group, side by side.
func Bubbles() fyne.CanvasObject {
	list := func(items []item) fyne.CanvasObject {
		l := widget.NewVirtualList(&sample{items})
		l.FromBottom, l.PadTop, l.PadBottom, l.MaxColumn, l.Side = true, 4, 12, theme.MessageColumn, theme.Space24
		return l
	}
	return widget.NewSurface(theme.Paper, container.NewGridWithColumns(2, list(pair()), list(group())))
}

// Window shows the main window.
func Window() fyne.CanvasObject {
	rows := column(0)
	for _, m := range conversations() {
		r := widget.NewConversationRow()
		r.Set(m)
		rows.Add(r)
	}
	me := widget.NewAvatar(40, widget.AvatarModel{ID: idFor(6), Name: "Robin", Status: widget.StatusGood})
	head := container.New(widget.Inset{Left: 16, Top: 12, Right: 12, Bottom: 12},
		row(8, me, widget.NewSpacer(widget.NewSearchField("Search", "Ctrl K")), widget.NewIconButton(assets.IconPlus, "New message", nothing)))
	request := widget.NewPressRow("", "Message requests", nothing)
	request.Lead = widget.NewAvatar(32, widget.AvatarModel{Icon: assets.IconUserPlus, Solid: true})
	request.Bold, request.Small, request.Ground, request.Tail = true, true, theme.Field, widget.NewBadge(3, false)
	left := widget.NewSurface(theme.List, column(0, head,
		container.New(widget.Inset{Left: 8, Right: 8, Bottom: 8}, request),
		container.New(widget.Inset{Left: 8, Right: 8}, rows)))

	title := row(12, widget.NewAvatar(40, widget.AvatarModel{ID: idFor(4), Name: "Maya"}),
		column(0, row(8, widget.NewLabel("Maya", widget.BodyBold, theme.Text), widget.NewChip("1 day", assets.IconTimer, widget.Neutral)),
			widget.NewLabel("Last synced just now", widget.Small, theme.Text2)),
		widget.NewSpacer(nil),
		widget.NewIconButton(assets.IconPhone, "Call", nothing), widget.NewIconButton(assets.IconSearch, "Search", nothing), widget.NewIconButton(assets.IconInfo, "Info", nothing))
	bar := widget.NewSurface(theme.List, container.New(widget.Inset{Left: 24, Top: 12, Right: 12, Bottom: 12}, title))
	l := widget.NewVirtualList(&sample{pair()})
	l.FromBottom, l.PadTop, l.PadBottom, l.MaxColumn, l.Side = true, 16, 12, theme.MessageColumn, theme.Space24
	send := widget.NewIconButton(assets.IconSend, "Send", nothing)
	send.Solid = true
	c := widget.NewComposer("Message",
		[]fyne.CanvasObject{widget.NewIconButton(assets.IconAttach, "Attach", nothing)},
		[]fyne.CanvasObject{widget.NewIconButton(assets.IconEmoji, "Emoji", nothing), send})
	c.Area.SetText("Two nights would be lovely. I can leave at four on Friday if you take the early train, and we could meet at the little station with the clock that is always wrong. 🕰️")
	c.SetAbove(widget.NewQuoteBar(widget.NewIcon(assets.IconReply, 20, theme.Text2), "Maya", "Found the cabin we talked about, free from Friday", "Cancel", nothing))
	bottom := container.New(widget.Centred{Width: theme.MessageColumn, Side: 24}, c)
	middle := container.NewBorder(column(0, bar, widget.NewSeparator()), container.New(widget.Inset{Bottom: 16}, bottom), nil, nil, l)
	return widget.NewStage(widget.NewSplit(left, widget.NewSurface(theme.Paper, middle)))
}
