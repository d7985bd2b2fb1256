package engine

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/internal/clock"
	"sotto/store"
)

func smallPNG(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a PNG of a few bytes that announces a great many pixels.
func bomb(w, h uint32) []byte {
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		binary.Write(&out, binary.BigEndian, uint32(len(data)))
		body := append([]byte(kind), data...)
		out.Write(body)
		binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, 8, 0, 0, 0, 0))
	var z bytes.Buffer
	zw := zlib.NewWriter(&z)
	zw.Write(make([]byte, 1<<16))
	zw.Close()
	chunk("IDAT", z.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}

func TestPicturesOfOthersAreChecked(t *testing.T) {
	key, wrong := [attach.PictureKeySize]byte{1}, [attach.PictureKeySize]byte{2}
	seal := func(file []byte) []byte {
		blob, err := attach.SealPicture(file, key, [attach.PictureIVSize]byte{3})
		if err != nil {
			t.Fatal(err)
		}
		return blob
	}
	good := smallPNG(t)
	cut := seal(good)
	for _, c := range []struct {
		what   string
		blob   []byte
		key    []byte
		reason model.Reason
	}{
		{"good", seal(good), key[:], model.ReasonNone},
		{"wrong key", seal(good), wrong[:], model.ReasonInvalid},
		{"short key", seal(good), key[:31], model.ReasonInvalid},
		{"cut short", cut[:len(cut)-1], key[:], model.ReasonInvalid},
		{"SVG", seal([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)), key[:], model.ReasonInvalid},
		{"bomb", seal(bomb(60_000, 60_000)), key[:], model.ReasonTooLarge},
		{"large beyond need", seal(bomb(4200, 4200)), key[:], model.ReasonTooLarge},
		{"half a picture", seal(good[:len(good)/2]), key[:], model.ReasonInvalid},
		{"100 MB", make([]byte, 100<<20), key[:], model.ReasonTooLarge},
		{"nothing", nil, key[:], model.ReasonInvalid},
	} {
		for _, own := range []bool{false, true} {
			r, err := openPicture(c.blob, c.key, false, own)
			if model.ReasonOf(err) != c.reason {
				t.Errorf("%s: %v, want %s", c.what, err, c.reason)
			}
			if (len(r.Image) > 0) != (c.reason == model.ReasonNone) {
				t.Errorf("%s: %d bytes to show", c.what, len(r.Image))
			}
			if err != nil && !permanent(err) {
				t.Errorf("%s would be fetched again and again", c.what)
			}
		}
	}
}

func TestSetPictureRefusesWhatIsNone(t *testing.T) {
	alice := newPerson(t, newWorld(atNewYear()), "Alice")
	for what, c := range map[string]struct {
		file   []byte
		reason model.Reason
	}{
		"text": {[]byte("hello"), model.ReasonInvalid},
		"bomb": {bomb(60_000, 60_000), model.ReasonTooLarge},
		"huge": {make([]byte, 60<<20), model.ReasonTooLarge},
	} {
		if err := alice.SetPicture(alice.ctx(), c.file, image.Rectangle{}); model.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", what, err, c.reason)
		}
	}
	if _, ok := alice.Avatar(alice.id()); ok {
		t.Error("a picture shows all the same")
	}
	if alice.PictureUpload().Waiting {
		t.Error("something waits to be uploaded")
	}
}

// A picture and its two owners: one conversation that loses interest leaves it
// to the other; when nobody is left it goes.
func TestPicturesAreCollected(t *testing.T) {
	w := newWorld(atNewYear())
	alice, bob := newPerson(t, w, "Alice"), newPerson(t, w, "Bob")
	befriend(t, alice, bob)
	at := model.Picture{URL: "http://files/file/1", Key: bytes.Repeat([]byte{7}, 32)}
	alice.must(alice.update(alice.ctx(), func(k *work) error {
		c := k.find(bob.id())
		c.Picture = at
		k.touch(c)
		return k.tx.PutPicture(at, pictureOf(t))
	}))
	file, ok := alice.Avatar(bob.id())
	if img, err := png.Decode(bytes.NewReader(file)); !ok || err != nil || img.At(0, 0) != (color.Gray{0}) {
		t.Fatalf("Bob shows %d bytes, %v", len(file), ok)
	}
	there := func() (is bool) {
		alice.must(alice.do(alice.ctx(), func(c *core) error {
			c.collectPictures()
			return c.update(func(k *work) error { _, is = k.tx.Picture(at); return nil })
		}))
		return is
	}
	if !there() {
		t.Fatal("a picture in use was collected")
	}
	alice.must(alice.Block(alice.ctx(), bob.id()))
	if _, ok := alice.Avatar(bob.id()); ok {
		t.Error("somebody blocked shows a picture")
	}
	alice.must(alice.update(alice.ctx(), func(k *work) error {
		c := k.find(bob.id())
		c.Picture = model.Picture{}
		k.touch(c)
		return nil
	}))
	if there() {
		t.Error("a picture that nobody uses is kept")
	}
}

func atNewYear() clock.Clock { return clock.NewManual(time.UnixMilli(1767225600000)) }

func pictureOf(t *testing.T) store.PictureRecord { return store.PictureRecord{Image: smallPNG(t)} }
