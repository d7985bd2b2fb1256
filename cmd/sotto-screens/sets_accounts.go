package main

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
	"sotto/ui/app"
	"sotto/ui/widget"
)

// street has the accounts of one window (app.Keeper): the host of the set, and
// others beside it on the same network.
type street struct {
	mu    sync.Mutex
	hosts []*host
}

// newStreet lets two more people live in the window: one with news, one who is
// locked.
func newStreet(first *host) (*street, error) {
	s := &street{hosts: []*host{first}}
	for _, p := range []struct {
		who  string
		lock engine.Protection
	}{
		{"Bartholomew Featherstonehaugh-Cholmondeley", engine.Protection{None: true}},
		{"Kim", engine.Protection{Passphrase: []byte("nobody sees this one")}},
	} {
		h := s.beside(first, p.who, p.lock)
		if err := h.fill(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// beside makes a host for somebody on the network of another.
func (s *street) beside(first *host, who string, lock engine.Protection) *host {
	h := &host{set: set{fill: withNews}, who: who, lock: lock, folder: filepath.Join(first.dir, "beside", who), net: first.net, life: first.life, end: func() {}}
	h.network.Do(func() {}) // it is the other's
	s.hosts = append(s.hosts, h)
	return h
}

// withNews is a small profile with something unread.
func withNews(tx *store.Tx, me model.ID) error {
	c := &cast{tx: tx, me: me, now: time.Now()}
	c.add(talk{named("Maya"), id("Maya"), []line{
		{ago: 2 * time.Hour, text: "The contract is signed.", unread: true},
		{ago: time.Hour, text: "Shall we tell the others?", unread: true},
	}})
	return errors.Join(c.err, tx.PutSettings(model.Settings{PhraseSeen: true}))
}

// Accounts implements app.Keeper.
func (s *street) Accounts() (list []app.Kept, last int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hosts {
		list = append(list, app.Kept{Host: h})
	}
	return list, 0
}

// Add implements app.Keeper.
func (s *street) Add() (app.Host, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.beside(s.hosts[0], "another", engine.Protection{None: true}), nil
}

// Shown implements app.Keeper: nothing is kept.
func (s *street) Shown(app.Host) error { return nil }

// Tell implements app.Keeper: nothing is kept.
func (s *street) Tell(app.Host, string) error { return nil }

// close ends the engines of the others.
func (s *street) close() (err error) {
	for _, h := range s.hosts[1:] {
		if h.engine != nil {
			err = errors.Join(err, h.Lock())
		}
	}
	return err
}

// accounts is the switcher: its menu, the sheet, and the pages from which one
// comes back.
func (d *hand) accounts(look string) {
	d.look(look)
	d.press("header.me")
	d.await("menu.account:Bartholomew Featherstonehaugh-Cholmondeley")
	d.shot("accounts-1-menu")
	d.choose("menu.accounts")
	d.shot("accounts-2-sheet")
	d.press("accounts.more:Bartholomew Featherstonehaugh-Cholmondeley")
	d.shot("accounts-2-sheet-menu")
	d.choose("menu.rename_account")
	d.typed("Work")
	d.shot("accounts-3-rename")
	d.press("rename.ok")
	d.shot("accounts-3-renamed")
	d.key(fyne.KeyEscape)
	d.size(narrow, high)
	d.press("header.me")
	d.shot("accounts-4-narrow-menu")
	d.choose("menu.accounts")
	d.shot("accounts-4-narrow-sheet")
	d.key(fyne.KeyEscape)
	d.size(wide, high)
	d.with(fyne.Key3, fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift)
	d.await("lock.passphrase")
	d.shot("accounts-5-locked")
	d.on(func() {
		if b, ok := widget.Find(d.window.Canvas(), "accounts.open").(fyne.Tappable); ok {
			b.Tapped(&fyne.PointEvent{})
		}
	})
	d.settle()
	d.shot("accounts-5-locked-menu")
	d.choose("menu.account:Work")
	d.await("chats.row:Maya")
	d.shot("accounts-6-other")
	d.on(d.window.AddAccount)
	d.await("welcome.create")
	d.shot("accounts-7-add")
	d.press("welcome.restore")
	d.size(narrow, high)
	d.shot("accounts-7-add-narrow")
}
