package store

import (
	"fmt"

	"sotto/engine/model"
)

// PictureRecord is what is known of one picture on a file server.
type PictureRecord struct {
	// Image is the picture as it is shown; empty when it could not be had.
	Image []byte
	// Original is the file as it was uploaded, kept of the own picture alone.
	Original []byte
	// Reason says why there is no image, Until from when on it is worth another
	// try, network time.
	Reason model.Reason
	Until  model.Millis
	// Renewed is when the file server was last told to keep the own picture.
	Renewed model.Millis
}

// pictureKey has address and key, so that two conversations that point at the
// same file share it, and nobody gets a file opened with another's key.
func (tx *Tx) pictureKey(p model.Picture) []byte {
	return tx.sealer.blindKey(bucketPictures, []byte(p.URL), p.Key)
}

// Picture returns what is known of a picture.
func (tx *Tx) Picture(p model.Picture) (PictureRecord, bool) {
	var r PictureRecord
	plain, ok := tx.get(bucketPictures, tx.pictureKey(p))
	if !ok {
		return r, false
	}
	d := decodeRecord(plain)
	for d.next() {
		switch d.field {
		case 1:
			r.Image = d.copy()
		case 2:
			r.Original = d.copy()
		case 3:
			r.Reason = model.Reason(d.u)
		case 4:
			r.Until = model.Millis(d.int())
		case 5:
			r.Renewed = model.Millis(d.int())
		}
	}
	if d.err != nil {
		tx.fail(d.err)
		return PictureRecord{}, false
	}
	return r, true
}

// PutPicture stores it.
func (tx *Tx) PutPicture(p model.Picture, r PictureRecord) error {
	if n := len(r.Image) + len(r.Original); n > maxBlob {
		return fmt.Errorf("%w: picture of %d bytes", ErrTooLarge, n)
	}
	e := newRecord(nil)
	e.bytes(1, r.Image)
	e.bytes(2, r.Original)
	e.uint(3, uint64(r.Reason))
	e.int(4, int64(r.Until))
	e.int(5, int64(r.Renewed))
	e.pad()
	return tx.put(bucketPictures, tx.pictureKey(p), e)
}

// DeletePicture forgets one; one that is not there is no error.
func (tx *Tx) DeletePicture(p model.Picture) error {
	return tx.delete(bucketPictures, tx.pictureKey(p))
}

// KeepPictures forgets all pictures but these. It opens none.
func (tx *Tx) KeepPictures(used []model.Picture) (removed int, err error) {
	b, err := tx.writable(bucketPictures)
	if err != nil {
		return 0, err
	}
	keep := make(map[string]bool, len(used))
	for _, p := range used {
		keep[string(tx.pictureKey(p))] = true
	}
	var gone [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if !keep[string(k)] {
			gone = append(gone, append([]byte(nil), k...))
		}
	}
	for _, k := range gone {
		if err := b.Delete(k); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}
