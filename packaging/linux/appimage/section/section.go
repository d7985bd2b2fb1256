// Package section reads and adds the sections of an ELF program (64 bits, little
// endian) that make it an AppImage of type 2: .upd_info says where newer ones
// are, .sha256_sig and .sig_key have room for a signature.
//
// Most callers call Add, End and Content. End is where the file system image
// begins: tools find it there, without asking the program.
package section

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrFormat: not a program of this kind.
var ErrFormat = errors.New("section: not a 64-bit little-endian ELF program")

// The sections of an AppImage and their sizes in bytes, as the tools that write
// into them expect.
const (
	Update    = ".upd_info"
	Signature = ".sha256_sig"
	Key       = ".sig_key"

	UpdateSize    = 1024
	SignatureSize = 1024
	KeySize       = 8192
)

var le = binary.LittleEndian

// Fields of the ELF header, and the size of a row of its section table.
const (
	headerSize = 64
	tableAt    = 40 // 8 bytes: where the section table is
	rowSizeAt  = 58 // 2 bytes
	rowsAt     = 60 // 2 bytes
	namesAt    = 62 // 2 bytes: the row of the section with the names
	rowSize    = 64
	maxRows    = 1024
)

// table reads the section table.
func table(r io.ReaderAt) (at int64, rows []byte, err error) {
	var h [headerSize]byte
	if _, err := r.ReadAt(h[:], 0); err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	n, place := int(le.Uint16(h[rowsAt:])), le.Uint64(h[tableAt:])
	if string(h[:6]) != "\x7fELF\x02\x01" || le.Uint16(h[rowSizeAt:]) != rowSize || n == 0 || n > maxRows || place < headerSize || place > 1<<40 {
		return 0, nil, ErrFormat
	}
	rows = make([]byte, n*rowSize)
	if _, err := r.ReadAt(rows, int64(place)); err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return int64(place), rows, nil
}

// End is the end of the program in its file, in bytes: that of its section table
// or of its last section, whichever is later.
func End(r io.ReaderAt) (int64, error) {
	at, rows, err := table(r)
	if err != nil {
		return 0, err
	}
	end := at + int64(len(rows))
	if last := rows[len(rows)-rowSize:]; elf.SectionType(le.Uint32(last[4:])) != elf.SHT_NOBITS {
		start, size := le.Uint64(last[24:]), le.Uint64(last[32:])
		if start > 1<<40 || size > 1<<40 {
			return 0, ErrFormat
		}
		end = max(end, int64(start+size))
	}
	return end, nil
}

// Content is what a section holds, without the zeros at its end.
func Content(r io.ReaderAt, name string) ([]byte, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	s := f.Section(name)
	if s == nil || s.Size > KeySize {
		return nil, fmt.Errorf("section: no %s", name)
	}
	b, err := s.Data()
	return bytes.TrimRight(b, "\x00"), err
}

// Add returns the program with the three sections, and with the bytes "AI" and 2
// at offset 8, where the ELF header has room. Its old section table stays where
// it was, unused; the new one is the end of the file.
func Add(program []byte, update string) ([]byte, error) {
	if len(update) >= UpdateSize {
		return nil, fmt.Errorf("section: update information of %d bytes", len(update))
	}
	r := bytes.NewReader(program)
	_, rows, err := table(r)
	if err != nil {
		return nil, err
	}
	names := int(le.Uint16(program[namesAt:]))
	if names >= len(rows)/rowSize {
		return nil, ErrFormat
	}
	row := rows[names*rowSize:][:rowSize]
	at, size := le.Uint64(row[24:]), le.Uint64(row[32:])
	if at > uint64(len(program)) || size > uint64(len(program))-at {
		return nil, ErrFormat
	}
	list := bytes.Clone(program[at : at+size])
	out := bytes.Clone(program)
	align := func() {
		for len(out)%16 != 0 {
			out = append(out, 0)
		}
	}
	for _, s := range []struct {
		name string
		data string
		size int
	}{{Update, update, UpdateSize}, {Signature, "", SignatureSize}, {Key, "", KeySize}} {
		align()
		var row [rowSize]byte
		le.PutUint32(row[0:], uint32(len(list)))
		le.PutUint32(row[4:], uint32(elf.SHT_PROGBITS))
		le.PutUint64(row[24:], uint64(len(out)))
		le.PutUint64(row[32:], uint64(s.size))
		le.PutUint64(row[48:], 1)
		rows = append(rows, row[:]...)
		list = append(append(list, s.name...), 0)
		out = append(append(out, s.data...), make([]byte, s.size-len(s.data))...)
	}
	align()
	le.PutUint64(rows[names*rowSize+24:], uint64(len(out)))
	le.PutUint64(rows[names*rowSize+32:], uint64(len(list)))
	out = append(out, list...)
	align()
	le.PutUint64(out[tableAt:], uint64(len(out)))
	le.PutUint16(out[rowsAt:], uint16(len(rows)/rowSize))
	out = append(out, rows...)
	copy(out[8:], "AI\x02")
	return out, nil
}
