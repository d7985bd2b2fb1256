package accounts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Max is how many accounts one window takes.
const Max = 8

const (
	fileName = "accounts.json"
	format   = 1
	maxFile  = 64 << 10
	maxLabel = 400 // bytes

	// First is the folder of the account that was there before others.
	First = "default"
)

// folderName is what folders of accounts are called; nothing else is believed,
// so that the file cannot lead out of its folder.
var folderName = regexp.MustCompile(`^(default|account-[0-9a-f]{16})$`)

// Entry is an account of the index.
type Entry struct {
	Folder string `json:"folder"` // name inside the base folder
	// Label is told also while the account is locked; empty unless the user wants
	// that.
	Label string `json:"label,omitempty"`
}

// file is the content of accounts.json.
type file struct {
	Format   int     `json:"format"`
	Accounts []Entry `json:"accounts"`
	Last     string  `json:"last,omitempty"` // folder of what was shown last
}

// Parse reads accounts.json: its accounts in their order, and the folder of what
// was shown last, empty when none was. More than Max are read, for whoever has
// put profiles there by hand. Errors: ErrDamaged, ErrNewer.
func Parse(data []byte) (list []Entry, last string, err error) {
	bad := func(why string) ([]Entry, string, error) {
		return nil, "", fmt.Errorf("%w: %s", ErrDamaged, why)
	}
	if len(data) > maxFile {
		return bad("too long")
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if head.Format > format {
		return nil, "", fmt.Errorf("%w: format %d", ErrNewer, head.Format)
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if f.Format != format {
		return bad("no format")
	}
	seen := map[string]bool{}
	for _, e := range f.Accounts {
		switch {
		case !folderName.MatchString(e.Folder):
			return bad("a folder that is no account's")
		case seen[e.Folder]:
			return bad("an account twice")
		case len(e.Label) > maxLabel || !utf8.ValidString(e.Label):
			return bad("a label that is none")
		}
		seen[e.Folder] = true
	}
	if f.Last != "" && !seen[f.Last] {
		return bad("shown last is what is not there")
	}
	return f.Accounts, f.Last, nil
}

// encode is the other direction of Parse.
func encode(list []Entry, last string) ([]byte, error) {
	return json.MarshalIndent(file{Format: format, Accounts: list, Last: last}, "", "  ")
}
