package voice

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/tetratelabs/wazero/api"

	"sotto/media/box"
)

// FAAD2 as WebAssembly; where from: assets/THIRD_PARTY.md.
//
//go:embed codecs/faad2.wasm
var faadWasm []byte

// The names of the module's functions were shortened when it was built.
const (
	faadCreate     = "k"
	faadInitADTS   = "l" // (decoder, bytes, length) → bytes consumed, negative: refused
	faadInitASC    = "m" // (decoder, bytes, length, &rate, &channels) → negative: refused
	faadDecode     = "n" // (decoder, bytes, length) → address of floats, 0: none
	faadSamples    = "o" // of all channels
	faadChannels   = "p"
	faadRate       = "q"
	faadError      = "s"
	faadClose      = "u"
	faadRatePtr    = "w"
	faadChannelPtr = "x"
)

var faad = box.New(box.Config{
	Name: "AAC", Wasm: faadWasm, Memory: 64 << 20, Malloc: "i", Free: "j", Start: "h",
	Host: map[string]api.GoModuleFunc{
		"a.a": func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }, // setitimer
		"a.b": growMemory,
		"a.d": func(context.Context, api.Module, []uint64) {}, // keep-alive of the loader
	},
})

// growMemory is emscripten_resize_heap(bytes) → done.
func growMemory(_ context.Context, m api.Module, stack []uint64) {
	const page = 64 << 10
	want, have := uint64(uint32(stack[0])), uint64(m.Memory().Size())
	stack[0] = 1
	if want > have {
		if _, ok := m.Memory().Grow(uint32((want - have + page - 1) / page)); !ok {
			stack[0] = 0
		}
	}
}

const (
	maxAACPacket = 16 << 10
	// aacFrame is the length of a frame; with spectral band replication it
	// gives twice as many at twice the rate.
	aacFrame = 1024
)

// aacDecoder feeds FAAD2. The first packet gives nothing: a frame needs the one
// before.
type aacDecoder struct {
	*box.Instance
	handle, in     uint32
	adts           bool // packets carry their ADTS headers
	config         []byte
	rate, channels int
	out            []float32
	ready          bool
}

// newAACDecoder starts with an AudioSpecificConfig, or, for ADTS, with the first
// packet.
func newAACDecoder(ctx context.Context, config []byte, adts bool) (*aacDecoder, error) {
	if len(config) == 0 || len(config) > maxAACPacket {
		return nil, fmt.Errorf("%w: AAC without configuration", ErrDamaged)
	}
	instance, err := faad.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	d := &aacDecoder{Instance: instance, adts: adts, config: config}
	if d.in, err = d.Alloc(maxAACPacket); err == nil {
		err = d.init()
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *aacDecoder) init() (err error) {
	if d.handle, err = d.Call(faadCreate); err != nil {
		return err
	}
	if err := d.Write(d.in, d.config); err != nil {
		return err
	}
	ratePtr, err := d.Call(faadRatePtr)
	if err != nil {
		return err
	}
	channelPtr, err := d.Call(faadChannelPtr)
	if err != nil {
		return err
	}
	name := faadInitASC
	if d.adts {
		name = faadInitADTS
	}
	status, err := d.Call(name, d.handle, d.in, uint32(len(d.config)), ratePtr, channelPtr)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if int32(status) < 0 {
		return fmt.Errorf("%w: AAC configuration", ErrUnsupported)
	}
	return nil
}

func (d *aacDecoder) decode(data []byte) ([]float32, error) {
	if len(data) == 0 || len(data) > maxAACPacket {
		return nil, fmt.Errorf("%w: a packet of %d bytes", ErrDamaged, len(data))
	}
	if err := d.Write(d.in, data); err != nil {
		return nil, err
	}
	at, err := d.Call(faadDecode, d.handle, d.in, uint32(len(data)))
	if err != nil {
		return nil, err
	}
	if at == 0 {
		code, err := d.Call(faadError)
		if err != nil || code == 0 {
			return nil, err // warming up
		}
		return nil, fmt.Errorf("%w: AAC error %d", ErrDamaged, code)
	}
	var values [3]uint32
	for i, name := range []string{faadSamples, faadChannels, faadRate} {
		if values[i], err = d.Call(name); err != nil {
			return nil, err
		}
	}
	samples, channels, rate := int(values[0]), int(values[1]&0xff), int(values[2])
	if channels < 1 || channels > maxChannels || samples > 4*aacFrame*maxChannels || samples%channels != 0 {
		return nil, fmt.Errorf("%w: %d samples of %d channels", ErrDamaged, samples, channels)
	}
	if d.ready && (channels != d.channels || rate != d.rate) {
		return nil, fmt.Errorf("%w: it changes in the middle", ErrDamaged)
	}
	d.channels, d.rate, d.ready = channels, rate, true
	raw, err := d.View(at, 4*samples)
	if err != nil {
		return nil, err
	}
	d.out = d.out[:0]
	for ; len(raw) >= 4; raw = raw[4:] {
		d.out = append(d.out, math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	}
	return d.out, nil
}

// reset begins anew: FAAD2 cannot forget a packet.
func (d *aacDecoder) reset() error {
	if _, err := d.Call(faadClose, d.handle); err != nil {
		return err
	}
	return d.init()
}

func (d *aacDecoder) close() { d.Close() }

// openAAC decodes until the first sound, which tells the real rate and number
// of channels. The caller begins it; d is closed on an error.
func openAAC(d *aacDecoder, packets []packet) (*packetSource, error) {
	n := 0
	for _, p := range packets[:min(len(packets), 8)] {
		out, err := d.decode(p.data)
		if err != nil {
			continue
		}
		if len(out) > 0 {
			n = len(out) / d.channels
			break
		}
	}
	if n == 0 {
		d.close()
		return nil, fmt.Errorf("%w: no AAC in it", ErrDamaged)
	}
	for i := range packets {
		packets[i].n = n
	}
	s := &packetSource{packets: packets, dec: d, channels: d.channels, warmUp: 3 * int64(n)}
	s.end = timeline(packets)
	return s, nil
}

// ADTS: each frame begins with 12 bits of ones, a header of 7 bytes (9 with a
// CRC) and a length of 13 bits that includes it.
const adtsHeader = 7

func adtsLength(p []byte) int {
	if len(p) < adtsHeader || p[0] != 0xff || p[1]&0xf6 != 0xf0 || p[2]>>2&0xf > 12 {
		return 0
	}
	n := int(p[3]&3)<<11 | int(p[4])<<3 | int(p[5])>>5
	if n < adtsHeader {
		return 0
	}
	return n
}

// isADTS wants two frames in a row: eleven ones alone are also MP3.
func isADTS(p []byte) bool {
	n := adtsLength(p)
	return n > 0 && (n == len(p) || n < len(p) && adtsLength(p[n:]) > 0)
}

func adtsPackets(file []byte) (packets []packet, err error) {
	for len(file) >= adtsHeader {
		n := adtsLength(file)
		if n == 0 || n > len(file) {
			file = file[1:] // lost: look for the next header
			continue
		}
		if packets = append(packets, packet{data: file[:n:n]}); len(packets) > maxPackets {
			return nil, ErrTooLarge
		}
		file = file[n:]
	}
	return packets, nil
}

func openADTS(ctx context.Context, file []byte) (header, source, error) {
	packets, err := adtsPackets(file)
	if err != nil {
		return header{}, nil, err
	}
	d, err := newAACDecoder(ctx, packets[0].data, true)
	if err != nil {
		return header{}, nil, err
	}
	s, err := openAAC(d, packets)
	if err == nil {
		err = s.begin()
	}
	if err != nil {
		return header{}, nil, err
	}
	return header{codec: AAC, rate: d.rate, channels: d.channels, frames: s.frames()}, s, nil
}
