package network

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"sotto/engine/transport"
)

// The words besides paths.
const (
	Mainnet = "mainnet"
	Testnet = "testnet"
	Local   = "local"
)

const (
	fileName = "network.json"
	maxFile  = 64 << 10
)

// Choice is the network that a profile is used with.
type Choice struct {
	profile string
	local   bool // run by this process, or another one beside it
	file    []byte
	network transport.Network // unknown while local
}

// Choose finds the network that word means for a profile. remembered is the
// name of the network that the profile belongs to, empty while there is no
// profile; an empty word is that network, and the main network for a new
// profile. Errors: ErrUnknown, ErrOther, ErrForgotten, transport.ErrNetworkFile.
func Choose(word, profile, remembered string) (*Choice, error) {
	if remembered == "" {
		if word == "" {
			word = Mainnet
		}
		return byWord(word, profile)
	}
	kept, err := keptChoice(profile, remembered)
	if word == "" {
		return kept, err
	}
	named, nerr := byWord(word, profile)
	if nerr != nil {
		return nil, nerr
	}
	switch {
	case errors.Is(err, ErrForgotten) && named.file != nil && named.network.Name == remembered:
		return named, nil // the file is back
	case err != nil:
		return nil, err
	case !named.same(kept):
		return nil, fmt.Errorf("%w: %s", ErrOther, remembered)
	}
	return named, nil
}

// Word is what makes Choose find the network of a profile for another one beside
// it.
func Word(profile, remembered string) string {
	if path := filepath.Join(profile, fileName); remembered != "" {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return remembered
}

func byWord(word, profile string) (*Choice, error) {
	switch word {
	case Mainnet:
		return &Choice{profile: profile, network: transport.Mainnet()}, nil
	case Testnet:
		return &Choice{profile: profile, network: transport.Testnet()}, nil
	case Local:
		return &Choice{profile: profile, local: true}, nil
	}
	c, err := byFile(word, profile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrUnknown, word)
	}
	return c, err
}

func byFile(path, profile string) (*Choice, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, fmt.Errorf("read network file: %w", err)
	}
	n, err := transport.ParseNetwork(data)
	if err != nil {
		return nil, err
	}
	return &Choice{profile: profile, file: data, network: n}, nil
}

// readBounded reads a file, and one byte more than a network file may have.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, maxFile+1)
	n := 0
	for n < len(data) {
		m, err := f.Read(data[n:])
		n += m
		if err != nil || m == 0 {
			break
		}
	}
	return data[:n], nil
}

// keptChoice is what a profile remembers.
func keptChoice(profile, remembered string) (*Choice, error) {
	c, err := byFile(filepath.Join(profile, fileName), profile)
	switch {
	case err == nil && c.network.Name == remembered:
		return c, nil
	case err == nil, errors.Is(err, fs.ErrNotExist):
	default:
		return nil, err
	}
	switch remembered {
	case Mainnet, Testnet, Local:
		return byWord(remembered, profile)
	}
	return nil, fmt.Errorf("%w: %s", ErrForgotten, remembered)
}

// same says that two choices are one network: its name, and the key of its file
// server, which stays when addresses move. A network file may describe the
// local network beside the profile.
func (c *Choice) same(other *Choice) bool {
	a, aok := c.known()
	b, bok := other.known()
	if !aok || !bok {
		return c.local == other.local
	}
	return a.Name == b.Name && a.FileServer.X25519 == b.FileServer.X25519
}

// known returns the network if it can be described without running anything.
func (c *Choice) known() (transport.Network, bool) {
	if !c.local {
		return c.network, true
	}
	n, err := describeLocal(Folder(c.profile))
	return n, err == nil
}

// Remember keeps the network file with the profile, whose folder is made when
// it is missing. Networks without a file are remembered by their name.
func (c *Choice) Remember() error {
	path := filepath.Join(c.profile, fileName)
	if c.file == nil {
		return nil
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, c.file) {
		return nil
	}
	if err := os.MkdirAll(c.profile, 0o700); err != nil {
		return fmt.Errorf("keep network file: %w", err)
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, c.file, 0o600); err != nil {
		return fmt.Errorf("keep network file: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("keep network file: %w", err)
	}
	return nil
}

// Forget removes what Remember has kept; a profile was deleted.
func (c *Choice) Forget() error {
	path := filepath.Join(c.profile, fileName)
	for _, p := range []string{path, path + ".new"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget network file: %w", err)
		}
	}
	return nil
}

// Open brings the network up, if it is one that this process has to run, and
// returns its description; close ends what was brought up. back, which may be
// nil, is called when the network was away and is there again.
func (c *Choice) Open(ctx context.Context, log *slog.Logger, back func()) (n transport.Network, close func() error, err error) {
	if !c.local {
		return c.network, func() error { return nil }, nil
	}
	l, err := startLocal(ctx, Folder(c.profile), log, back)
	if err != nil {
		return n, nil, err
	}
	return l.network, l.close, nil
}

// Describe is Open for who does not talk to the network: what has run before
// stays asleep.
func (c *Choice) Describe(ctx context.Context, log *slog.Logger) (n transport.Network, close func() error, err error) {
	if n, ok := c.known(); ok {
		return n, func() error { return nil }, nil
	}
	return c.Open(ctx, log, nil)
}
