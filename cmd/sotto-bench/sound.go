package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"time"

	"sotto/cmd/internal/instance"
	"sotto/internal/drive"
	"sotto/media/audio"
)

// sound measures what recording a voice message costs, against a sound server
// without hardware into which somebody speaks: the recorder alone beside this
// program without one, and the whole window beside the same window at rest.
func (b *bench) sound(ctx context.Context) error {
	server, err := drive.StartSound(ctx, "mic")
	if err != nil {
		return err
	}
	defer server.Close()
	for name, value := range server.Env("mic", "mic.monitor") {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
		defer os.Unsetenv(name)
	}
	speech, err := b.speech()
	if err != nil {
		return err
	}
	speaker := server.Command(ctx, "sh", "-c", `while paplay --device=mic "$0"; do :; done`, speech)
	if err := speaker.Start(); err != nil {
		return err
	}
	defer func() { _ = speaker.Process.Kill(); _ = speaker.Wait() }()
	if err := b.recorderAlone(ctx); err != nil {
		return err
	}
	return b.recorderWindow(ctx)
}

// speech is a sound file of half a minute.
func (b *bench) speech() (path string, err error) {
	data := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	data = binary.LittleEndian.AppendUint32(data, drive.SoundRate)
	data = binary.LittleEndian.AppendUint32(data, 2*drive.SoundRate)
	data = append(data, "\x02\x00\x10\x00data\x00\x00\x00\x00"...)
	for i := range 30 * drive.SoundRate {
		at := float64(i) / drive.SoundRate
		v := 12000 * math.Abs(math.Sin(2*math.Pi*1.3*at)) * math.Sin(2*math.Pi*180*at)
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(v)))
	}
	binary.LittleEndian.PutUint32(data[40:], uint32(len(data)-44))
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)-8))
	path = filepath.Join(b.dir, "speech.wav")
	return path, os.WriteFile(path, data, 0o600)
}

// coreShare is the part of a core that a process needs, in percent.
func coreShare(ctx context.Context, pid int) (float64, error) {
	before, err := workTime(pid)
	if err != nil {
		return 0, err
	}
	from := time.Now()
	pause(ctx, watch/2)
	after, err := workTime(pid)
	return 100 * (after - before).Seconds() / time.Since(from).Seconds(), err
}

// rounds is how often each side is watched.
const rounds = 3

func (b *bench) recorderAlone(ctx context.Context) error {
	system, err := audio.Open(audio.BackendSystem)
	if err != nil {
		return err
	}
	defer system.Close()
	var with, without []float64
	for range rounds {
		v, err := coreShare(ctx, os.Getpid())
		if err != nil {
			return err
		}
		without = append(without, v)
		r, err := system.Record("", audio.MaxDuration)
		if err != nil {
			return err
		}
		v, err = coreShare(ctx, os.Getpid())
		heard := r.Stop()
		if err != nil {
			return err
		}
		if heard.Duration() < watch/4 {
			return errors.New("the recorder hears nothing")
		}
		with = append(with, v)
	}
	b.table.within("recording a voice message, of a core", median(with), "the same program without", median(without), "%", 5)
	return nil
}

func (b *bench) recorderWindow(ctx context.Context) error {
	profile, network := filepath.Join(b.dir, "window-profile"), filepath.Join(b.dir, "window-network")
	net, ready, err := b.startLocalnet(ctx, network)
	if err != nil {
		return err
	}
	defer func() { _ = net.Process.Signal(os.Interrupt); _ = net.Wait() }()
	if err := b.fillSmallProfile(ctx, profile, network, ready.Echo); err != nil {
		return err
	}
	ask := func(ctx context.Context, method string, params any) (json.RawMessage, error) {
		return instance.Call(ctx, profile, method, params)
	}
	s, err := sit(ctx, ask, filepath.Join(b.bin, "sotto"), "--profile", profile, "--network", filepath.Join(network, "network.json"), "--inspect")
	if err != nil {
		return err
	}
	defer s.leave()
	if err := s.open(ctx, "Echo"); err != nil {
		return s.failed(err)
	}
	pause(ctx, settle)
	var with, without []float64
	for range rounds {
		v, err := coreShare(ctx, s.pid())
		if err != nil {
			return err
		}
		without = append(without, v)
		if v, err = s.recording(ctx); err != nil {
			return s.failed(err)
		}
		with = append(with, v)
	}
	b.table.within("the window while it records, of a core", median(with), "the same window at rest", median(without), "%", 5)
	return nil
}

// recording watches the window while it records, and throws the recording away.
func (s *seat) recording(ctx context.Context) (float64, error) {
	wait, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := s.window.Click(wait, "composer.mic"); err != nil {
		return 0, err
	}
	if _, err := s.window.Find(wait, "0:02"); err != nil { // the microphone runs
		return 0, err
	}
	v, err := coreShare(ctx, s.pid())
	if err != nil {
		return 0, err
	}
	wait, cancel = context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return v, errors.Join(s.window.Click(wait, "recorder.cancel"), s.window.Gone(wait, "recorder.cancel"))
}
