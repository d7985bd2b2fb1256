package app

import (
	"context"

	"sotto/media/clipboard"
	"sotto/ui/text"
	"sotto/ui/vm"
)

// pastePicture asks for a picture on the clipboard. Where that takes a small
// program of the desktop which is not installed, that is said. done gets nil when
// there is no picture, and nothing once another account is shown.
func (s *session) pastePicture(done func(data []byte)) {
	type answer struct {
		data  []byte
		needs string
	}
	vm.Ask(s.desk, func(ctx context.Context) (answer, error) {
		data, needs := clipboard.Picture(ctx)
		return answer{data, needs}, nil
	}, func(a answer, _ error) {
		if a.needs != "" {
			s.Toast(text.F("files.paste_needs", "program", a.needs), "", nil, nil)
		}
		done(a.data)
	})
}
