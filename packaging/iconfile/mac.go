package main

import (
	"encoding/binary"
	"image"
)

// macBody is what an icon takes of its square on macOS: 824 of 1024 points.
const macBody = 824.0 / 1024

// macTypes are the pictures of an ICNS file that are PNG in every macOS Sotto
// runs on: name of the type and width in pixels. Those of double density carry
// the sizes below 128 points.
var macTypes = []struct {
	name string
	size int
}{
	{"ic11", 32}, {"ic12", 64}, {"ic07", 128}, {"ic13", 256}, {"ic08", 256},
	{"ic14", 512}, {"ic09", 512}, {"ic10", 1024},
}

// macIcon makes an ICNS file: "icns" and the whole length, then for each picture
// its type, its length with these eight bytes, and the PNG.
func macIcon(drawn image.Image) ([]byte, error) {
	be := binary.BigEndian
	var body []byte
	for _, t := range macTypes {
		data, err := encode(scale(drawn, t.size, macBody))
		if err != nil {
			return nil, err
		}
		body = append(body, t.name...)
		body = be.AppendUint32(body, uint32(8+len(data)))
		body = append(body, data...)
	}
	return append(be.AppendUint32([]byte("icns"), uint32(8+len(body))), body...), nil
}
