package stage

import (
	"context"
	"fmt"
)

// step is one thing that a person does, with the words for its failure.
type step struct {
	what string
	do   func(context.Context) error
}

func (p *Person) play(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("%s, %s: %w", p.Name, s.what, err)
		}
	}
	return nil
}

func (p *Person) click(what string) step {
	return step{"click " + what, func(ctx context.Context) error { return p.Click(ctx, what) }}
}

func (p *Person) typed(text string) step {
	return step{"type", func(ctx context.Context) error { return p.Type(ctx, text) }}
}

func (p *Person) key(keys ...string) step {
	return step{fmt.Sprint("press ", keys), func(ctx context.Context) error { return p.Key(ctx, keys...) }}
}

func (p *Person) see(what string) step {
	return step{"wait for " + what, func(ctx context.Context) error {
		_, err := p.Find(ctx, what)
		return err
	}}
}

func (p *Person) gone(what string) step {
	return step{"wait until gone: " + what, func(ctx context.Context) error { return p.Gone(ctx, what) }}
}

// CreateAccount goes through the first run with a passphrase.
func (p *Person) CreateAccount(ctx context.Context, passphrase string) error {
	return p.play(ctx, []step{
		p.click("welcome.create"),
		p.click("create.name"), p.typed(p.Name),
		p.click("protect.passphrase"), p.typed(passphrase),
		p.click("protect.again"), p.typed(passphrase),
		p.click("create.go"),
		p.see("header.new"),
	})
}

// Restore goes through the first run with the words of an account, until what it
// brings along is told.
func (p *Person) Restore(ctx context.Context, phrase, passphrase string) error {
	return p.play(ctx, []step{
		p.click("welcome.restore"),
		p.see("restore.go"), p.typed(phrase + " "),
		p.click("restore.go"),
		p.click("protect.passphrase"), p.typed(passphrase),
		p.click("protect.again"), p.typed(passphrase),
		p.click("create.go"),
		p.see("Welcome back"),
	})
}

// Begin starts a conversation with somebody by Session ID or name.
func (p *Person) Begin(ctx context.Context, who string) error {
	return p.play(ctx, []step{
		p.key("ctrl+n"),
		p.click("newchat.text"), p.typed(who),
		p.click("newchat.go"),
		p.see("composer.text"),
	})
}

// Say writes into the open conversation and sends it with Enter.
func (p *Person) Say(ctx context.Context, text string) error {
	return p.play(ctx, []step{
		p.click("composer.text"), p.typed(text), p.key("Return"),
		p.see("message:" + beginning(text)),
	})
}

// Hear waits until a message is on the screen.
func (p *Person) Hear(ctx context.Context, text string) error {
	return p.play(ctx, []step{p.see("message:" + beginning(text))})
}

// Accept opens the requests and accepts the first.
func (p *Person) Accept(ctx context.Context) error {
	return p.play(ctx, []step{p.click("requests.open"), p.click("requests.accept")})
}

// OpenChat opens a conversation from the list.
func (p *Person) OpenChat(ctx context.Context, title string) error {
	return p.play(ctx, []step{p.click("chats.row:" + title), p.see("composer.text")})
}

// Choose opens the menu of a message and picks an entry.
func (p *Person) Choose(ctx context.Context, message, entry string) error {
	return p.play(ctx, []step{
		{"open the menu of " + message, func(ctx context.Context) error { return p.RightClick(ctx, "message:"+beginning(message)) }},
		p.click(entry),
	})
}

// beginning is how much of a message its name on the screen carries.
func beginning(text string) string {
	const runes = 24
	r := []rune(text)
	return string(r[:min(len(r), runes)])
}

// Unlock types the passphrase into the lock screen.
func (p *Person) Unlock(ctx context.Context, passphrase string) error {
	return p.play(ctx, []step{
		p.click("lock.passphrase"), p.key("ctrl+a"), p.typed(passphrase), p.click("lock.open"),
	})
}

// DeleteForEveryone deletes an own message on both sides.
func (p *Person) DeleteForEveryone(ctx context.Context, message string) error {
	return p.play(ctx, []step{
		{"open the menu of " + message, func(ctx context.Context) error { return p.RightClick(ctx, "message:"+beginning(message)) }},
		p.click("menu.delete"), p.click("delete.everyone"), p.click("delete.ok"),
		p.gone("message:" + beginning(message)),
	})
}

// Shut closes the window as the window manager does and waits for the program.
func (p *Person) Shut(ctx context.Context) error {
	return p.play(ctx, []step{{"close the window", p.Window.Shut}})
}
