package main

import "fyne.io/fyne/v2"

// reach is what else has to hold at the ends: the dark window at 75 and 200 %,
// right-to-left and long names where there is little room, sheets and menus in
// one column.
func (d *hand) reach(look string) {
	d.look(look)
	d.press("chats.row:سامي")
	d.size(narrow, high)
	d.shot("reach-1-narrow-right-to-left")
	d.press("header.back")
	d.press("chats.row:Bartholomew Maximilian Featherstonehaugh-Cholmondeley of the Northern Shore")
	d.shot("reach-2-narrow-long-name")
	d.control(fyne.KeyPeriod)
	d.shot("reach-3-narrow-details")
	d.press("contact.close")
	d.press("header.back")
	d.press("header.me")
	d.shot("reach-4-narrow-menu")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyN)
	d.shot("reach-5-narrow-new")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeySlash)
	d.shot("reach-6-narrow-shortcuts")
	d.key(fyne.KeyEscape)
	d.press("requests.open")
	d.shot("reach-7-narrow-requests")
	d.press("requests.back")
	d.size(wide, high)
	d.press("chats.row:Maya")
	for range 3 {
		d.control(fyne.KeyMinus)
	}
	d.size(wide/0.8, high/0.8)
	d.shot("reach-75")
	d.press("chats.row:سامي")
	d.shot("reach-75-right-to-left")
	d.control(fyne.Key0)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	d.size(wide/2, high/2)
	d.shot("reach-200-right-to-left")
	d.press("chats.row:Maya")
	d.shot("reach-200")
	d.size(narrow/2+120, high/2)
	d.shot("reach-200-narrow")
	d.press("header.back")
	d.shot("reach-200-narrow-list")
	d.control(fyne.KeyN)
	d.shot("reach-200-narrow-new")
	d.key(fyne.KeyEscape)
}
