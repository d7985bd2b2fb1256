package main

import (
	"encoding/json"
	"testing"
)

// TestRestoreBringsEverything enters the recovery phrase of an account that is
// in use into a second window: name, contact and messages arrive by themselves,
// and what one window changes the other shows.
func TestRestoreBringsEverything(t *testing.T) {
	p := open(t)
	robin := p.enter("Robin", 10)
	echo := p.Network.Echo().String()
	p.must(robin.Begin(p.ctx, echo))
	p.must(robin.Say(p.ctx, "Good morning"))
	p.await("Echo's answer", func() bool { return len(p.messages(robin, echo)) >= 2 })

	raw, err := robin.Ask(p.ctx, "account.show", map[string]any{"recovery_phrase": true, "passphrase": "a passphrase of Robin"})
	p.must(err)
	var account struct {
		Phrase string `json:"recovery_phrase"`
	}
	p.must(json.Unmarshal(raw, &account))

	laptop, err := p.Enter(p.ctx, "Laptop")
	p.must(err)
	p.must(laptop.Place(p.ctx, 1000, 20, 900, 720))
	p.must(laptop.Restore(p.ctx, account.Phrase, "another passphrase"))
	p.picture("arrived")
	p.must(laptop.Click(p.ctx, "arrival.go"))
	p.must(laptop.OpenChat(p.ctx, "Echo"))
	p.must(laptop.Hear(p.ctx, "Good morning"))
	p.picture("laptop")

	p.must(laptop.Say(p.ctx, "From the laptop"))
	p.must(robin.Hear(p.ctx, "From the laptop"))
}
