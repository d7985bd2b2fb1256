// Command icons writes the program's icon (assets/logo/app.png, 512 pixels a
// side) as PNG files NAME-SIZE.png into a folder, in the sizes that desktops ask
// for:
//
//	icons -out FOLDER
package main

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"

	"sotto/assets"
)

// sizes are those of the hicolor theme, of a side in pixels. The drawing's own is
// the largest: nothing is enlarged.
var sizes = []int{16, 22, 24, 32, 48, 64, 96, 128, 256, 512}

func main() {
	out := flag.String("out", "", "`folder` for the pictures")
	name := flag.String("name", "im.sotto.Sotto", "beginning of the file names")
	flag.Parse()
	if flag.NArg() > 0 || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := write(*out, *name); err != nil {
		fmt.Fprintln(os.Stderr, "icons:", err)
		os.Exit(1)
	}
}

func write(out, name string) error {
	drawing, err := png.Decode(bytes.NewReader(assets.Logo(assets.AppPNG).Content()))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, side := range sizes {
		var b bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, scale(drawing, side)); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, fmt.Sprintf("%s-%d.png", name, side)), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// scale makes a picture smaller, with its transparent corners.
func scale(drawing image.Image, side int) image.Image {
	small := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.CatmullRom.Scale(small, small.Bounds(), drawing, drawing.Bounds(), draw.Src, nil)
	picture := image.NewNRGBA(small.Bounds())
	draw.Draw(picture, picture.Bounds(), small, image.Point{}, draw.Src)
	return picture
}
