package vm

import (
	"context"

	"sotto/engine/model"
	"sotto/media/voice"
)

// barsJob is the work of drawing waveforms: one sound at a time.
type barsJob struct {
	busy  bool
	tried map[string]bool // by content; also those that cannot be drawn
}

// soundBars is how many bars are kept of a sound.
const soundBars = 88

// Learn finds out how long a sound is and how it looks, once, and stores it: the
// answer is a changed message.
func (p *Player) Learn(m *ChatMessage, index int) {
	f := m.Media[index]
	if f.State != model.FileHere || f.Duration > 0 || p.bars.busy || p.bars.tried[f.Local] {
		return
	}
	if p.bars.tried == nil {
		p.bars.tried = make(map[string]bool)
	}
	p.bars.busy, p.bars.tried[f.Local] = true, true
	e, id := p.engine, m.ID
	p.desk.Do(func(ctx context.Context) error {
		data, err := readMedia(e, id, index)
		if err != nil {
			return err
		}
		bars, info, err := voice.Waveform(ctx, data, soundBars)
		if err != nil {
			return err
		}
		return e.SetSound(ctx, id, index, model.Sound{Waveform: bars, Duration: info.Duration()})
	}, func(error) { // what cannot be drawn says so when it is played
		p.bars.busy = false
	})
}
