package engine

import (
	"encoding/binary"
	"errors"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
)

var errHashes = errors.New("engine: malformed list of hashes")

// encodeHashes is Data of rowDelete and rowShorten: the end in ms as 8 bytes,
// big-endian (0 for a delete), and the hashes of 43 characters one after the
// other.
func encodeHashes(until model.Millis, hashes []string) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(until))
	for _, h := range hashes {
		b = append(b, h...)
	}
	return b
}

func decodeHashes(b []byte) (hashes []string, until model.Millis, err error) {
	if len(b) < 8+snode.HashLength || (len(b)-8)%snode.HashLength != 0 {
		return nil, 0, model.Fail(model.ReasonDamaged, "an outbox row cannot be read", errHashes)
	}
	until = model.Millis(binary.BigEndian.Uint64(b))
	for rest := b[8:]; len(rest) > 0; rest = rest[snode.HashLength:] {
		hashes = append(hashes, string(rest[:snode.HashLength]))
	}
	return hashes, until, nil
}

// maxHashes bounds the hashes of one request.
const maxHashes = 100

// queueDelete asks the own swarm to delete messages.
func (w *work) queueDelete(hashes []string) error {
	return w.queueHashes(rowDelete, 0, hashes)
}

// queueShorten asks the own swarm to let messages end at a time, or before.
func (w *work) queueShorten(until model.Millis, hashes []string) error {
	return w.queueHashes(rowShorten, until, hashes)
}

func (w *work) queueHashes(kind uint8, until model.Millis, hashes []string) error {
	hashes = slices.DeleteFunc(slices.Clone(hashes), func(h string) bool { return !snode.ValidHash(h) })
	for part := range slices.Chunk(hashes, maxHashes) {
		if err := w.queue(hashRow(kind, w.me, w.now, encodeHashes(until, part))); err != nil {
			return err
		}
	}
	return nil
}
