package store

import (
	"bytes"
	"testing"

	"sotto/engine/model"
)

func TestPictures(t *testing.T) {
	s := newStore(t)
	at := func(url string, key byte) model.Picture {
		return model.Picture{URL: url, Key: bytes.Repeat([]byte{key}, 32)}
	}
	image := bytes.Repeat([]byte("jpeg"), 5000)
	update(t, s, func(tx *Tx) {
		must(t, tx.PutPicture(at("http://files/file/1", 1), PictureRecord{Image: image, Original: []byte("large"), Renewed: 77}))
		must(t, tx.PutPicture(at("http://files/file/2", 2), PictureRecord{Reason: model.ReasonExpired, Until: 99}))
		must(t, tx.PutPicture(at("http://files/file/3", 3), PictureRecord{Image: image[:8]}))
	})
	view(t, s, func(tx *Tx) {
		r, ok := tx.Picture(at("http://files/file/1", 1))
		if !ok || !bytes.Equal(r.Image, image) || string(r.Original) != "large" || r.Renewed != 77 {
			t.Errorf("%v, %d bytes, original %q", ok, len(r.Image), r.Original)
		}
		if r, ok := tx.Picture(at("http://files/file/2", 2)); !ok || r.Reason != model.ReasonExpired || r.Until != 99 || r.Image != nil {
			t.Errorf("%v, %+v", ok, r)
		}
		if _, ok := tx.Picture(at("http://files/file/1", 9)); ok {
			t.Error("another key finds the picture too")
		}
	})
	update(t, s, func(tx *Tx) {
		n, err := tx.KeepPictures([]model.Picture{at("http://files/file/3", 3), at("http://files/file/7", 7)})
		must(t, err)
		if n != 2 {
			t.Errorf("%d forgotten, want 2", n)
		}
	})
	update(t, s, func(tx *Tx) {
		if _, ok := tx.Picture(at("http://files/file/1", 1)); ok {
			t.Error("a picture that nobody uses is still there")
		}
		if _, ok := tx.Picture(at("http://files/file/3", 3)); !ok {
			t.Error("a picture in use is gone")
		}
		must(t, tx.DeletePicture(at("http://files/file/3", 3)))
		if _, ok := tx.Picture(at("http://files/file/3", 3)); ok {
			t.Error("a deleted picture is still there")
		}
	})
}
