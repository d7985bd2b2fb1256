// Command iconfile writes the program's icon as the files that Windows and macOS
// want, with all sizes inside: sotto.ico and sotto.icns. The same drawing gives
// the same bytes.
//
//	iconfile FOLDER
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
)

// drawing is assets/logo/logo-app.svg at 1024 pixels (rsvg-convert -w 1024 -h
// 1024): the SVG library of the window draws no rounded corners.
//
//go:embed app.png
var drawing []byte

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: iconfile FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "iconfile:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	drawn, err := png.Decode(bytes.NewReader(drawing))
	if err != nil {
		return fmt.Errorf("app.png: %w", err)
	}
	ico, err := windowsIcon(drawn)
	if err != nil {
		return err
	}
	icns, err := macIcon(drawn)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "sotto.ico"), ico, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "sotto.icns"), icns, 0o644)
}

// scale makes a square of size pixels; body is the share of its side that the
// drawing takes.
func scale(drawn image.Image, size int, body float64) *image.NRGBA {
	side := int(math.Round(float64(size) * body))
	at := image.Rect(0, 0, side, side).Add(image.Pt((size-side)/2, (size-side)/2))
	m := image.NewNRGBA(image.Rect(0, 0, size, size))
	draw.CatmullRom.Scale(m, at, drawn, drawn.Bounds(), draw.Src, nil)
	return m
}

func encode(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m)
	return b.Bytes(), err
}
