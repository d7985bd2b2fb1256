package main

import (
	"time"

	"fyne.io/fyne/v2"
)

// voiceZoom is the player and the recorder at 75 % and at 200 %, where there is
// little room.
func (d *hand) voiceZoom(look string) {
	d.look(look)
	d.press("chats.row:Hannah")
	time.Sleep(time.Second) // pictures are decoded
	for range 3 {
		d.control(fyne.KeyMinus)
	}
	d.size(wide/0.8, high/0.8)
	d.sounds("voice-75")
	d.control(fyne.Key0)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	d.size(wide/2, high/2)
	d.sounds("voice-200")
	d.size(narrow, high/2)
	d.sounds("voice-200-narrow")
}

// sounds plays a voice message and records one in the open conversation.
func (d *hand) sounds(name string) {
	d.scroll(-100_000) // to the end, then back to the last voice message
	d.scrollTo("voice.play", 30)
	d.tap("voice.play")
	time.Sleep(2 * time.Second)
	d.shot(name + "-playing")
	d.press("player.close")
	d.press("composer.mic")
	time.Sleep(2 * time.Second)
	d.shot(name + "-recording")
	d.press("recorder.pause")
	d.press("recorder.play")
	time.Sleep(time.Second)
	d.shot(name + "-listening")
	d.press("recorder.cancel")
}
