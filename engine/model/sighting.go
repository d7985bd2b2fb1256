package model

// Sighting says that another program uses the account: it changed something that
// all devices of the account share. Which device that was, and where, the
// network does not know.
type Sighting struct {
	At      Millis // when the swarm took the newest change
	Changes ConfigKinds
}

// ConfigKinds is a set of kinds of shared state.
type ConfigKinds uint8

const (
	ConfigProfile ConfigKinds = 1 << iota
	ConfigContacts
	ConfigGroups
	ConfigRead
)

// Has reports whether a kind is in the set.
func (k ConfigKinds) Has(kind ConfigKinds) bool { return k&kind != 0 }
