package voice

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
)

// An MP4 file is boxes: size(4) type(4) content. The sound's packets lie in
// mdat; where, says moov/trak/mdia/minf/stbl: stsz (sizes), stsc (packets for
// each chunk), stco or co64 (where chunks are), stsd (the codec).

type mp4Box struct {
	kind string
	body []byte
}

// mp4Boxes splits a box's content; it ends at the first that does not fit.
func mp4Boxes(p []byte) (list []mp4Box) {
	for len(p) >= 8 && len(list) < 4096 {
		size, head := uint64(binary.BigEndian.Uint32(p)), uint64(8)
		switch {
		case size == 1 && len(p) >= 16:
			size, head = binary.BigEndian.Uint64(p[8:]), 16
		case size == 0:
			size = uint64(len(p))
		}
		if size < head || size > uint64(len(p)) {
			break
		}
		list = append(list, mp4Box{string(p[4:8]), p[head:size:size]})
		p = p[size:]
	}
	return list
}

// child finds a box by its path.
func child(p []byte, path ...string) ([]byte, bool) {
	for _, kind := range path {
		found := false
		for _, b := range mp4Boxes(p) {
			if b.kind == kind {
				p, found = b.body, true
				break
			}
		}
		if !found {
			return nil, false
		}
	}
	return p, true
}

type mp4Track struct {
	timescale, movieScale int64
	config                []byte // AudioSpecificConfig
	packets               []packet
	start, length         int64 // of the edit list, in timescale and movieScale; length 0: to the end
}

func openMP4(ctx context.Context, file []byte) (header, source, error) {
	t, err := mp4Sound(file)
	if err != nil {
		return header{}, nil, err
	}
	d, err := newAACDecoder(ctx, t.config, false)
	if err != nil {
		return header{}, nil, err
	}
	s, err := openAAC(d, t.packets)
	if err != nil {
		return header{}, nil, err
	}
	scaled := func(n, scale int64) int64 {
		return int64(math.Round(float64(n) * float64(d.rate) / float64(scale)))
	}
	if skip := scaled(t.start, t.timescale); skip > 0 && skip < s.end {
		s.skip = skip
	}
	if n := scaled(t.length, t.movieScale); n > 0 && s.skip+n < s.end {
		s.end = s.skip + n
	}
	if err := s.begin(); err != nil {
		return header{}, nil, err
	}
	return header{codec: AAC, contentType: "audio/mp4", rate: d.rate, channels: d.channels, frames: s.frames()}, s, nil
}

// mp4Sound finds the first track of AAC.
func mp4Sound(file []byte) (*mp4Track, error) {
	moov, ok := child(file, "moov")
	if !ok {
		return nil, fmt.Errorf("%w: MP4 without an index", ErrDamaged)
	}
	movieScale := int64(1)
	if mvhd, ok := child(moov, "mvhd"); ok {
		movieScale = timescale(mvhd)
	}
	sound := false
	for _, b := range mp4Boxes(moov) {
		if b.kind != "trak" {
			continue
		}
		mdia, ok := child(b.body, "mdia")
		if !ok {
			continue
		}
		if hdlr, ok := child(mdia, "hdlr"); !ok || len(hdlr) < 12 || string(hdlr[8:12]) != "soun" {
			continue
		}
		sound = true
		stbl, ok := child(mdia, "minf", "stbl")
		if !ok {
			continue
		}
		stsd, _ := child(stbl, "stsd")
		config, ok := mp4Config(stsd)
		if !ok {
			continue
		}
		t := &mp4Track{config: config, movieScale: max(1, movieScale), timescale: 1}
		if mdhd, ok := child(mdia, "mdhd"); ok {
			t.timescale = max(1, timescale(mdhd))
		}
		if elst, ok := child(b.body, "edts", "elst"); ok {
			t.edit(elst)
		}
		var err error
		if t.packets, err = mp4Packets(file, stbl); err != nil {
			return nil, err
		}
		return t, nil
	}
	if sound {
		return nil, fmt.Errorf("%w: MP4 without AAC", ErrUnsupported)
	}
	return nil, fmt.Errorf("%w: MP4 without sound", ErrNoSound)
}

// timescale of mvhd and mdhd: version(1) flags(3) times(2×4 or 2×8) scale(4).
func timescale(p []byte) int64 {
	at := 12
	if len(p) > 0 && p[0] == 1 {
		at = 20
	}
	if len(p) < at+4 {
		return 1
	}
	return int64(binary.BigEndian.Uint32(p[at:]))
}

// edit reads the first entry of an edit list that is not empty: what the
// encoder put in front is not to be heard.
func (t *mp4Track) edit(p []byte) {
	if len(p) < 8 {
		return
	}
	size := 12
	if p[0] == 1 {
		size = 20
	}
	for rest := p[8:]; len(rest) >= size; rest = rest[size:] {
		length, start := int64(binary.BigEndian.Uint32(rest)), int64(int32(binary.BigEndian.Uint32(rest[4:])))
		if size == 20 {
			length, start = int64(binary.BigEndian.Uint64(rest)), int64(binary.BigEndian.Uint64(rest[8:]))
		}
		if start >= 0 && length >= 0 {
			t.start, t.length = start, length
			return
		}
	}
}

// mp4Config finds the AudioSpecificConfig in an esds box, wherever QuickTime or
// others put it inside the description.
func mp4Config(stsd []byte) ([]byte, bool) {
	if len(stsd) < 16 || string(stsd[12:16]) != "mp4a" {
		return nil, false
	}
	i := bytes.Index(stsd, []byte("esds"))
	if i < 0 || len(stsd) < i+8 {
		return nil, false
	}
	p := stsd[i+8:] // behind version and flags
	// Descriptors: tag(1) length(1…4, seven bits each) content.
	for range 3 {
		if len(p) < 2 {
			return nil, false
		}
		tag := p[0]
		p = p[1:]
		n := 0
		for j := 0; j < 4 && len(p) > 0; j++ {
			c := p[0]
			p = p[1:]
			n = n<<7 | int(c&0x7f)
			if c&0x80 == 0 {
				break
			}
		}
		if n > len(p) {
			return nil, false
		}
		p = p[:n]
		skip := 0
		switch tag {
		case 3: // ES: id(2) flags(1) and what they announce
			if n < 3 {
				return nil, false
			}
			skip = 3
			if p[2]&0x80 != 0 {
				skip += 2
			}
			if p[2]&0x40 != 0 && len(p) > skip {
				skip += 1 + int(p[skip])
			}
			if p[2]&0x20 != 0 {
				skip += 2
			}
		case 4: // configuration: object type(1) and 12 more
			if n < 13 || p[0] != 0x40 && (p[0] < 0x66 || p[0] > 0x68) {
				return nil, false
			}
			skip = 13
		case 5:
			return p, n > 0
		default:
			return nil, false
		}
		if skip > len(p) {
			return nil, false
		}
		p = p[skip:]
	}
	return nil, false
}

// mp4Packets walks the tables of a track.
func mp4Packets(file, stbl []byte) ([]packet, error) {
	damaged := fmt.Errorf("%w: MP4 tables", ErrDamaged)
	stsz, ok := child(stbl, "stsz")
	if !ok || len(stsz) < 12 {
		return nil, damaged
	}
	fixed, count := int(binary.BigEndian.Uint32(stsz[4:])), int(binary.BigEndian.Uint32(stsz[8:]))
	if count > maxPackets {
		return nil, ErrTooLarge
	}
	if fixed == 0 && count > (len(stsz)-12)/4 {
		return nil, damaged
	}
	offsets, ok := mp4Offsets(stbl)
	stsc, ok2 := child(stbl, "stsc")
	if !ok || !ok2 || len(stsc) < 8 {
		return nil, damaged
	}
	runs := stsc[8:] // first chunk(4), packets for each(4), description(4)
	if n := int(binary.BigEndian.Uint32(stsc[4:])); n < len(runs)/12 {
		runs = runs[:12*n]
	}
	var packets []packet
	each := 0
	for chunk := 0; chunk < len(offsets) && len(packets) < count; chunk++ {
		for len(runs) >= 12 && binary.BigEndian.Uint32(runs) <= uint32(chunk+1) {
			each = int(binary.BigEndian.Uint32(runs[4:]))
			runs = runs[12:]
		}
		at := offsets[chunk]
		for i := 0; i < each && len(packets) < count; i++ {
			size := fixed
			if fixed == 0 {
				size = int(binary.BigEndian.Uint32(stsz[12+4*len(packets):]))
			}
			if size > maxAACPacket || at > uint64(len(file)) || uint64(size) > uint64(len(file))-at {
				if len(packets) == 0 {
					return nil, damaged
				}
				return packets, nil // cut short: what is there plays
			}
			packets = append(packets, packet{data: file[at : at+uint64(size) : at+uint64(size)]})
			at += uint64(size)
		}
	}
	if len(packets) == 0 {
		return nil, damaged
	}
	return packets, nil
}

func mp4Offsets(stbl []byte) ([]uint64, bool) {
	size := 4
	table, ok := child(stbl, "stco")
	if !ok {
		size = 8
		if table, ok = child(stbl, "co64"); !ok {
			return nil, false
		}
	}
	if len(table) < 8 {
		return nil, false
	}
	n := min(int(binary.BigEndian.Uint32(table[4:])), (len(table)-8)/size)
	out := make([]uint64, n)
	for i := range out {
		p := table[8+i*size:]
		if size == 4 {
			out[i] = uint64(binary.BigEndian.Uint32(p))
		} else {
			out[i] = binary.BigEndian.Uint64(p)
		}
	}
	return out, true
}
