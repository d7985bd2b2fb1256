package command

import (
	"context"
	"path/filepath"
	"slices"

	"sotto/cmd/internal/accounts"
	"sotto/engine"
	"sotto/store"
)

// listAccounts lists the profiles beside the one that was named: those that a window
// shows as accounts. Whose they are stands in them, sealed; what is told here can be
// read without opening any.
func listAccounts(_ context.Context, c *Run) error {
	base := filepath.Dir(c.Host.Folder())
	// Whatever is wrong with the list, the folders are the truth.
	index, _ := accounts.Look(base)
	list, last := index.Accounts()
	for i, a := range list {
		path := index.Path(a.Folder)
		info, err := engine.Inspect(path)
		if err == nil && !info.Exists {
			continue // the place of the first
		}
		answer := AccountHere{Folder: a.Folder, Profile: path, Label: a.Label, Last: i == last}
		if err != nil {
			answer.Problem = NewFailure(err).Message
		} else {
			answer.Network, answer.InUse, answer.Protection = info.Network, info.InUse, protection(info)
		}
		if err := c.emit(answer); err != nil {
			return err
		}
	}
	return nil
}

func protection(info engine.ProfileInfo) string {
	switch {
	case slices.Contains(info.Slots, store.SlotPassphrase):
		return "passphrase"
	case slices.Contains(info.Slots, store.SlotKeyring):
		return "keyring"
	}
	return "none"
}
