package main

import (
	"errors"
	"sort"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/store"
	"sotto/ui/app"
	"sotto/ui/theme"
)

// set is a run of pictures with one window.
type set struct {
	suffix  string
	keyring bool
	fill    func(*store.Tx, model.ID) error    // nil: a first run
	files   func(*store.Store, model.ID) error // fill, with files in the profile
	quiet   bool                               // a sound system without hardware
	guests  bool                               // other people come to the rooms of the network
	several bool                               // other accounts live in the window
	play    func(*hand)
}

var sets = map[string]set{
	"first-light":    {suffix: "-light", keyring: true, play: func(d *hand) { d.first(theme.Light) }},
	"first-dark":     {suffix: "-dark", play: func(d *hand) { d.first(theme.Dark) }},
	"empty-light":    {suffix: "-light", fill: fresh, play: func(d *hand) { d.empty("light") }},
	"empty-dark":     {suffix: "-dark", fill: fresh, play: func(d *hand) { d.empty("dark") }},
	"main-light":     {suffix: "-light", fill: filled, play: func(d *hand) { d.main("light") }},
	"main-dark":      {suffix: "-dark", fill: filled, play: func(d *hand) { d.main("dark") }},
	"left-light":     {suffix: "-light", fill: tidied, play: func(d *hand) { d.leftPane("light") }},
	"left-dark":      {suffix: "-dark", fill: tidied, play: func(d *hand) { d.leftPane("dark") }},
	"left-crowded":   {suffix: "-light", fill: crowded, play: (*hand).leftCrowded},
	"left-small":     {suffix: "-light", fill: tidied, play: (*hand).leftSmall},
	"accounts-light": {suffix: "-light", fill: filled, several: true, play: func(d *hand) { d.accounts("light") }},
	"accounts-dark":  {suffix: "-dark", fill: filled, several: true, play: func(d *hand) { d.accounts("dark") }},
	"sheets-light":   {suffix: "-light", fill: filled, play: func(d *hand) { d.sheets("light") }},
	"sheets-dark":    {suffix: "-dark", fill: filled, play: func(d *hand) { d.sheets("dark") }},
	"settings-light": {suffix: "-light", fill: settled, keyring: true, play: func(d *hand) { d.settings("light") }},
	"settings-dark":  {suffix: "-dark", fill: settled, keyring: true, play: func(d *hand) { d.settings("dark") }},
	"settings-200":   {suffix: "-light", fill: settled, play: (*hand).settingsLarge},
	"chat-light":     {suffix: "-light", fill: talkative, play: func(d *hand) { d.chat("light") }},
	"chat-dark":      {suffix: "-dark", fill: talkative, play: func(d *hand) { d.chat("dark") }},
	"chat-compact":   {fill: talkative, play: (*hand).chatCompact},
	"chat-200":       {fill: talkative, play: (*hand).chatLarge},
	"data-light":     {suffix: "-light", fill: filled, play: func(d *hand) { d.data("light") }},
	"data-dark":      {suffix: "-dark", fill: filled, play: func(d *hand) { d.data("dark") }},
	"clear":          {suffix: "-light", fill: filled, play: (*hand).clearing},
	"arrival-light":  {suffix: "-light", play: func(d *hand) { d.arrival(theme.Light, true, true) }},
	"arrival-dark":   {suffix: "-dark", play: func(d *hand) { d.arrival(theme.Dark, true, true) }},
	"arrival-nobody": {play: func(d *hand) { d.arrival(theme.Light, false, true) }},
	"arrival-alone":  {play: func(d *hand) { d.arrival(theme.Light, false, false) }},
	"devices-light":  {suffix: "-light", fill: elsewhere, play: func(d *hand) { d.devices("light") }},
	"devices-dark":   {suffix: "-dark", fill: elsewhere, play: func(d *hand) { d.devices("dark") }},
	"lock":           {suffix: "-light", fill: filled, play: (*hand).lock},
	"factor-light":   {suffix: "-light", fill: filled, play: func(d *hand) { d.factor("light") }},
	"factor-dark":    {suffix: "-dark", fill: filled, play: func(d *hand) { d.factor("dark") }},
	"zoom":           {fill: filled, play: (*hand).zoom},
	"picture-light":  {suffix: "-light", fill: pictured, play: func(d *hand) { d.pictures("light") }},
	"picture-dark":   {suffix: "-dark", fill: pictured, play: func(d *hand) { d.pictures("dark") }},
	"reach-light":    {suffix: "-light", fill: filled, play: func(d *hand) { d.reach("light") }},
	"reach-dark":     {suffix: "-dark", fill: filled, play: func(d *hand) { d.reach("dark") }},
	"files-light":    {suffix: "-light", files: exchanged, quiet: true, play: func(d *hand) { d.files("light") }},
	"files-dark":     {suffix: "-dark", files: exchanged, quiet: true, play: func(d *hand) { d.files("dark") }},
	"files-compact":  {files: exchanged, quiet: true, play: (*hand).filesCompact},
	"files-zoom":     {files: exchanged, quiet: true, play: (*hand).filesZoom},
	"voice-light":    {suffix: "-light", files: exchanged, quiet: true, play: func(d *hand) { d.voice("light") }},
	"voice-dark":     {suffix: "-dark", files: exchanged, quiet: true, play: func(d *hand) { d.voice("dark") }},
	"sound-light":    {suffix: "-light", files: exchanged, quiet: true, play: func(d *hand) { d.voiceZoom("light") }},
	"sound-dark":     {suffix: "-dark", files: exchanged, quiet: true, play: func(d *hand) { d.voiceZoom("dark") }},
	"groups-light":   {suffix: "-light", fill: sociable, play: func(d *hand) { d.groups("light") }},
	"groups-dark":    {suffix: "-dark", fill: sociable, play: func(d *hand) { d.groups("dark") }},
	"rooms-light":    {suffix: "-light", fill: invitedToRooms, guests: true, play: func(d *hand) { d.rooms("light") }},
	"rooms-dark":     {suffix: "-dark", fill: invitedToRooms, guests: true, play: func(d *hand) { d.rooms("dark") }},
	"rooms-moderate": {suffix: "-light", fill: invitedToRooms, guests: true, play: (*hand).roomsModerated},
	"trouble":        {fill: fresh, play: (*hand).trouble},
}

func setNames() []string {
	var all []string
	for name := range sets {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

const wide, high, narrow, higher = 1280, 800, 480, 1000

// low and lowest are a window on a small computer.
const low, lowest = 900, 560

// first is the first run.
func (d *hand) first(v theme.Variant) {
	d.await("welcome.create")
	d.on(func() { theme.Apply(d.app, theme.Options{Variant: v, Still: true}) })
	d.size(wide, high)
	d.shot("first-1-welcome")
	d.size(narrow, high)
	d.shot("first-1-welcome-narrow")
	d.size(wide, high)
	d.press("welcome.create")
	d.shot("first-2-create")
	d.typed("Robin")
	if v == theme.Light {
		d.shot("first-2-create-typed")
		d.press("create.protection")
	}
	d.press("protect.passphrase_choice")
	d.press("protect.passphrase")
	d.typed("correct horse")
	d.key(fyne.KeyReturn)
	d.typed("correct hurse")
	d.shot("first-2-create-passphrase")
	d.size(low, lowest)
	d.shot("first-2-create-low")
	d.size(wide, high)
	d.press("header.back")
	d.press("welcome.restore")
	d.shot("first-3-restore")
	for _, w := range []string{"dubbed ", "lexicon ", "poverty ", "psychik "} {
		d.typed(w)
	}
	d.typed("mec")
	d.shot("first-3-restore-wrong-word")
	d.key(fyne.KeyBackspace, fyne.KeyBackspace, fyne.KeyBackspace)
	d.press("phrase.4")
	d.key(fyne.KeyEnd, fyne.KeyBackspace)
	d.typed("c ")
	for _, w := range []string{"mechanic ", "acidic ", "cavernous ", "noises ", "doorway ", "odds ", "governing ", "arena ", "odds "} {
		d.typed(w)
	}
	d.shot("first-3-restore-checksum")
	d.press("phrase.13")
	for range "odds" {
		d.key(fyne.KeyBackspace)
	}
	d.typed("doorway ")
	d.shot("first-3-restore-complete")
	d.size(low, lowest)
	d.shot("first-3-restore-low")
	d.size(wide, high)
	d.press("restore.go")
	d.await("create.go")
	d.shot("first-4-restored")
	d.size(narrow, high)
	d.shot("first-4-restored-narrow")
	d.size(low, lowest)
	d.shot("first-4-restored-low")
}

// look chooses the theme by the settings, as a person does.
func (d *hand) look(name string) {
	d.await("header.me")
	d.size(wide, high)
	d.control(fyne.KeyComma)
	d.press("settings.appearance")
	d.press("appearance." + name)
	d.press("appearance.motion")
	d.press("settings.back")
}

// empty is the window of a new account.
func (d *hand) empty(look string) {
	d.look(look)
	d.shot("empty-1-hello")
	d.size(narrow, high)
	d.shot("empty-1-hello-narrow")
	d.size(wide, high)
	d.press("phrase.show")
	d.shot("empty-2-recovery")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyN)
	d.typed("05abc")
	d.key(fyne.KeyReturn)
	d.shot("empty-3-new-error")
	d.key(fyne.KeyEscape)
	d.press("hello.echo")
	d.await("composer.text")
	d.typed("Hello Echo, is anybody there?")
	d.key(fyne.KeyReturn)
	d.await("chats.row:Echo")
	d.shot("empty-4-echo")
}

// main is the window somebody lives in.
func (d *hand) main(look string) {
	d.look(look)
	d.await("chats.row:Maya")
	d.shot("main-1-list")
	d.press("chats.row:Maya")
	d.shot("main-2-conversation")
	d.control(fyne.KeyPeriod)
	d.shot("main-3-details")
	d.press("contact.close")
	d.press("chats.row:سامي")
	d.shot("main-4-right-to-left")
	d.press("chats.row:Bartholomew Maximilian Featherstonehaugh-Cholmondeley of the Northern Shore")
	d.control(fyne.KeyPeriod)
	d.shot("main-5-long-name")
	d.press("contact.close")
	d.press("requests.open")
	d.shot("main-6-requests")
	d.press("requests.row:Pia")
	d.shot("main-6-requests-read")
	d.press("requests.back")
	d.control(fyne.KeyK)
	d.typed("cabin")
	d.shot("main-7-search")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyK)
	d.typed("zzzz")
	d.shot("main-7-search-nothing")
	d.key(fyne.KeyEscape)
	d.press("chats.row:Maya")
	d.size(narrow, high)
	d.shot("main-8-narrow-conversation")
	d.press("header.back")
	d.shot("main-8-narrow-list")
	d.size(wide, high)
	d.press("chats.row:Maya")
	d.failed(d.host.offline())
	d.says("bar.offline")
	d.shot("main-9-offline")
}

// sheets are what opens over the window.
func (d *hand) sheets(look string) {
	d.look(look)
	d.press("chats.row:Maya")
	d.press("header.me")
	d.shot("sheet-1-menu")
	d.key(fyne.KeyDown, fyne.KeyReturn)
	d.shot("sheet-2-own-id")
	d.size(narrow, high)
	d.shot("sheet-2-own-id-narrow")
	d.size(wide, high)
	d.key(fyne.KeyEscape)
	d.press("header.me")
	d.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	d.shot("sheet-3-path")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyN)
	d.shot("sheet-4-new")
	d.typed("nobody")
	d.key(fyne.KeyReturn)
	d.says("newchat.name.not_found")
	d.shot("sheet-4-new-error")
	d.press("newchat.qr")
	d.shot("sheet-5-picker")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
	d.control(fyne.KeySlash)
	d.shot("sheet-6-shortcuts")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyPeriod)
	d.press("contact.timer")
	d.shot("sheet-7-timer")
	d.size(360, high)
	d.shot("sheet-7-timer-narrow")
	d.size(wide, high)
	d.key(fyne.KeyEscape)
	d.press("contact.mute")
	d.shot("sheet-8-mute")
	d.key(fyne.KeyEscape)
	d.press("contact.nickname")
	d.shot("sheet-9-nickname")
	d.key(fyne.KeyEscape)
	d.press("contact.safety_compare")
	d.shot("sheet-10-safety-code")
	d.key(fyne.KeyEscape)
	d.size(wide, 1000) // it stands at the end of the details
	d.press("contact.block")
	d.shot("sheet-11-confirm")
	d.key(fyne.KeyEscape)
}

// lock is the lock screen, with a passphrase set on the way.
func (d *hand) lock() {
	d.look("light")
	d.control(fyne.KeyComma)
	d.press("settings.privacy")
	d.press("privacy.protection")
	d.press("protect.passphrase_choice")
	d.typed("correct horse")
	d.key(fyne.KeyReturn)
	d.typed("correct horse")
	d.shot("lock-1-passphrase")
	d.press("protect.save")
	d.await("privacy.lock_now")
	d.shot("lock-2-privacy")
	d.control(fyne.KeyL)
	d.shot("lock-3-locked")
	// Each try has to end before the next: a try while another is under way is none.
	for _, answer := range []string{"lock.wrong", "lock.wrong", "lock.wait"} {
		d.typed("x")
		d.key(fyne.KeyReturn)
		d.says(answer)
	}
	d.shot("lock-4-wait")
	d.press("lock.forgot")
	d.shot("lock-5-forgot")
	d.press("lock.remove")
	d.shot("lock-6-remove")
	d.press("forget.sure")
	d.shot("lock-6-remove-sure")
}

// zoom is the conversation at the limits of the zoom.
func (d *hand) zoom() {
	d.look("light")
	d.press("chats.row:Maya")
	for range 3 {
		d.control(fyne.KeyMinus)
	}
	// The same window in pixels, seen through a glass.
	d.size(wide/0.8, high/0.8)
	d.shot("zoom-75")
	d.control(fyne.Key0)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	d.size(wide, high)
	d.shot("zoom-200-large")
	d.size(wide/2, high/2)
	d.shot("zoom-200")
	d.size(wide*2/3, high*2/3)
	d.control(fyne.KeyPeriod)
	d.shot("zoom-200-details")
}

// trouble is every page for a profile that does not open.
func (d *hand) trouble() {
	d.await("header.me")
	d.on(func() { theme.Apply(d.app, theme.Options{Variant: theme.Light, Still: true}) })
	d.size(wide, high)
	for _, kind := range []app.TroubleKind{
		app.TroubleDamaged, app.TroubleInUse, app.TroubleKeyring, app.TroubleNewer, app.TroubleNetwork, app.TroubleDisk, app.TroubleOther,
	} {
		d.on(func() {
			d.window.ShowTrouble(&app.Trouble{Kind: kind, Err: errors.New("store: page 12: does not authenticate")})
		})
		d.await("trouble.quit")
		d.shot("trouble-" + string(kind))
	}
	d.press("trouble.details")
	d.shot("trouble-details")
	time.Sleep(beat)
}
