package store

import (
	"encoding/json"
	"fmt"

	"sotto/engine/model"
)

// stateKey blinds the name of a record in bucketState.
func (tx *Tx) stateKey(name string) []byte { return tx.sealer.blindKey(bucketState, []byte(name)) }

// Account returns the account of the profile; the seed is the caller's to wipe.
func (tx *Tx) Account() (AccountRecord, bool) {
	var a AccountRecord
	plain, ok := tx.get(bucketState, tx.stateKey(stateAccount))
	if !ok {
		return a, false
	}
	defer clear(plain)
	d := readRecord(plain)
	for d.next() {
		switch d.field {
		case 1:
			a.Seed = d.copy()
		case 2:
			a.Name = d.string()
		case 3:
			a.ProfileUpdated = d.int()
		case 4:
			a.Created = model.Millis(d.int())
		case 5:
			a.LastTimestamp = model.Millis(d.int())
		case 6:
			a.Picture.URL = d.string()
		case 7:
			a.Picture.Key = d.copy()
		case 8:
			a.Unmerged = d.bool()
		}
	}
	if d.err != nil {
		tx.fail(d.err)
		return AccountRecord{}, false
	}
	return a, true
}

// PutAccount stores the account.
func (tx *Tx) PutAccount(a AccountRecord) error {
	r := newRecord(nil)
	r.bytes(1, a.Seed)
	r.string(2, a.Name)
	r.int(3, a.ProfileUpdated)
	r.int(4, int64(a.Created))
	r.int(5, int64(a.LastTimestamp))
	r.string(6, a.Picture.URL)
	r.bytes(7, a.Picture.Key)
	r.bool(8, a.Unmerged)
	r.pad()
	defer clear(r)
	return tx.put(bucketState, tx.stateKey(stateAccount), r)
}

// Settings returns the settings; their zero value when none are stored.
func (tx *Tx) Settings() model.Settings {
	var s model.Settings
	plain, ok := tx.get(bucketState, tx.stateKey(stateSettings))
	if !ok {
		return s
	}
	// Read once at start and rarely written: JSON, so that a new setting needs
	// no code here.
	if err := json.Unmarshal(plain, &s); err != nil {
		tx.damaged("settings do not parse")
		return model.Settings{}
	}
	return s
}

// PutSettings stores the settings.
func (tx *Tx) PutSettings(s model.Settings) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	return tx.put(bucketState, tx.stateKey(stateSettings), b)
}

// maxBlob bounds a blob.
const maxBlob = 16 << 20

// Blob returns small state that a room keeps under a name; nil when there is
// none.
func (tx *Tx) Blob(name string) []byte {
	plain, ok := tx.get(bucketState, tx.stateKey(stateBlob+name))
	if !ok {
		return nil
	}
	return append([]byte{}, plain...)
}

// PutBlob stores data under a name; nil removes it.
func (tx *Tx) PutBlob(name string, data []byte) error {
	if len(data) > maxBlob {
		return fmt.Errorf("%w: blob of %d bytes", ErrTooLarge, len(data))
	}
	if data == nil {
		return tx.delete(bucketState, tx.stateKey(stateBlob+name))
	}
	return tx.put(bucketState, tx.stateKey(stateBlob+name), data)
}
