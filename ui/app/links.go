package app

import (
	"sotto/engine"
	"sotto/ui/vm"
)

// OpenLink leads to what a link of another program names, always to a sheet in
// which the user decides (docs/links.md). Until a profile is open it waits.
func (w *Window) OpenLink(link string) {
	w.around.link = link
	w.followLink()
}

func (w *Window) followLink() {
	s, link := w.session, w.around.link
	if link == "" || s == nil || !s.begun {
		return
	}
	w.around.link = ""
	r, err := engine.ParseLink(link)
	if err != nil {
		s.Toast(vm.LinkSentence(err), "", nil, nil)
		return
	}
	w.clearOverlays()
	if s.inSet {
		s.closeSettings()
	}
	if r.CommunityURL != "" {
		s.joinAt(r.CommunityURL)
		return
	}
	s.newChat()
	s.add.Fill(r.ID.String())
}
