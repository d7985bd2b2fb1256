package model

// Update is what is known of newer versions.
type Update struct {
	Newer     bool   // than the one that asked
	Version   string // the newest, "0.2.0"
	Published string // "2026-12-01"
	Page      string // where to read on; may be empty
}
