// Package chats is the list of conversations with its search: the left pane of
// the window.
//
// New makes it; the window places Search in its top bar and Object below, and
// asks Next for the neighbour of the open conversation. Message requests, the
// own avatar and banners are the window's.
package chats

import (
	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Actions are what the pane asks of the window.
type Actions struct {
	Open    func(conv model.ConversationID, at model.MessageID) // a row, or a search hit; at 0: where the reader left off
	Details func(conv model.ConversationID)                     // "Details" of a row's menu
	NewChat func()                                              // from an empty search result
}

// View is the pane.
type View struct {
	OnCount func(n int) // how many conversations there are, when that changes

	actions Actions
	search  *widget.TextField
	object  fyne.CanvasObject
}

// New makes the pane and begins to read.
func New(desk vm.Desk, e vm.ChatsEngine, a Actions) *View {
	v := &View{actions: a, OnCount: func(int) {}}
	v.search = widget.Name(widget.NewSearchField("Search", "Ctrl K"), "chats.search")
	v.object = widget.NewSurface(theme.List, nil)
	return v
}

// Search returns the search field, 40 high.
func (v *View) Search() fyne.CanvasObject { return v.search }

// Object returns the list, or what a search found.
func (v *View) Object() fyne.CanvasObject { return v.object }

// FocusSearch puts the keyboard into the search field.
func (v *View) FocusSearch() { v.search.Focus() }

// Select marks the row of the open conversation; "" is none.
func (v *View) Select(conv model.ConversationID) {}

// Next returns the conversation by rows below the marked one (above when
// negative).
func (v *View) Next(by int) (model.ConversationID, bool) { return "", false }

// Escape clears a search; false when there was none.
func (v *View) Escape() bool { return false }
