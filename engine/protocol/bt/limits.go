package bt

// Limits bound what a Reader accepts. A zero field means its default, so the
// zero Limits is DefaultLimits.
type Limits struct {
	Size     int // bytes of input
	Depth    int // containers inside each other
	Elements int // values altogether; containers count as well, keys do not
}

// DefaultLimits suits everything the protocol sends: bodies of 10 MB, and
// config data of 5 MB (docs/protocol/config-messages.md §6).
var DefaultLimits = Limits{Size: 16 << 20, Depth: 32, Elements: 1 << 20}

func (l Limits) filled() Limits {
	if l.Size <= 0 {
		l.Size = DefaultLimits.Size
	}
	if l.Depth <= 0 {
		l.Depth = DefaultLimits.Depth
	}
	if l.Elements <= 0 {
		l.Elements = DefaultLimits.Elements
	}
	return l
}
