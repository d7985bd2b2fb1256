// Package chat is an open conversation: header, messages, composer.
//
// New makes the view of one conversation and it stays that conversation's for
// good; for another one the window makes another view. Leave saves what is
// unsaved.
package chat

import (
	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Actions are what the conversation asks of the window.
type Actions struct {
	Back    func()            // the header's back button, in one column
	Info    func()            // the header's info button
	Profile func(id model.ID) // a name, avatar or mention was pressed
	Gone    func()            // the conversation was deleted
}

// View is one open conversation.
type View struct {
	actions Actions
	object  fyne.CanvasObject
}

// New opens a conversation, at a message or (0) where the reader left off.
func New(desk vm.Desk, e vm.ChatEngine, conv model.ConversationID, at model.MessageID, a Actions) *View {
	return &View{actions: a, object: widget.NewSurface(theme.Paper, nil)}
}

// Object returns what the window shows.
func (v *View) Object() fyne.CanvasObject { return v.object }

// SetNarrow tells whether the window shows one column.
func (v *View) SetNarrow(narrow bool) {}

// SetInfoOn presses the info button in.
func (v *View) SetInfoOn(on bool) {}

// Focus puts the keyboard into the composer.
func (v *View) Focus() {}

// Find opens the search in this conversation.
func (v *View) Find() {}

// Escape closes the innermost thing that is open; false when there was none.
func (v *View) Escape() bool { return false }

// Active tells whether the window has the focus: only then are messages read.
func (v *View) Active(active bool) {}

// GoTo shows a message of this conversation.
func (v *View) GoTo(at model.MessageID) {}

// Leave saves draft and place; call it before the desk's context ends.
func (v *View) Leave() {}
