package audio

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/gen2brain/malgo"
)

// Kind is what a device does.
type Kind uint8

const (
	Microphone Kind = iota + 1
	Loudspeaker
)

// Device is a microphone or a loudspeaker.
type Device struct {
	// ID names the device to the system; it stays the same across restarts, so
	// a choice can be kept. "" is the system's default, whichever that is.
	ID      string
	Name    string // as the system calls it
	Default bool
	Monitor bool // a recording of what a loudspeaker plays (PulseAudio)
}

// Backend chooses the sound system.
type Backend uint8

const (
	// BackendSystem is the system's own: PulseAudio or ALSA, Core Audio,
	// WASAPI.
	BackendSystem Backend = iota
	// BackendNull records silence and plays to nobody, in real time: for tests
	// without hardware.
	BackendNull
)

// systemBackends are those of every system; the library skips what is not of
// this one. Its null backend is not among them: without a list it would end
// there and record silence, and nobody would know.
var systemBackends = []malgo.Backend{
	malgo.BackendWasapi, malgo.BackendDsound, malgo.BackendWinmm, malgo.BackendCoreaudio,
	malgo.BackendPulseaudio, malgo.BackendAlsa, malgo.BackendSndio, malgo.BackendAudio4, malgo.BackendOss,
}

// malgoNull: the constant of malgo v0.11.24 has another backend's number.
const malgoNull = malgo.Backend(14)

// System is the sound system of the computer. It is safe for concurrent use.
type System struct {
	mu      sync.Mutex
	ctx     *malgo.AllocatedContext
	backend malgo.Backend
}

// Open finds the sound system. Error: ErrNoSystem.
func Open(b Backend) (*System, error) {
	backends := systemBackends
	if b == BackendNull {
		backends = []malgo.Backend{malgoNull}
	}
	var last error
	for _, backend := range backends { // one at a time: the library does not tell which it took
		ctx, err := malgo.InitContext([]malgo.Backend{backend}, malgo.ContextConfig{}, nil)
		if err == nil {
			return &System{ctx: ctx, backend: backend}, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w: %v", ErrNoSystem, last)
}

// Close frees the sound system. Recorders and players are to be closed before.
func (s *System) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx != nil {
		_ = s.ctx.Uninit() // there is nothing left to do about it
		s.ctx.Free()
		s.ctx = nil
	}
}

// Devices lists the devices of a kind: the default first, then by name. An
// empty list means that there are none. Errors: ErrNoSystem, ErrClosed.
func (s *System) Devices(k Kind) ([]Device, error) {
	infos, err := s.infos(k)
	if err != nil {
		return nil, err
	}
	list := make([]Device, 0, len(infos))
	for _, i := range infos {
		list = append(list, Device{ID: i.ID.String(), Name: i.Name(), Default: i.IsDefault != 0, Monitor: isMonitor(i)})
	}
	slices.SortStableFunc(list, func(a, b Device) int {
		switch {
		case a.Default != b.Default && a.Default, a.Monitor != b.Monitor && b.Monitor:
			return -1
		case a.Default != b.Default, a.Monitor != b.Monitor:
			return 1
		}
		return 0
	})
	return list, nil
}

func (s *System) infos(k Kind) ([]malgo.DeviceInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil {
		return nil, ErrClosed
	}
	infos, err := s.ctx.Devices(k.malgo())
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoSystem, err)
	}
	return infos, nil
}

func (k Kind) malgo() malgo.DeviceType {
	if k == Microphone {
		return malgo.Capture
	}
	return malgo.Playback
}

func (k Kind) missing() error {
	if k == Microphone {
		return ErrNoMicrophone
	}
	return ErrNoLoudspeaker
}

// wired reports whether Linux knows hardware of the kind. ALSA lists a default
// device also where there is none.
func (k Kind) wired() bool {
	pattern := "/dev/snd/pcmC*D*p"
	if k == Microphone {
		pattern = "/dev/snd/pcmC*D*c"
	}
	found, _ := filepath.Glob(pattern)
	return len(found) > 0
}

// callback gets the samples that were recorded, or fills those to be played:
// 16 bits, channels in turns. It runs on a thread of the sound system and must
// not wait.
type callback func(out, in []int16)

// stream is an open device.
type stream struct {
	dev  *malgo.Device
	hold int // frames that a loudspeaker holds ahead of what is heard
}

// open prepares a device; a chosen one that is gone gives way to the default.
func (s *System) open(k Kind, id string, rate, channels int, data callback, stopped func()) (*stream, error) {
	infos, err := s.infos(k)
	if err != nil {
		return nil, err
	}
	if len(infos) == 0 {
		return nil, k.missing()
	}
	config := malgo.DefaultDeviceConfig(k.malgo())
	period, periods, hold := buffering(s.backend, k, rate, channels)
	config.SampleRate, config.PeriodSizeInFrames, config.Periods = uint32(rate), uint32(period), uint32(periods)
	sub := &config.Playback
	config.NoFixedSizedCallback = 1
	if k == Microphone {
		sub = &config.Capture
		config.NoFixedSizedCallback = 0 // the sound server would give smaller blocks
	}
	sub.Format, sub.Channels = malgo.FormatS16, uint32(channels)
	config.Alsa.NoMMap = 1
	config.Pulse.StreamNamePlayback, config.Pulse.StreamNameCapture = "Sotto", "Sotto"
	var pin runtime.Pinner // the library copies the ID
	defer pin.Unpin()
	if i := slices.IndexFunc(infos, func(i malgo.DeviceInfo) bool { return id != "" && i.ID.String() == id }); i >= 0 {
		chosen := &infos[i].ID
		pin.Pin(chosen)
		sub.DeviceID = unsafe.Pointer(chosen)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil {
		return nil, ErrClosed
	}
	dev, err := malgo.InitDevice(s.ctx.Context, config, malgo.DeviceCallbacks{
		Data: func(out, in []byte, _ uint32) { data(samples(out), samples(in)) },
		Stop: stopped,
	})
	if err != nil && s.backend == malgo.BackendAlsa && !k.wired() {
		return nil, k.missing()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDevice, err)
	}
	return &stream{dev, hold}, nil
}

// samples are the 16-bit samples in memory of the sound system, which aligns
// them; every system that Sotto runs on is little-endian.
func samples(p []byte) []int16 {
	if len(p) < 2 {
		return nil
	}
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(p))), len(p)/2)
}

func (s *stream) start() error {
	if err := s.dev.Start(); err != nil {
		return fmt.Errorf("%w: %v", ErrDevice, err)
	}
	return nil
}

func (s *stream) stop() error {
	if err := s.dev.Stop(); err != nil {
		return fmt.Errorf("%w: %v", ErrDevice, err)
	}
	return nil
}

// close waits for the last callback.
func (s *stream) close() { s.dev.Uninit() }

// isMonitor recognises PulseAudio's sources that hear a loudspeaker.
func isMonitor(i malgo.DeviceInfo) bool { return bytes.Contains(i.ID[:], []byte(".monitor\x00")) }
