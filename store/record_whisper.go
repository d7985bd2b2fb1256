package store

import "sotto/engine/model"

// encodeWhisper: 1 to (33 bytes; left out: nobody in particular), 2 moderators.
func encodeWhisper(w *model.Whisper) []byte {
	var e encoder
	if w.To != (model.ID{}) {
		e.present(1, w.To[:])
	}
	e.bool(2, w.Moderators)
	return e
}

func decodeWhisper(outer *decoder) *model.Whisper {
	w := &model.Whisper{}
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			d.id((*[33]byte)(&w.To))
		case 2:
			w.Moderators = d.bool()
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return w
}
