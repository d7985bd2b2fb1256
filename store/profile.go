package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	databaseName    = "sotto.db"
	attachmentsName = "attachments"
	profileName     = "profile.json"
	lockName        = "lock"

	// formatVersion is of the folder: which files there are and what
	// profile.json holds. The database has its own (migrate.go).
	formatVersion = 1

	maxProfileFile = 64 << 10
	maxNetworkName = 100
)

// profileFile is profile.json. Nothing in it is secret.
type profileFile struct {
	Format  int    `json:"format"`
	Profile string `json:"profile"` // 16 random bytes in hex, names the profile in key rings
	Network string `json:"network"`
	Slots   []slot `json:"slots"`
}

func newProfileFile(network string, rand io.Reader) (*profileFile, error) {
	var id [16]byte
	if _, err := io.ReadFull(rand, id[:]); err != nil {
		return nil, fmt.Errorf("store: read entropy: %w", err)
	}
	return &profileFile{Format: formatVersion, Profile: hex.EncodeToString(id[:]), Network: network}, nil
}

// readProfileFile returns ErrNoProfile when there is none.
func readProfileFile(dir string) (*profileFile, error) {
	f, err := os.Open(filepath.Join(dir, profileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoProfile
	}
	if err != nil {
		return nil, fmt.Errorf("open profile: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxProfileFile+1))
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	return parseProfileFile(b)
}

func parseProfileFile(b []byte) (*profileFile, error) {
	if len(b) > maxProfileFile {
		return nil, fmt.Errorf("%w: %s is too large", ErrDamaged, profileName)
	}
	var p profileFile
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, profileName, err)
	}
	switch {
	case p.Format > formatVersion:
		return nil, fmt.Errorf("%w: folder format %d", ErrVersion, p.Format)
	case p.Format < 1, p.Profile == "" || len(p.Profile) > 64, len(p.Network) > maxNetworkName,
		len(p.Slots) == 0 || len(p.Slots) > maxSlots:
		return nil, fmt.Errorf("%w: %s does not make sense", ErrDamaged, profileName)
	}
	return &p, nil
}

func (p *profileFile) write(dir string) error {
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("encode profile: %w", err)
	}
	return replaceFile(filepath.Join(dir, profileName), append(b, '\n'))
}

// newSuffix names the file that takes the place of another.
const newSuffix = ".new"

// replaceFile puts data in place of a file so that after a crash either the old
// or the new content is there.
func replaceFile(path string, data []byte) error {
	tmp := path + newSuffix
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return explain(err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		os.Remove(tmp)
		return explain(fmt.Errorf("write %s: %w", filepath.Base(path), err))
	}
	return nil
}

// unlock tries the slots in order. When none opens, the error of the slot that
// came closest is returned.
func (p *profileFile) unlock(s secrets) (*secretKey, error) {
	var best error
	for _, sl := range p.Slots {
		key, err := sl.unwrap(p, s)
		if err == nil {
			return key, nil
		}
		if best == nil || errors.Is(err, ErrPassphrase) {
			best = err
		}
	}
	return nil, best
}

func (p *profileFile) info() Info {
	i := Info{Exists: true, Network: p.Network, Version: p.Format}
	for _, sl := range p.Slots {
		for _, f := range sl.Factors {
			if f.isSecond() {
				i.Second = SecondInfo{Kind: SecondKind(f.Kind), PIN: f.PIN}
				if f.Kind == string(SecurityKey) {
					i.Second.Credential, i.Second.Salt = bytes.Clone(f.Credential), bytes.Clone(f.Salt)
				}
			} else {
				i.Slots = append(i.Slots, SlotKind(f.Kind))
			}
		}
	}
	return i
}

// Inspect looks at a folder without opening the profile. A folder without one
// is not an error.
func Inspect(dir string) (Info, error) {
	p, err := readProfileFile(dir)
	if errors.Is(err, ErrNoProfile) {
		return Info{}, nil
	}
	if err != nil {
		return Info{Exists: true}, err
	}
	i := p.info()
	i.Language = language(dir)
	l, err := takeLock(dir)
	switch {
	case errors.Is(err, ErrLocked):
		i.InUse = true
	case err != nil:
		return i, err
	default:
		l.release()
	}
	return i, nil
}
