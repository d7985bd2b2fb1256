package vm

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"sotto/media/audio"
	"sotto/media/voice"
	"sotto/ui/text"
)

// SoundSystem opens the sound system of the computer when it is first needed,
// and again when there was none before: headphones come and go.
type SoundSystem struct {
	backend audio.Backend
	mu      sync.Mutex
	system  *audio.System
}

// NewSoundSystem makes one that is not open.
func NewSoundSystem(b audio.Backend) *SoundSystem { return &SoundSystem{backend: b} }

// Get opens it; it may take its time.
func (s *SoundSystem) Get() (*audio.System, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.system != nil {
		return s.system, nil
	}
	system, err := audio.Open(s.backend)
	if err != nil {
		return nil, err
	}
	s.system = system
	return system, nil
}

// Close frees it, after recorder and player.
func (s *SoundSystem) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.system != nil {
		s.system.Close()
		s.system = nil
	}
}

// SoundSentence says why there is no sound, and what to do.
func SoundSentence(err error) string {
	key := "sound.failed"
	switch {
	case err == nil:
		return ""
	case errors.Is(err, audio.ErrNoSystem):
		key = "sound.no_system"
	case errors.Is(err, audio.ErrNoMicrophone):
		key = "sound.no_microphone"
	case errors.Is(err, audio.ErrNoLoudspeaker):
		key = "sound.no_loudspeaker"
	case errors.Is(err, audio.ErrDevice):
		key = "sound.device"
	case errors.Is(err, voice.ErrNoSound), errors.Is(err, voice.ErrUnsupported):
		key = "sound.unknown_kind"
	case errors.Is(err, voice.ErrDamaged):
		key = "sound.damaged"
	case errors.Is(err, voice.ErrTooLarge):
		key = "sound.too_large"
	}
	return text.T(key)
}

// SoundTime is a length or a place in a sound: "0:38", "1:02:07".
func SoundTime(d time.Duration) string {
	s := int(d / time.Second)
	two := func(n int) string {
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
		return strconv.Itoa(n)
	}
	if s >= 3600 {
		return strconv.Itoa(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return strconv.Itoa(s/60) + ":" + two(s%60)
}

// SpeedText is a speed: "1.5×".
func SpeedText(speed float64) string {
	if speed == 0 {
		speed = 1
	}
	return strconv.FormatFloat(speed, 'g', 3, 64) + "×"
}
