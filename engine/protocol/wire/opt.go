package wire

// Opt is a scalar field with proto2 presence: a field that is set to its zero
// value is written to the wire, one that is not set is absent.
//
// Required fields are Opt as well. After parsing they are always set; encoding
// refuses a message without them. Fields of type []byte need no Opt: nil is
// absent, an empty slice is present.
type Opt[T any] struct {
	Value T // the zero value when not set
	Set   bool
}

// Some returns a field that is set to v.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Set: true} }

// Or returns the value, or def when the field is absent.
func (o Opt[T]) Or(def T) T {
	if o.Set {
		return o.Value
	}
	return def
}
