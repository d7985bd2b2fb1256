package vm

import (
	"context"

	"sotto/media/audio"
	"sotto/ui/text"
)

// SoundChoices are the devices that can be chosen in settings.
type SoundChoices struct {
	Microphones, Loudspeakers []audio.Device
	Problem                   string // there is no sound system
}

// AskSoundChoices looks for devices.
func AskSoundChoices(desk Desk, system *SoundSystem, answer func(SoundChoices)) {
	Ask(desk, func(context.Context) (SoundChoices, error) {
		var c SoundChoices
		s, err := system.Get()
		if err != nil {
			return c, err
		}
		if c.Microphones, err = s.Devices(audio.Microphone); err != nil {
			return c, err
		}
		c.Loudspeakers, err = s.Devices(audio.Loudspeaker)
		return c, err
	}, func(c SoundChoices, err error) {
		c.Problem = SoundSentence(err)
		answer(c)
	})
}

// DeviceName is what a chosen device is called, also when it is not plugged in.
func DeviceName(id string, list []audio.Device) string {
	if id == "" {
		return text.T("sound.device_default")
	}
	for _, d := range list {
		if d.ID == id {
			return d.Name
		}
	}
	return text.T("sound.device_gone")
}
