package store

import "github.com/zalando/go-keyring"

// keyringService is the name under which users see Sotto's entries.
const keyringService = "Sotto"

// SystemKeyring is the key ring of the operating system: Secret Service on
// Linux, Keychain on macOS, Credential Manager on Windows.
var SystemKeyring Keyring = systemKeyring{}

type systemKeyring struct{}

func (systemKeyring) Get(account string) (string, error) { return keyring.Get(keyringService, account) }
func (systemKeyring) Set(account, secret string) error {
	return keyring.Set(keyringService, account, secret)
}
func (systemKeyring) Delete(account string) error { return keyring.Delete(keyringService, account) }
