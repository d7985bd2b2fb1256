package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/cmd/internal/stage"
	"sotto/media/voice"
)

// voice sends a voice message of so many seconds.
func (p *play) voice(from *stage.Person, to string, seconds float64) {
	p.Helper()
	sound := &voice.Recording{Rate: soundRate, Samples: rising(seconds)}
	mp3, err := sound.MP3(p.ctx)
	p.must(err)
	path := filepath.Join(p.TempDir(), "voice.mp3")
	p.must(os.WriteFile(path, mp3, 0o600))
	_, err = from.Ask(p.ctx, "send", map[string]any{"to": to, "voice": path})
	p.must(err)
}

// text is what the last control of a name on the screen says, "" without one.
func (p *play) text(who *stage.Person, name string) (text string) {
	p.Helper()
	things, err := who.Things(p.ctx)
	p.must(err)
	for _, t := range things {
		if t.Name == name {
			text = t.Text
		}
	}
	return text
}

// place reads "… 0:14 / 0:42": how far a sound was played, and its length.
func place(text string) (at, of time.Duration) {
	const none = -1
	words := strings.Fields(text)
	if len(words) < 3 || words[len(words)-2] != "/" {
		return none, none
	}
	read := func(s string) time.Duration {
		var m, sec int
		if _, err := fmt.Sscanf(s, "%d:%d", &m, &sec); err != nil {
			return none
		}
		return time.Duration(60*m+sec) * time.Second
	}
	return read(words[len(words)-3]), read(words[len(words)-1])
}

// until waits until the player's bar is at or behind a place in a sound of a
// length, and returns the place.
func (p *play) until(who *stage.Person, from, length time.Duration) (at time.Duration) {
	p.Helper()
	p.await(fmt.Sprintf("%v of %v in the player", from, length), func() bool {
		var of time.Duration
		at, of = place(p.text(who, "player"))
		return of == length && at >= from
	})
	return at
}

// TestVoicePlaysOn plays a voice message while other things happen: a message
// arrives, another conversation is opened, the place and the speed are changed
// in the bar. The next voice message follows by itself, and its place is still
// there when the window was closed and opened.
func TestVoicePlaysOn(t *testing.T) {
	startSound(t)
	p := open(t)
	robin, maya, _ := p.friends()
	mayaID, err := maya.SessionID(p.ctx)
	p.must(err)
	const long, next = 40 * time.Second, 30 * time.Second

	p.voice(robin, mayaID, long.Seconds())
	p.shows(maya, "voice.play", "paused")
	p.must(maya.Click(p.ctx, "voice.play"))
	p.shows(maya, "voice.play", "playing")
	at := p.until(maya, time.Second, long)

	p.must(robin.Say(p.ctx, "Are you listening?"))
	p.must(maya.Hear(p.ctx, "Are you listening?"))
	p.shows(maya, "voice.play", "playing") // and not from the beginning
	at = p.until(maya, at+time.Second, long)

	p.must(maya.Begin(p.ctx, mayaID)) // Note to Self
	p.until(maya, at+time.Second, long)
	p.picture("elsewhere")
	begin := time.Now()
	p.must(maya.Click(p.ctx, "player.seek")) // its middle
	if at = p.until(maya, long/2-time.Second, long); at > long/2+2*time.Second+time.Since(begin) {
		t.Errorf("a press on the middle of the line leads to %v of %v", at, long)
	}
	p.must(maya.Click(p.ctx, "player.play"))
	p.must(maya.Click(p.ctx, "player.title"))
	p.shows(maya, "voice.play", "paused")
	held, _ := place(p.text(maya, "player"))
	if shown, _ := place(p.text(maya, "voice.wave")); shown != held {
		t.Errorf("the message shows %v, the player %v", shown, held)
	}

	p.voice(robin, mayaID, next.Seconds())
	p.shows(maya, "voice.wave", "0:30") // the last one now
	if now, _ := place(p.text(maya, "player")); now != held {
		t.Errorf("it waited at %v and is at %v", held, now)
	}
	p.must(maya.Click(p.ctx, "player.play"))
	p.must(maya.Click(p.ctx, "player.speed"))
	p.must(maya.Click(p.ctx, "player.speed"))
	p.shows(maya, "voice.speed", "2×")
	from, _ := place(p.text(maya, "player"))
	begin = time.Now()
	p.await("8 s that go by faster than the clock", func() bool {
		now, of := place(p.text(maya, "player"))
		if of != long {
			t.Fatalf("the sound was over %v after %v of it", time.Since(begin), from)
		}
		return now-from >= 8*time.Second && now-from > time.Since(begin)*5/4
	})
	p.until(maya, 3*time.Second, next) // the next one follows
	p.shows(maya, "voice.play", "playing")
	p.picture("next")
	begin = time.Now()
	at, _ = place(p.text(maya, "player"))
	p.must(maya.Shut(p.ctx))
	latest := at + time.Second + 2*time.Since(begin)

	again, err := p.Return(p.ctx, "Maya", maya.Profile)
	p.must(err)
	p.must(again.Place(p.ctx, 1000, 20, 960, 720))
	p.must(again.Unlock(p.ctx, "a passphrase of Maya"))
	p.must(again.OpenChat(p.ctx, "Robin"))
	p.shows(again, "voice.play", "paused")
	kept, of := place(p.text(again, "voice.wave"))
	if kept < at || kept > latest || of != next {
		t.Errorf("after a restart it stands at %v of %v, was between %v and %v", kept, of, at, latest)
	}
	begin = time.Now()
	p.must(again.Click(p.ctx, "voice.play"))
	if on := p.until(again, kept, next); on > kept+time.Second+2*time.Since(begin) {
		t.Errorf("it goes on at %v, was left at %v", on, kept)
	}
	p.picture("again")
}
