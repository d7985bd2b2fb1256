package settings

import (
	"strconv"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/media/audio"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// sound chooses devices, and what voice messages do.
func (v *View) sound() []fyne.CanvasObject {
	s := v.Settings.Now
	return []fyne.CanvasObject{
		section("sound.devices",
			v.device("sound.microphone", s.Microphone, func(c vm.SoundChoices) []audio.Device { return c.Microphones }, func(id string) {
				v.Settings.Change(func(s *model.Settings) { s.Microphone = id })
			}),
			v.device("sound.loudspeaker", s.Loudspeaker, func(c vm.SoundChoices) []audio.Device { return c.Loudspeakers }, func(id string) {
				v.Settings.Change(func(s *model.Settings) { s.Loudspeaker = id })
				v.window.LoudspeakerChanged(id)
			})),
		section("sound.voice_messages",
			v.toggle("sound.next", !s.VoiceAlone, v.set(func(s *model.Settings, on bool) { s.VoiceAlone = !on })),
			v.toggle("sound.trim", !s.KeepSilence, v.set(func(s *model.Settings, on bool) { s.KeepSilence = !on }))),
	}
}

// device is a row with a menu of devices. They are looked for when it is
// pressed: opening the sound system takes a moment.
func (v *View) device(key, now string, of func(vm.SoundChoices) []audio.Device, chosen func(id string)) fyne.CanvasObject {
	row := v.row(key, nil)
	row.Chevron = true
	row.Value = text.T("sound.device_default")
	if now != "" {
		row.Value = ""
		vm.AskSoundChoices(v.window.Desk(), v.window.Sound(), func(c vm.SoundChoices) {
			row.Value = vm.DeviceName(now, of(c))
			row.Refresh()
		})
	}
	row.OnTapped = func() {
		vm.AskSoundChoices(v.window.Desk(), v.window.Sound(), func(c vm.SoundChoices) {
			if c.Problem != "" {
				v.window.Toast(c.Problem, "", nil, nil)
				return
			}
			items := []widget.MenuItem{{Name: key + ".default", Label: text.T("sound.device_default"), Checked: now == "", Action: func() { chosen("") }}}
			for i, d := range of(c) {
				items = append(items, widget.MenuItem{Name: key + "." + strconv.Itoa(i), Label: d.Name, Checked: now == d.ID, Action: func() { chosen(d.ID) }})
			}
			v.menu(row, items)
		})
	}
	return v.place(key, row)
}

// fetching says which files come by themselves.
func (v *View) fetching() fyne.CanvasObject {
	s := v.Settings.Now
	rows := []fyne.CanvasObject{v.toggle("conversations.auto", !s.AutoDownloadOff, v.set(func(s *model.Settings, on bool) { s.AutoDownloadOff = !on }))}
	if !s.AutoDownloadOff {
		row := v.row("conversations.auto_max", nil)
		row.Value, row.Chevron = autoText(s.AutoDownloadMax), true
		row.OnTapped = func() {
			var items []widget.MenuItem
			for _, most := range []int64{0, 500_000, 1_000_000, 3_000_000, 5_000_000} {
				items = append(items, widget.MenuItem{
					Name: "auto." + strconv.FormatInt(most, 10), Label: autoText(most), Checked: most == s.AutoDownloadMax,
					Action: func() { v.Settings.Change(func(s *model.Settings) { s.AutoDownloadMax = most }) },
				})
			}
			v.menu(row, items)
		}
		rows = append(rows, v.place("conversations.auto_max", row))
	}
	return section("conversations.files", rows...)
}

func autoText(most int64) string {
	if most == 0 {
		return text.T("conversations.auto_all")
	}
	return text.F("conversations.auto_up_to", "size", vm.FileSize(most))
}
