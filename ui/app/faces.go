package app

import (
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// faces gives all avatars of the window their pictures while the profile is
// open.
func (s *session) faces() {
	faces := vm.NewFaces(s.desk, s.engine)
	faces.Changed = widget.FacesChanged
	widget.SetFaces(faces.Picture)
}

func (s *session) pictureChanged() {
	if s.prefs != nil {
		s.prefs.Update()
	}
}
