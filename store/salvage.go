package store

import "errors"

// Salvage placeholder
func Salvage(dir string, u Unlock, into string, o Options) (Salvaged, error) {
	return Salvaged{}, errors.New("store: being written")
}
