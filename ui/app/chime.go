package app

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"sotto/media/audio"
	"sotto/media/voice"
	"sotto/ui/vm"
)

// chime plays the sound of a notification, one at a time, where the system's
// service plays none.
type chime struct {
	playing atomic.Bool
	deaf    atomic.Int64 // until when there was no sound to be had, Unix seconds
}

const (
	chimeRate = 48000
	// chimePatience is more than it takes; a device that plays nothing ends it.
	chimePatience = 5 * time.Second
)

// ring plays it on a device, empty for the usual one. Where there is no sound
// nothing happens.
func (c *chime) ring(ctx context.Context, device string) {
	if time.Now().Unix() < c.deaf.Load() || c.playing.Swap(true) {
		return
	}
	go func() {
		defer c.playing.Store(false)
		system := vm.NewSoundSystem(SoundBackend)
		defer system.Close()
		player := audio.NewPlayer(system.Get)
		defer player.Close()
		changed, end := player.Listen()
		defer end()
		player.SetDevice(device)
		sound := chimeSound()
		player.Play(audio.Track{ID: "chime", Open: func(context.Context) (*voice.Stream, error) { return sound.Stream(), nil }}, 0)
		late := time.NewTimer(chimePatience)
		defer late.Stop()
		for {
			switch player.State().Status {
			case audio.Broken:
				// Sound libraries write to the terminal about each try.
				c.deaf.Store(time.Now().Add(10 * time.Minute).Unix())
				return
			case audio.Idle:
				return
			}
			select {
			case <-changed:
			case <-late.C:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
}

// chimeSound is two soft notes, a fourth apart, that fade like a struck bar: its
// partials are those of one, 1 and 3.9.
func chimeSound() *voice.Recording {
	const length, second = 0.55, 0.11
	r := &voice.Recording{Rate: chimeRate, Samples: make([]int16, int(length*chimeRate))}
	struck := func(pitch, since float64) float64 {
		if since < 0 {
			return 0
		}
		attack := min(1, since/0.004)
		return attack * (math.Exp(-since*9)*math.Sin(2*math.Pi*pitch*since) + 0.25*math.Exp(-since*30)*math.Sin(2*math.Pi*3.9*pitch*since))
	}
	for i := range r.Samples {
		at := float64(i) / chimeRate
		fade := min(1, (length-at)/0.05)
		r.Samples[i] = int16(7000 * fade * (struck(659.26, at) + struck(880, at-second)))
	}
	return r
}
