package group

// Superseded tells when the swarm got the first key of the generation after the
// one of All()[index] (ms); ok is false for keys that are still in use. What
// somebody who is no member sent with that key has to be older.
func (k *Keys) Superseded(index int) (at int64, ok bool) {
	if k.pending != nil {
		index--
	}
	i := len(k.keys) - 1 - index
	if i < 0 || i >= len(k.keys) {
		return 0, false
	}
	for _, next := range k.keys[i+1:] {
		if next.Generation > k.keys[i].Generation {
			return next.Timestamp, true
		}
	}
	return 0, false
}
