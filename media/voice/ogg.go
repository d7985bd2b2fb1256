package voice

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// An Ogg file is pages (RFC 3533):
//
//	"OggS" version(1) flags(1) granule(8) serial(4) sequence(4) CRC(4) segments(1) lengths
//
// A packet is segments up to the first that is shorter than 255 bytes, and may
// go on in the next page.
const (
	oggHeader    = 27
	oggContinued = 1
	// maxOggPacket bounds what continued packets collect.
	maxOggPacket = 1 << 20
)

// oggPackets returns the packets of the first logical stream and the granule
// position of its last page.
func oggPackets(file []byte) (packets [][]byte, last int64, err error) {
	var partial []byte
	open := false // partial goes on
	var serial uint32
	last = -1
	for first := true; len(file) >= oggHeader; first = false {
		if string(file[:4]) != "OggS" {
			// Lost: go on at the next page.
			next := bytes.Index(file[1:], []byte("OggS"))
			if next < 0 {
				break
			}
			file, open, partial = file[1+next:], false, nil
			continue
		}
		segments := int(file[26])
		if len(file) < oggHeader+segments {
			break
		}
		lengths := file[oggHeader : oggHeader+segments]
		size := 0
		for _, n := range lengths {
			size += int(n)
		}
		body := file[oggHeader+segments:]
		if len(body) < size {
			break // cut short
		}
		page := file[:oggHeader+segments+size]
		file = file[len(page):]
		if first {
			serial = binary.LittleEndian.Uint32(page[14:])
		}
		if page[4] != 0 || binary.LittleEndian.Uint32(page[14:]) != serial || !oggChecksum(page) {
			continue
		}
		if page[5]&oggContinued == 0 {
			open, partial = false, nil
		}
		skipping := page[5]&oggContinued != 0 && !open // its beginning is lost
		if granule := int64(binary.LittleEndian.Uint64(page[6:])); granule >= 0 {
			last = granule
		}
		start := 0
		for at, i := 0, 0; i < segments; i++ {
			at += int(lengths[i])
			if lengths[i] == 255 {
				continue
			}
			p := body[start:at:at]
			start = at
			switch {
			case skipping:
				skipping = false
				continue
			case open:
				p = append(partial, p...)
				open, partial = false, nil
			}
			if packets = append(packets, p); len(packets) > maxPackets {
				return nil, 0, ErrTooLarge
			}
		}
		if start < size || segments > 0 && lengths[segments-1] == 255 {
			if !skipping {
				if partial = append(partial, body[start:size]...); len(partial) > maxOggPacket {
					return nil, 0, fmt.Errorf("%w: a packet of a megabyte", ErrDamaged)
				}
				open = true
			}
		}
	}
	return packets, last, nil
}

// oggTable is of the CRC with polynomial 0x04c11db7, not reflected.
var oggTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// oggChecksum reports whether a page is as it was written.
func oggChecksum(page []byte) bool {
	return oggCRC(page) == binary.LittleEndian.Uint32(page[22:])
}

// oggCRC is over the page with four zeros in the CRC's place.
func oggCRC(page []byte) (crc uint32) {
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		crc = crc<<8 ^ oggTable[byte(crc>>24)^b]
	}
	return crc
}
