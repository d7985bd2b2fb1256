package voice

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"

	"sotto/media/box"
)

// LAME as WebAssembly; where from: assets/THIRD_PARTY.md.
//
//go:embed codecs/lame.wasm
var lameWasm []byte

var lame = box.New(box.Config{Name: "MP3", Wasm: lameWasm, Memory: 64 << 20, Start: "_initialize"})

// What the official desktop client sends (protocol/attachments.md §7).
const (
	// RecordingRate is the sample rate of recordings, one channel.
	RecordingRate = 44_100
	// MaxRecording is the longest voice message in seconds.
	MaxRecording = 300
	// ContentType is what a voice message of ours says of itself.
	ContentType = "audio/mp3"

	bitRate = 128
	// encodeFrames are handed over at a time.
	encodeFrames = 4096
)

// Prepare compiles the codecs of voice messages, so that the first message does
// not wait for it. It belongs on a goroutine of its own.
func Prepare() error {
	if err := lame.Prepare(); err != nil {
		return err
	}
	return faad.Prepare()
}

// encoder is LAME at work: mono, 128 kbit/s.
type encoder struct {
	*box.Instance
	ref uint32
	out []byte
	buf []byte
}

func newEncoder(ctx context.Context, rate int) (*encoder, error) {
	instance, err := lame.Open(ctx)
	if err != nil {
		return nil, err
	}
	e := &encoder{Instance: instance, buf: make([]byte, 4*encodeFrames)}
	// channels, rate; bit rate, VBR quality (-1: none), rate of the file (0: LAME's choice)
	var params []byte
	for _, v := range []uint32{1, uint32(rate), bitRate, math.Float32bits(-1), uint32(rate)} {
		params = binary.LittleEndian.AppendUint32(params, v)
	}
	at, err := e.Alloc(len(params))
	if err == nil {
		err = e.Write(at, params)
	}
	if err == nil {
		e.ref, err = e.Call("enc_init", at)
	}
	if err == nil && e.ref == 0 {
		err = fmt.Errorf("encode MP3: LAME refuses %d Hz", rate)
	}
	if err == nil {
		err = e.Release(at)
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

func (e *encoder) write(samples []int16) error {
	for len(samples) > 0 {
		n := min(len(samples), encodeFrames)
		list, err := e.Call("enc_get_pcm", e.ref, uint32(n))
		if err != nil {
			return err
		}
		at, err := e.Uint32(list)
		if err != nil {
			return err
		}
		for i, v := range samples[:n] {
			binary.LittleEndian.PutUint32(e.buf[4*i:], math.Float32bits(float32(v)/32768))
		}
		if err := e.Write(at, e.buf[:4*n]); err != nil {
			return err
		}
		size, err := e.Call("enc_encode", e.ref, uint32(n))
		if err != nil {
			return err
		}
		if err := e.take(int32(size)); err != nil {
			return err
		}
		samples = samples[n:]
	}
	return nil
}

// take fetches what LAME has ready.
func (e *encoder) take(n int32) error {
	if n < 0 {
		return fmt.Errorf("encode MP3: LAME error %d", n)
	}
	at, err := e.Call("enc_get_out_buf", e.ref)
	if err != nil {
		return err
	}
	p, err := e.View(at, int(n))
	if err != nil {
		return err
	}
	e.out = append(e.out, p...)
	return nil
}

func (e *encoder) finish() ([]byte, error) {
	n, err := e.Call("enc_flush", e.ref)
	if err != nil {
		return nil, err
	}
	if err := e.take(int32(n)); err != nil {
		return nil, err
	}
	return e.out, nil
}

// MP3 encodes the recording as the official desktop client does: one channel,
// 128 kbit/s. ctx can end it. Errors: ErrEmpty, box.ErrCodec.
func (r *Recording) MP3(ctx context.Context) ([]byte, error) {
	if len(r.Samples) == 0 {
		return nil, ErrEmpty
	}
	e, err := newEncoder(ctx, r.Rate)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	if err := e.write(r.Samples); err != nil {
		return nil, err
	}
	return e.finish()
}
