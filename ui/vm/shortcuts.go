package vm

// ShortcutPlace is where a shortcut works.
type ShortcutPlace string

// The places, which are also the headings of the sheet.
const (
	InWindow  ShortcutPlace = "keys.in_window"
	InList    ShortcutPlace = "keys.in_list"
	InWriting ShortcutPlace = "keys.in_writing"
	InMessage ShortcutPlace = "keys.in_message"
)

// ShortcutPlaces lists them in their order.
var ShortcutPlaces = []ShortcutPlace{InWindow, InList, InWriting, InMessage}

// Shortcut is a line of the sheet: its sentence and the keys, any of which does
// it ("Ctrl K").
type Shortcut struct {
	Place ShortcutPlace
	Name  string
	Keys  []string
}

// Shortcuts lists all. Tests hold those of the window against what is
// registered there, and press the others.
func Shortcuts() []Shortcut {
	return []Shortcut{
		{InWindow, "keys.jump", []string{"Ctrl K"}},
		{InWindow, "keys.new", []string{"Ctrl N", "Ctrl Shift M"}},
		{InWindow, "keys.group", []string{"Ctrl Shift G"}},
		{InWindow, "keys.community", []string{"Ctrl Shift C"}},
		{InWindow, "keys.self", []string{"Ctrl Shift N"}},
		{InWindow, "keys.next", []string{"Alt ↓"}},
		{InWindow, "keys.previous", []string{"Alt ↑"}},
		{InWindow, "keys.nth", []string{"Ctrl 1…9"}},
		{InWindow, "keys.account", []string{"Ctrl Shift 1…8"}},
		{InWindow, "keys.close", []string{"Ctrl W"}},
		{InWindow, "keys.find", []string{"Ctrl F"}},
		{InWindow, "keys.find_all", []string{"Ctrl Shift F"}},
		{InWindow, "keys.emoji", []string{"Ctrl E"}},
		{InWindow, "files.attach_tip", []string{"Ctrl U"}},
		{InWindow, "keys.details", []string{"Ctrl ."}},
		{InWindow, "keys.settings", []string{"Ctrl ,"}},
		{InWindow, "keys.larger", []string{"Ctrl +"}},
		{InWindow, "keys.smaller", []string{"Ctrl −"}},
		{InWindow, "keys.normal", []string{"Ctrl 0"}},
		{InWindow, "keys.lock", []string{"Ctrl L"}},
		{InWindow, "keys.help", []string{"Ctrl /"}},
		{InWindow, "keys.back", []string{"Esc"}},
		{InList, "keys.next_filter", []string{"Alt →"}},
		{InList, "keys.previous_filter", []string{"Alt ←"}},
		{InList, "keys.pin_up", []string{"Alt Shift ↑"}},
		{InList, "keys.pin_down", []string{"Alt Shift ↓"}},
		{InList, "keys.row_menu", []string{"F10"}},
		{InWriting, "keys.send", []string{"Enter", "Ctrl Enter"}},
		{InWriting, "keys.line", []string{"Shift Enter"}},
		{InWriting, "keys.reply_before", []string{"↑"}},
		{InWriting, "keys.complete", []string{"Tab"}},
		{InMessage, "keys.walk", []string{"↑", "↓"}},
		{InMessage, "keys.menu", []string{"Enter"}},
		{InMessage, "keys.reply", []string{"R", "Ctrl Shift R"}},
		{InMessage, "keys.react", []string{"E", "Ctrl Shift E"}},
		{InMessage, "keys.copy", []string{"C", "Ctrl C"}},
		{InMessage, "chat.menu.save", []string{"Ctrl S"}},
		{InMessage, "keys.forward", []string{"F"}},
		{InMessage, "keys.select", []string{"S"}},
		{InMessage, "keys.select_all", []string{"Ctrl A"}},
		{InMessage, "keys.info", []string{"I"}},
		{InMessage, "keys.delete", []string{"Del"}},
	}
}

// ShortcutsAt lists those of one place.
func ShortcutsAt(place ShortcutPlace) []Shortcut {
	var list []Shortcut
	for _, s := range Shortcuts() {
		if s.Place == place {
			list = append(list, s)
		}
	}
	return list
}
