package widget

import "fyne.io/fyne/v2"

// Measures of pictures in a message.
const (
	pictureWidest  float32 = 360
	pictureHighest float32 = 400
	pictureLeast   float32 = 96
	captionLeast   float32 = 240
	albumGap       float32 = 2
	albumTiles             = 9 // that are shown of a larger album
)

// PictureSize is the size in which a picture of w × h pixels is shown in width:
// as large as fits, small ones not enlarged. Unknown ones (0) get a middling
// place.
func PictureSize(w, h int, width float32) fyne.Size {
	widest := min(pictureWidest, width)
	if w <= 0 || h <= 0 {
		return size(min(240, widest), 180)
	}
	pw, ph := float32(w), float32(h)
	scale := min(widest/pw, pictureHighest/ph, 1)
	return size(round(min(max(pw*scale, pictureLeast), widest)), round(min(max(ph*scale, pictureLeast), pictureHighest)))
}

// albumLayout places n pictures; the sizes in pixels are those of the pictures.
func albumLayout(sizes [][2]int, width float32) (fyne.Size, []frame) {
	n := len(sizes)
	switch n {
	case 0:
		return fyne.Size{}, nil
	case 1:
		s := PictureSize(sizes[0][0], sizes[0][1], width)
		return s, []frame{{0, 0, s.Width, s.Height}}
	}
	w := min(pictureWidest, width)
	half := round((w - albumGap) / 2)
	third := round((w - 2*albumGap) / 3)
	switch n {
	case 2:
		h := round(half * 1.2)
		return size(w, h), []frame{{0, 0, half, h}, {half + albumGap, 0, w - half - albumGap, h}}
	case 3:
		big := w - third - albumGap
		h := round(big * 0.9)
		up := round((h - albumGap) / 2)
		x := big + albumGap
		return size(w, h), []frame{{0, 0, big, h}, {x, 0, third, up}, {x, up + albumGap, third, h - up - albumGap}}
	case 4:
		x, y, rest := half+albumGap, half+albumGap, w-half-albumGap
		return size(w, w), []frame{{0, 0, half, half}, {x, 0, rest, half}, {0, y, half, rest}, {x, y, rest, rest}}
	}
	shown := min(n, albumTiles)
	out := make([]frame, 0, shown)
	y := float32(0)
	for at := 0; at < shown; {
		row := min(3, shown-at)
		side := round((w - float32(row-1)*albumGap) / float32(row))
		h := min(side, third+40)
		for i := range row {
			x := float32(i) * (side + albumGap)
			tw := side
			if i == row-1 {
				tw = w - x
			}
			out = append(out, frame{x, y, tw, h})
		}
		y += h + albumGap
		at += row
	}
	return size(w, y-albumGap), out
}

// corners says which radii a tile has that stands in an album with those
// corners: top left, top right, bottom right, bottom left.
func (f frame) corners(whole fyne.Size, radii [4]float32) [4]float32 {
	left, right := f.x < 1, f.x+f.w > whole.Width-1
	top, bottom := f.y < 1, f.y+f.h > whole.Height-1
	var out [4]float32
	for i, on := range [4]bool{top && left, top && right, bottom && right, bottom && left} {
		if on {
			out[i] = radii[i]
		}
	}
	return out
}
