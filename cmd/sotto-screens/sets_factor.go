package main

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"sotto/internal/securitykey/softkey"
)

// factor sets each second factor, opens with it, loses and removes it.
func (d *hand) factor(look string) {
	const pass = "correct horse"
	key := softkey.New("drawn")
	touched := make(chan struct{})
	key.Touch = func(ctx context.Context) bool {
		select {
		case <-touched:
			return true
		case <-ctx.Done():
			return false
		}
	}
	d.host.keys = softkey.Bus{key}
	d.look(look)
	d.control(fyne.KeyComma)
	d.press("settings.privacy")
	d.press("privacy.protection")
	d.press("protect.passphrase_choice")
	d.typed(pass)
	d.key(fyne.KeyReturn)
	d.typed(pass)
	d.press("protect.save")
	d.await("privacy.factor")
	d.shot("factor-1-privacy")
	d.press("privacy.factor")
	d.shot("factor-2-choice")
	file := filepath.Join(d.host.dir, "holiday.key")
	d.press("factor.sure")
	d.press("factor.path")
	d.typed(file)
	d.press("factor.make")
	d.press("factor.passphrase")
	d.typed(pass)
	d.shot("factor-3-key-file")
	d.press("factor.set")
	d.says("privacy.factor_key_file")
	d.shot("factor-4-set")
	d.press("privacy.factor")
	d.shot("factor-5-present")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyL)
	d.await("lock.key_file")
	d.shot("factor-6-lock")
	d.press("lock.choose")
	d.shot("factor-7-choose")
	d.key(fyne.KeyEscape)
	d.press("lock.key_file")
	d.typed(filepath.Join(d.host.dir, "other.key"))
	d.press("lock.passphrase")
	d.typed(pass)
	d.press("lock.open")
	d.says("factor.file_unreadable")
	d.shot("factor-8-no-file")
	d.press("lock.forgot")
	d.shot("factor-9-lost")
	d.key(fyne.KeyEscape)
	d.press("lock.key_file")
	for range len("other.key") {
		d.key(fyne.KeyBackspace)
	}
	d.typed("holiday.key")
	d.press("lock.open")
	d.await("privacy.factor")
	d.press("privacy.factor")
	d.press("factor.replace")
	d.press("factor.security_key")
	d.press("factor.sure")
	d.press("factor.passphrase")
	d.typed(pass)
	d.shot("factor-10-security-key")
	d.press("factor.set")
	d.says("factor.touch")
	d.shot("factor-11-touch")
	touched <- struct{}{}
	d.says("factor.touch_again")
	d.shot("factor-12-touch-again")
	touched <- struct{}{}
	d.says("privacy.factor_security_key")
	d.control(fyne.KeyL)
	d.await("lock.passphrase")
	d.typed(pass)
	d.press("lock.open")
	d.says("factor.touch")
	d.shot("factor-13-lock-touch")
	d.press("lock.cancel")
	d.await("lock.open")
	d.host.keys = softkey.Bus{softkey.New("another")}
	d.press("lock.open")
	d.says("factor.other_key")
	d.shot("factor-14-other-key")
	d.host.keys = softkey.Bus{key}
	key.Touch = nil
	d.press("lock.open")
	d.await("privacy.factor")
	d.press("privacy.factor")
	d.press("factor.passphrase")
	d.typed("wrong")
	d.press("factor.remove")
	d.says("lock.wrong")
	d.shot("factor-15-remove-wrong")
	d.key(fyne.KeyEscape)
}
