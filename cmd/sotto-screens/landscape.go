package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"sotto/media/voice"
)

// landscape paints a photograph: sky, sun, hills behind each other, by a seed.
func landscape(seed uint64, w, h int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	warm := r.Float64()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	mix := func(a, b [3]float64, t float64) color.RGBA {
		c := func(i int) uint8 { return uint8(a[i] + (b[i]-a[i])*t) }
		return color.RGBA{c(0), c(1), c(2), 255}
	}
	top, low := [3]float64{90 + 60*warm, 130, 170 - 40*warm}, [3]float64{245, 205 + 20*warm, 170}
	sunX, sunY, sun := float64(w)*(0.2+0.6*r.Float64()), float64(h)*0.38, float64(h)*0.06
	for y := range h {
		for x := range w {
			c := mix(top, low, min(float64(y)/float64(h)/0.6, 1))
			if d := math.Hypot(float64(x)-sunX, float64(y)-sunY); d < sun*6 {
				c = mix([3]float64{float64(c.R), float64(c.G), float64(c.B)}, [3]float64{255, 240, 205}, math.Pow(min(max(0, 1-(d-sun)/(sun*5)), 1), 2)*0.9)
			}
			img.SetRGBA(x, y, c)
		}
	}
	far, near := [3]float64{150, 150, 165}, [3]float64{30, 50, 55 + 20*warm}
	for hill := range 4 {
		t := float64(hill) / 3
		base, a, b := 0.45+0.14*float64(hill), r.Float64()*6, 2+r.Float64()*5
		for x := range w {
			u := float64(x) / float64(w)
			edge := base + 0.06*math.Sin(u*b*3+a) + 0.03*math.Sin(u*b*9+a*3) + 0.006*math.Sin(u*b*60)
			for y := int(edge * float64(h)); y < h; y++ {
				img.SetRGBA(x, y, mix(far, near, min(t+0.15*(float64(y)/float64(h)-edge), 1)))
			}
		}
	}
	var out bytes.Buffer
	// A picture in memory encodes.
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 88})
	return out.Bytes()
}

// murmur is a recording of somebody who hums, words and pauses.
func murmur(seconds float64, seed uint64) *voice.Recording {
	r := rand.New(rand.NewPCG(seed, 9))
	rec := &voice.Recording{Rate: voice.RecordingRate}
	n := int(seconds * voice.RecordingRate)
	word, loud, pitch := 0, 0.0, 120.0
	for i := range n {
		if word--; word <= 0 {
			word = int(float64(voice.RecordingRate) * (0.08 + 0.25*r.Float64()))
			loud, pitch = r.Float64(), 100+80*r.Float64()
			if r.IntN(5) == 0 {
				loud = 0.03
			}
		}
		t := float64(i) / voice.RecordingRate
		v := math.Sin(2*math.Pi*pitch*t) + 0.5*math.Sin(4*math.Pi*pitch*t)
		rec.Samples = append(rec.Samples, int16(9000*loud*v))
	}
	return rec
}
