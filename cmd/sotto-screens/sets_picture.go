package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/store"
)

// pictured is filled, with pictures of some.
func pictured(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	for i, name := range []string{"Maya", "Jonas", "Lina", "Haruko", "Sami", "Pia"} {
		shown, err := picture.PrepareSquare(shoreline(i), image.Rectangle{}, 320)
		if err != nil {
			return err
		}
		conv, ok := tx.Conversation(model.ConversationOf(id(name)))
		if !ok {
			continue
		}
		conv.Picture = model.Picture{URL: "http://127.0.0.1:1/file/" + name, Key: bytes.Repeat([]byte{byte(i + 1)}, 32)}
		if err := tx.PutPicture(conv.Picture, store.PictureRecord{Image: shown.Data}); err != nil {
			return err
		}
		if err := tx.PutConversation(conv); err != nil {
			return err
		}
	}
	return nil
}

// shoreline draws hills under a sun, each number other ones.
func shoreline(n int) []byte {
	const w, h = 1200, 900
	skies := []color.RGBA{{244, 190, 140, 255}, {150, 196, 222, 255}, {226, 160, 170, 255}, {190, 214, 186, 255}, {120, 130, 180, 255}, {240, 214, 150, 255}}
	sky, phase := skies[n%len(skies)], float64(n)*1.7
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		far := 470 + 70*math.Sin(float64(x)/170+phase) + 30*math.Sin(float64(x)/60+2*phase)
		near := 640 + 80*math.Sin(float64(x)/240+2.3*phase)
		for y := range h {
			c := shade(sky, 1+0.25*float64(y)/h)
			if dx, dy := float64(x)-w/2-150*math.Cos(phase), float64(y)-300; dx*dx+dy*dy < 110*110 {
				c = color.RGBA{255, 246, 214, 255}
			}
			if float64(y) > far {
				c = shade(sky, 0.62)
			}
			if float64(y) > near {
				c = shade(sky, 0.36)
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	// Writing to memory does not fail.
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 92})
	return out.Bytes()
}

func shade(c color.RGBA, f float64) color.RGBA {
	s := func(v uint8) uint8 { return uint8(min(float64(v)*f, 255)) }
	return color.RGBA{s(c.R), s(c.G), s(c.B), 255}
}

// pictures are pictures of people, wherever they show, and the own one.
func (d *hand) pictures(look string) {
	d.look(look)
	d.press("chats.row:Maya")
	d.control(fyne.KeyPeriod)
	d.shot("picture-1-people")
	d.press("contact.picture")
	d.shot("picture-2-enlarged")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyK)
	d.typed("a")
	d.shot("picture-3-search")
	d.key(fyne.KeyEscape)
	d.press("requests.open")
	d.shot("picture-4-requests")
	d.press("requests.back")
	d.control(fyne.KeyComma)
	d.press("settings.profile")
	d.shot("picture-5-profile-none")
	file := filepath.Join(d.host.dir, "hills.jpg")
	d.failed(os.WriteFile(file, shoreline(7), 0o600))
	d.on(func() { d.window.Drop([]string{file}) })
	d.await("crop.use")
	d.shot("picture-6-crop")
	for range 8 {
		d.typed("+")
	}
	d.key(fyne.KeyUp, fyne.KeyUp, fyne.KeyUp, fyne.KeyLeft, fyne.KeyLeft)
	d.shot("picture-6-crop-zoomed")
	d.size(narrow, high)
	d.shot("picture-6-crop-narrow")
	d.size(wide, high)
	d.failed(d.host.offline())
	d.press("crop.use")
	d.await("profile.remove")
	d.shot("picture-7-profile")
	d.await("profile.retry")
	d.shot("picture-8-not-uploaded")
	d.size(narrow, high)
	d.shot("picture-8-narrow")
	d.size(wide, high)
	d.press("profile.remove")
	d.shot("picture-9-remove")
	d.press("confirm.ok")
	d.shot("picture-9-removed")
}
