package bt

// Skip reads one value of any kind, with everything in it, and checks it as
// strictly as if it were used.
func (r *Reader) Skip() error {
	base := len(r.stack)
	for {
		if err := r.skipOne(); err != nil {
			return err
		}
		for len(r.stack) > base && !r.More() {
			if err := r.Leave(); err != nil {
				return err
			}
		}
		if len(r.stack) == base {
			return r.err
		}
		if r.stack[len(r.stack)-1].dict {
			if _, err := r.Key(); err != nil {
				return err
			}
		}
	}
}

func (r *Reader) skipOne() error {
	switch r.Peek() {
	case KindInt:
		_, _, err := r.integer()
		return err
	case KindString:
		_, err := r.Bytes()
		return err
	case KindList:
		return r.EnterList()
	case KindDict:
		return r.EnterDict()
	case End:
		if r.off >= len(r.data) {
			return r.fail(ErrTruncated)
		}
		return r.fail(ErrKind)
	}
	if r.err == nil && r.off >= len(r.data) {
		return r.fail(ErrTruncated)
	}
	return r.fail(ErrSyntax)
}

// Raw is Skip that returns the encoding of the value, a part of the input.
func (r *Reader) Raw() ([]byte, error) {
	start := r.off
	if err := r.Skip(); err != nil {
		return nil, err
	}
	return r.data[start:r.off:r.off], nil
}
