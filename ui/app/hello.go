package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/ownid"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// localNetwork is the network that has Echo in it, under this name.
const localNetwork, echoName = "local", "echo"

// hello is the middle of the window while no conversation is open: for a new
// account the own Session ID and first steps, else a quiet line.
func (s *session) hello() fyne.CanvasObject {
	if s.count != 0 {
		return s.quiet()
	}
	const width float32 = 520
	me := s.me.Profile
	first := container.New(widget.Column{}, s.firstStep(assets.IconUserPlus, "hello.add", "Ctrl N", s.newChat))
	if me.Network == localNetwork {
		first.Add(s.firstStep(assets.IconSpeaker, "hello.echo", "", s.sayHello))
	}
	column := container.New(widget.Column{},
		widget.NewParagraph(text.F("hello.title", "name", me.Name), widget.Display, theme.Text, width),
		widget.Gap(theme.Space4),
		widget.NewParagraph(text.T("hello.body"), widget.Body, theme.Text2, width),
		widget.Gap(theme.Space24), ownid.NewCard(me.ID, s), widget.Gap(theme.Space16), widget.NewCard(first, theme.Space4))
	page := container.New(widget.Centred{Width: width, Side: theme.Space24, Top: theme.Space24, Middle: true}, column)
	return widget.NewSurface(widget.BarePaper, widget.NewScroll(page))
}

func (s *session) firstStep(icon assets.IconName, key, caps string, do func()) fyne.CanvasObject {
	r := widget.NewPressRow(icon, text.T(key), do)
	r.Detail, r.Bold, r.Chevron, r.IconColor = text.T(key+"_detail"), true, true, theme.AccentInk
	if caps != "" {
		r.Tail = widget.NewKeyCap(caps)
	}
	return widget.Name(r, key)
}

// quiet stands where a conversation would be.
func (s *session) quiet() fyne.CanvasObject {
	if s.count < 0 {
		return widget.NewSurface(widget.BarePaper, nil) // not known yet: nothing to say
	}
	line := widget.NewParagraph(text.T("hello.choose"), widget.Body, theme.Text3, 320)
	line.Centre = true
	page := container.New(widget.Centred{Width: 320, Side: theme.Space24, Middle: true},
		container.New(widget.Column{Gap: theme.Space16},
			container.New(widget.Centred{Width: 48}, widget.NewLogo(assets.LogoMark, 48)), line))
	return widget.NewSurface(widget.BarePaper, page)
}

// sayHello opens the conversation with Echo of the local network.
func (s *session) sayHello() {
	vm.Ask(s.desk, func(ctx context.Context) (model.ConversationID, error) {
		id, err := s.engine.ResolveName(ctx, echoName)
		if err != nil {
			return "", err
		}
		return s.engine.StartConversation(ctx, id)
	}, func(conv model.ConversationID, err error) {
		if err != nil {
			s.Toast(vm.Sentence(err), "", nil, nil)
			return
		}
		s.openAt(conv, 0)
	})
}
