package voice

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// An MP3 file is frames, each with a header of four bytes: 11 ones, version(2),
// layer(2), no CRC(1), bit rate(4), sample rate(2), padding(1), private(1),
// channels(2) … The first may hold only the encoder's notes.
const (
	mp3Header = 4
	// mp3WarmUp is more than the frames that a frame can take bits from.
	mp3WarmUp = 10 * 1152
	// mp3DecoderDelay is by how many frames every decoder is late; LAME counts
	// on it.
	mp3DecoderDelay = 529
)

var (
	mp3Rates    = [3]int{44_100, 48_000, 32_000}
	mp3BitRates = [2][15]int{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // MPEG 1
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},     // MPEG 2
	}
)

// mp3Frame is a header, read.
type mp3Frame struct {
	size, samples, rate, channels int
	mpeg2                         bool
}

func parseMP3Header(p []byte) (f mp3Frame, ok bool) {
	if len(p) < mp3Header || p[0] != 0xff || p[1]&0xe6 != 0xe2 { // layer 3
		return f, false
	}
	version, bitRate, rate := p[1]>>3&3, p[2]>>4, p[2]>>2&3
	if version < 2 || rate == 3 || bitRate == 0 || bitRate == 15 { // MPEG 2.5, free bit rate
		return f, false
	}
	f = mp3Frame{samples: 1152, rate: mp3Rates[rate], channels: 2}
	table, factor := 0, 144_000
	if version == 2 {
		f.mpeg2, f.samples, f.rate, table, factor = true, 576, f.rate/2, 1, 72_000
	}
	if p[3]>>6 == 3 {
		f.channels = 1
	}
	f.size = factor*mp3BitRates[table][bitRate]/f.rate + int(p[2]>>1&1)
	return f, true
}

// mp3Scan finds the frames. One counts when the next begins where it ends, or
// the file does.
func mp3Scan(file []byte) (first mp3Frame, packets []packet, err error) {
	for at := 0; at+mp3Header <= len(file); {
		f, ok := parseMP3Header(file[at:])
		if ok && len(packets) > 0 && (f.rate != first.rate || f.channels != first.channels || f.mpeg2 != first.mpeg2) {
			ok = false
		}
		if ok && at+f.size > len(file) {
			break // the last one, cut short
		}
		if ok && at+f.size+mp3Header <= len(file) {
			next := file[at+f.size:]
			_, follows := parseMP3Header(next)
			ok = follows || bytes.HasPrefix(next, []byte("TAG")) || bytes.HasPrefix(next, []byte("APET")) || len(packets) > 0
		}
		if !ok {
			if len(packets) == 0 && at > 256<<10 {
				break // nothing in a quarter of a megabyte
			}
			at++
			continue
		}
		if len(packets) == 0 {
			first = f
		}
		if packets = append(packets, packet{data: file[at : at+f.size : at+f.size], n: f.samples}); len(packets) > maxPackets {
			return first, nil, ErrTooLarge
		}
		at += f.size
	}
	// One frame alone is chance more often than sound.
	if len(packets) < 2 {
		return first, nil, ErrNoSound
	}
	return first, packets, nil
}

// mp3Notes reads the frame of notes that encoders put in front: whether it is
// one, and what LAME added at both ends.
func mp3Notes(f mp3Frame, p []byte) (is bool, delay, padding int64) {
	at := mp3Header + 32
	switch {
	case f.mpeg2 && f.channels == 1:
		at = mp3Header + 9
	case f.mpeg2 || f.channels == 1:
		at = mp3Header + 17
	}
	if len(p) < at+8 || (string(p[at:at+4]) != "Xing" && string(p[at:at+4]) != "Info") {
		return len(p) >= mp3Header+36 && string(p[mp3Header+32:mp3Header+36]) == "VBRI", 0, 0
	}
	flags := binary.BigEndian.Uint32(p[at+4:])
	tag := at + 8
	for bit, n := range []int{4, 4, 100, 4} { // frames, bytes, contents, quality
		if flags>>bit&1 != 0 {
			tag += n
		}
	}
	if len(p) < tag+24 || p[tag] == 0 {
		return true, 0, 0
	}
	gap := p[tag+21:]
	return true, int64(gap[0])<<4 | int64(gap[1]>>4), int64(gap[1]&0xf)<<8 | int64(gap[2])
}

func openMP3(file []byte) (header, source, error) {
	first, packets, err := mp3Scan(file)
	if err != nil {
		return header{}, nil, err
	}
	notes, delay, padding := mp3Notes(first, packets[0].data)
	if notes {
		packets = packets[1:]
	}
	s := &packetSource{packets: packets, channels: first.channels, warmUp: mp3WarmUp}
	s.end = timeline(packets)
	if delay > 0 && delay+mp3DecoderDelay < s.end {
		s.skip = delay + mp3DecoderDelay
		s.end = max(s.skip, s.end-max(0, padding-mp3DecoderDelay))
	}
	s.pos = s.skip
	s.dec = &mp3Decoder{frame: first}
	return header{codec: MP3, rate: first.rate, channels: first.channels, frames: s.frames()}, s, nil
}

// mp3Decoder hands one frame at a time to the decoder, which reads a stream and
// keeps the bits that later frames refer to.
type mp3Decoder struct {
	frame mp3Frame
	dec   *mp3.Decoder
	in    bytes.Reader
	raw   [1152 * 4]byte // always two channels of 16 bits
	out   [1152 * 2]float32
}

// frameReader hides that the reader can seek: the decoder would scan the file.
type frameReader struct{ r *bytes.Reader }

func (f frameReader) Read(p []byte) (int, error) { return f.r.Read(p) }

func (d *mp3Decoder) decode(data []byte) (out []float32, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
		if err != nil {
			out, d.dec = nil, nil
		}
	}()
	d.in.Reset(data)
	if d.dec == nil {
		if d.dec, err = mp3.NewDecoder(frameReader{&d.in}); err != nil {
			return nil, err
		}
	}
	raw := d.raw[:d.frame.samples*4]
	if _, err := io.ReadFull(d.dec, raw); err != nil {
		return nil, err
	}
	n := d.frame.samples * d.frame.channels
	for i := range n {
		at := 2 * i
		if d.frame.channels == 1 {
			at = 4 * i
		}
		d.out[i] = float32(int16(binary.LittleEndian.Uint16(raw[at:]))) / 32768
	}
	return d.out[:n], nil
}

func (d *mp3Decoder) reset() error {
	d.dec = nil
	return nil
}

func (d *mp3Decoder) close() {}
