package app

import (
	"time"

	"sotto/engine/model"
	"sotto/ui/chat"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

const (
	// settled is how long the reader has to be in a conversation before its
	// neighbours are prepared: who leafs through the list needs the computer for
	// that.
	settled = 120 * time.Millisecond
	// aim is how long the pointer has to be on a row before its conversation is.
	aim = 40 * time.Millisecond
	// aheadMost bounds how many are kept.
	aheadMost = 3
)

// ahead prepares the conversations that the reader may open next: the neighbours
// of the open one, the one under the pointer. They are read, laid out and their
// words painted; opening one shows it in the answer to the key itself.
type ahead struct {
	s     *session
	kept  []*prepared // the last wanted last
	under model.ConversationID
}

// prepared is a conversation that nobody has opened yet.
type prepared struct {
	*opening
	first *vm.FirstPage // nil while it is read
	look  *theme.Theme  // in whose colours it was laid out
	dark  bool
}

// neighbours prepares what Alt+Up and Alt+Down would open.
func (a *ahead) neighbours() {
	s, open := a.s, a.s.open
	time.AfterFunc(settled, func() {
		s.desk.Post(func() {
			if s.open != open || s.coming != nil {
				return
			}
			for _, by := range []int{-1, 1} {
				if conv, ok := s.list.Next(by); ok {
					a.want(conv)
				}
			}
		})
	})
}

// near prepares the conversation whose row is under the pointer, if it stays
// there.
func (a *ahead) near(conv model.ConversationID) {
	a.under = conv
	s := a.s
	time.AfterFunc(aim, func() {
		s.desk.Post(func() {
			if a.under == conv && s.open != conv && s.coming == nil {
				a.want(conv)
			}
		})
	})
}

// want prepares a conversation, unless it is.
func (a *ahead) want(conv model.ConversationID) {
	if i := a.find(conv); i >= 0 {
		p := a.kept[i]
		if p.first == nil || a.good(p) {
			a.kept = append(append(a.kept[:i:i], a.kept[i+1:]...), p)
			return
		}
		a.drop(i)
	}
	p := &prepared{opening: a.s.newOpening(conv)}
	a.kept = append(a.kept, p)
	for len(a.kept) > aheadMost {
		a.drop(0)
	}
	vm.ReadFirst(p.desk, a.s.engine, conv, func(first *vm.FirstPage) { a.lay(p, first) })
}

// lay lays a conversation out as it will be shown.
func (a *ahead) lay(p *prepared, first *vm.FirstPage) {
	s := a.s
	p.first, p.look, p.dark = first, theme.Current(), theme.IsDark()
	p.view = chat.NewRead(p.desk, s.engine, first, s.chatActions(p.opening))
	if s.chat == nil {
		return // how much room there will be is not known
	}
	p.view.Lay(s.chat.Object().Size(), s.split.Narrow())
	s.stage.PaintAhead(widget.TextsIn(p.view.Object()))
}

// take hands out a prepared conversation that is what the store has, or nil.
func (a *ahead) take(conv model.ConversationID) *opening {
	i := a.find(conv)
	if i < 0 {
		return nil
	}
	p := a.kept[i]
	if p.first == nil || !a.good(p) {
		a.drop(i)
		return nil
	}
	a.kept = append(a.kept[:i:i], a.kept[i+1:]...)
	return p.opening
}

func (a *ahead) find(conv model.ConversationID) int {
	for i, p := range a.kept {
		if p.conv == conv {
			return i
		}
	}
	return -1
}

// good reports whether a prepared conversation looks as it would if it were
// opened now.
func (a *ahead) good(p *prepared) bool {
	return p.look == theme.Current() && p.dark == theme.IsDark() && p.first.Fresh()
}

func (a *ahead) drop(i int) {
	p := a.kept[i]
	a.kept = append(a.kept[:i:i], a.kept[i+1:]...)
	p.leave()
	if p.first != nil {
		p.view.Drop()
		p.first.Close()
	}
}

// forget drops all.
func (a *ahead) forget() {
	for len(a.kept) > 0 {
		a.drop(0)
	}
}
