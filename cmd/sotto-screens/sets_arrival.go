package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
	"sotto/ui/theme"
)

// words are a recovery phrase that nobody else uses.
const words = "dubbed lexicon poverty psychic mechanic acidic cavernous noises doorway odds governing arena doorway"

// publish lets another device of the account with those words tell the swarm
// who it is.
func (h *host) publish() error {
	o := engine.Options{Dir: filepath.Join(h.dir, "phone"), Network: h.net}
	e, err := engine.Create(o, engine.Protection{None: true}, engine.Origin{Phrase: words}, "Robin")
	if err != nil {
		return err
	}
	life, stop := context.WithCancel(h.life)
	ran := make(chan error, 1)
	go func() { ran <- e.Run(life) }()
	_, err = e.Sync(life)
	for _, name := range []string{"Maya", "Jonas", "Ana"} {
		if err == nil {
			_, err = e.StartConversation(life, id(name))
		}
		if err == nil {
			err = e.SetNickname(life, model.ConversationOf(id(name)), name)
		}
	}
	if err == nil {
		_, err = e.Sync(life)
	}
	stop()
	return errors.Join(err, <-ran, e.Close())
}

// arrival restores an account: with a profile in the swarm, without one, and
// without a network.
func (d *hand) arrival(v theme.Variant, found, online bool) {
	d.await("welcome.create")
	dress := func() { d.on(func() { theme.Apply(d.app, theme.Options{Variant: v, Still: true}) }) }
	dress()
	d.size(wide, high)
	if found {
		d.failed(d.host.publish())
	}
	if !online {
		d.failed(d.host.offline())
	}
	d.press("welcome.restore")
	for _, w := range strings.Fields(words) {
		d.typed(w + " ")
	}
	d.press("restore.go")
	d.await("create.go")
	d.shot("arrival-1-protection")
	d.press("protect.nothing")
	d.press("create.go")
	switch {
	case found:
		d.says("arrival.found")
		dress() // the profile has a look of its own
		d.shot("arrival-2-found")
		d.size(narrow, high)
		d.shot("arrival-2-found-narrow")
		d.size(wide, high)
		d.press("arrival.go")
		d.await("chats.row:Ana")
		d.shot("arrival-3-main")
	case online:
		d.await("arrival.name")
		dress()
		d.shot("arrival-2-nobody")
		d.typed("Robin")
		d.key(fyne.KeyReturn)
		d.await("header.me")
	default:
		d.await("arrival.later")
		dress()
		d.shot("arrival-2-unreachable")
	}
}

// elsewhere is a profile whose account other devices use.
func elsewhere(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	now := model.Millis(time.Now().UnixMilli())
	const hour = 60 * 60 * 1000
	list, err := json.Marshal([]model.Sighting{
		{At: now - hour, Changes: model.ConfigRead},
		{At: now - 20*hour, Changes: model.ConfigContacts | model.ConfigRead},
		{At: now - 75*hour, Changes: model.ConfigProfile},
	})
	if err != nil {
		return err
	}
	return tx.PutBlob("sightings", list)
}

// devices is the page about other devices, and the notice on the left.
func (d *hand) devices(name string) {
	d.look(name)
	d.await("devices.look")
	d.shot("devices-notice")
	d.press("devices.look")
	d.shot("devices-page")
	d.press("devices.what")
	d.shot("devices-what")
	d.key(fyne.KeyEscape)
	d.press("devices.mine")
	d.shot("devices-quiet")
	d.size(narrow, high)
	d.shot("devices-narrow")
}
