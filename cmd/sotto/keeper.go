package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"sotto/cmd/internal/accounts"
	"sotto/cmd/internal/instance"
	"sotto/cmd/internal/network"
	"sotto/engine"
	"sotto/engine/protocol/identity"
	"sotto/ui/app"
	"sotto/ui/vm"
)

// keeper has the hosts of all accounts of a base folder (app.Keeper). Each has its
// own engine, store, network side, log and socket; here is only what concerns
// several of them.
type keeper struct {
	o      options
	stderr io.Writer
	index  *accounts.Index

	mu    sync.Mutex
	hosts []*host // of all accounts, and of what was added or removed in this run
	// serve answers the socket of an account until ctx ends; nil while the window
	// does not run, which life stands for.
	serve   func(ctx context.Context, h *host, server *instance.Server)
	life    context.Context
	serving sync.WaitGroup
}

// newKeeper reads which accounts there are. The error is about the list of them
// only; the keeper works with what it has found.
func newKeeper(o options, stderr io.Writer) (*keeper, error) {
	index, err := accounts.Open(o.base)
	k := &keeper{o: o, stderr: stderr, index: index}
	list, _ := index.Accounts()
	for _, e := range list {
		k.host(e.Folder)
	}
	return k, err
}

// host returns the host of an account, which is made when there is none yet.
func (k *keeper) host(name string) *host {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range k.hosts {
		if h.name == name {
			return h
		}
	}
	o := k.o
	o.folder = k.index.Path(name)
	log, files := newLog(o, k.stderr)
	h := newHost(o, log, files)
	h.name, h.keeper = name, k
	k.hosts = append(k.hosts, h)
	return h
}

// last is the host of the account that was shown last.
func (k *keeper) last() *host {
	list, last := k.index.Accounts()
	return k.host(list[last].Folder)
}

// Accounts implements app.Keeper.
func (k *keeper) Accounts() (list []app.Kept, last int) {
	entries, last := k.index.Accounts()
	for _, e := range entries {
		list = append(list, app.Kept{Host: k.host(e.Folder), Label: e.Label})
	}
	return list, last
}

// Add implements app.Keeper. The new account lives on the network of the one that
// was shown last, unless the command line says otherwise.
func (k *keeper) Add() (app.Host, error) {
	name, err := k.index.NewFolder(rand.Reader)
	if errors.Is(err, accounts.ErrFull) {
		return nil, &app.NoRoom{Most: accounts.Max}
	}
	if err != nil {
		return nil, err
	}
	word := k.o.network
	if beside := k.last(); word == "" {
		if info, err := engine.Inspect(beside.o.folder); err == nil && info.Network != "" {
			word = network.Word(beside.o.folder, info.Network)
		}
	}
	h := k.host(name)
	h.o.network = word
	return h, nil
}

// Shown implements app.Keeper.
func (k *keeper) Shown(h app.Host) error { return k.index.Show(h.(*host).name) }

// Tell implements app.Keeper.
func (k *keeper) Tell(h app.Host, label string) error { return k.index.Label(h.(*host).name, label) }

// refuse says whether an account that is about to be made is here already. What
// is locked is not known, so that one can be there unnoticed: it is then another
// device of the same account.
func (k *keeper) refuse(origin engine.Origin) error {
	id := ""
	switch {
	case origin.Phrase != "":
		a, err := identity.Restore(origin.Phrase)
		if err != nil {
			return nil // Create says it
		}
		id = a.ID().String()
		a.Zero()
	case origin.Backup != "":
		info, err := engine.InspectBackup(origin.Backup, []byte(origin.BackupPassphrase))
		if err != nil {
			return nil
		}
		id = info.Account
	default:
		return nil
	}
	for _, h := range k.all() {
		if e := h.running(); e != nil && e.Me().ID.String() == id {
			return fmt.Errorf("make the account: %w", vm.ErrAccountHere)
		}
	}
	return nil
}

// all lists the hosts. A host that opens or closes its profile holds up whoever
// asks it something, so nobody asks one with the lock of all.
func (k *keeper) all() []*host {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.hosts)
}

// made keeps an account whose profile was made, and answers its socket.
func (k *keeper) made(h *host) error {
	if err := k.index.Add(h.name); err != nil {
		return err
	}
	k.answer(h)
	return nil
}

// gone forgets an account whose profile was removed, and its folder if nothing of
// somebody else's is in it. The last one stays: the window begins anew in its
// place.
func (k *keeper) gone(h *host) error {
	list, _ := k.index.Accounts()
	err := k.index.Remove(h.name)
	if errors.Is(err, accounts.ErrUnknown) {
		err = nil
	}
	if len(list) <= 1 {
		return err
	}
	k.mu.Lock()
	hush := h.hush
	h.hush = nil
	k.mu.Unlock()
	if hush != nil {
		hush()
	}
	err = errors.Join(err, os.RemoveAll(filepath.Join(h.o.folder, instance.FolderName)))
	_ = os.Remove(h.o.folder) // stays where it is not empty
	return err
}

// answer serves the socket of an account, once.
func (k *keeper) answer(h *host) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.serve == nil || h.hush != nil {
		return
	}
	server, err := instance.Listen(h.o.folder)
	if err != nil {
		h.log.Warn("the profile's socket is not served", "err", err)
		return
	}
	ctx, cancel := context.WithCancel(k.life)
	done := make(chan struct{})
	k.serving.Go(func() {
		defer close(done)
		k.serve(ctx, h, server)
	})
	h.hush = func() {
		cancel()
		<-done
	}
}

// answerAll serves the sockets of all accounts until life ends.
func (k *keeper) answerAll(life context.Context, serve func(context.Context, *host, *instance.Server)) {
	k.mu.Lock()
	k.serve, k.life = serve, life
	k.mu.Unlock()
	for _, h := range k.all() {
		k.answer(h)
	}
}

// wake tells all engines that the computer's network is back, none after another:
// one that is being opened or closed takes its time.
func (k *keeper) wake() {
	var told sync.WaitGroup
	for _, h := range k.all() {
		told.Go(h.wake)
	}
	told.Wait()
}

// close ends all engines and networks, side by side: one network may run for
// several accounts.
func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	errs := make([]error, len(k.hosts))
	var ends sync.WaitGroup
	for i, h := range k.hosts {
		ends.Go(func() { errs[i] = errors.Join(h.close(), h.logs.Close()) })
	}
	ends.Wait()
	k.serving.Wait()
	return errors.Join(errs...)
}
