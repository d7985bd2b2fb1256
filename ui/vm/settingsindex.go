package vm

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sotto/ui/text"
)

// SettingsEntry is something that the search over settings finds: a row of a
// page. Its key is the name of the row, and of its sentence; key_hint is what
// stands below it, find.key what else people call it.
type SettingsEntry struct {
	Page string
	Key  string
}

// SettingsPages are the pages in their order.
var SettingsPages = []string{
	"profile", "privacy", "notifications", "conversations", "sound", "appearance", "devices", "network", "storage", "data", "shortcuts", "help", "clear",
}

var settingsEntries = map[string][]string{
	"profile": {"profile.picture", "profile.name", "profile.id"},
	"privacy": {
		"privacy.protection", "privacy.factor", "privacy.lock_after", "privacy.lock_sleep", "privacy.lock_now", "privacy.phrase",
		"privacy.receipts", "privacy.typing", "privacy.previews", "privacy.requests", "privacy.community_requests", "privacy.blocked",
	},
	"notifications": {"notifications.on", "notifications.content", "notifications.sound", "notifications.requests", "notifications.preview"},
	"conversations": {"conversations.enter", "conversations.emoji_names", "conversations.note_to_self", "conversations.auto", "conversations.auto_max", "conversations.trim"},
	"sound":         {"sound.microphone", "sound.loudspeaker", "sound.next", "sound.trim"},
	"appearance":    {"appearance.language", "appearance.theme", "appearance.accent", "appearance.layout", "appearance.zoom", "appearance.motion", "window.tray", "window.start"},
	"devices":       {"devices.this", "devices.add"},
	"network":       {"network.path", "network.proxy", "network.offline", "network.state", "network.name"},
	"storage": {
		"storage.database", "storage.index", "storage.attachments", "storage.logs", "storage.compact", "storage.trim",
		"storage.conversations",
	},
	"data": {"data.backup", "data.restore", "data.export", "data.clear"},
	"help": {
		"help.version", "help.updates", "help.update_now", "help.network", "help.folder", "help.open_folder", "help.logs", "help.delete_logs", "help.shortcuts",
		"help.licences",
	},
	"clear": {"clear.device", "clear.network"},
}

// SettingsEntries lists everything that can be found, page by page.
func SettingsEntries() []SettingsEntry {
	var all []SettingsEntry
	for _, page := range SettingsPages {
		keys := settingsEntries[page]
		if page == "shortcuts" {
			keys = nil
			for _, s := range Shortcuts() {
				keys = append(keys, s.Name)
			}
		}
		for _, key := range keys {
			all = append(all, SettingsEntry{page, key})
		}
	}
	return all
}

// Label is what the row says.
func (e SettingsEntry) Label() string { return text.T(e.Key) }

// Hint is what stands below it; empty for most.
func (e SettingsEntry) Hint() string { return sentenceIfAny(e.Key + "_hint") }

func sentenceIfAny(key string) string {
	if text.Has(key) {
		return text.T(key)
	}
	return ""
}

// SettingsGroup is what was found on one page.
type SettingsGroup struct {
	Page    string
	Entries []SettingsEntry
}

// SearchSettings finds rows whose label, hint or other names have a word that
// begins with each word of the query, the best page first. skip leaves out
// rows that are not shown now.
func SearchSettings(query string, skip func(SettingsEntry) bool) []SettingsGroup {
	words := foldWords(query)
	if len(words) == 0 {
		return nil
	}
	type found struct {
		entry SettingsEntry
		score int
	}
	byPage := map[string][]found{}
	best := map[string]int{}
	for _, e := range SettingsEntries() {
		if skip != nil && skip(e) {
			continue
		}
		score, ok := e.score(words)
		if !ok {
			continue
		}
		if b, seen := best[e.Page]; !seen || score < b {
			best[e.Page] = score
		}
		byPage[e.Page] = append(byPage[e.Page], found{e, score})
	}
	var groups []SettingsGroup
	for _, page := range SettingsPages {
		list := byPage[page]
		if len(list) == 0 {
			continue
		}
		slices.SortStableFunc(list, func(a, b found) int { return a.score - b.score })
		g := SettingsGroup{Page: page}
		for _, f := range list {
			g.Entries = append(g.Entries, f.entry)
		}
		groups = append(groups, g)
	}
	slices.SortStableFunc(groups, func(a, b SettingsGroup) int { return best[a.Page] - best[b.Page] })
	return groups
}

// score is low for a good match: what the label says counts before other names,
// hint and page.
func (e SettingsEntry) score(query []string) (int, bool) {
	fields := [][]string{
		foldWords(e.Label()), foldWords(sentenceIfAny("find." + e.Key)), foldWords(e.Hint()), foldWords(text.T("settings." + e.Page)),
	}
	total := 0
	for i, q := range query {
		score := -1
		for f, words := range fields {
			at := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, q) || unspaced(q) && strings.Contains(w, q) })
			if at < 0 {
				continue
			}
			score = 10 * f
			if at != i {
				score += 2
			}
			break
		}
		if score < 0 {
			return 0, false
		}
		total += score
	}
	if e.Page == "shortcuts" {
		total += 25 // the setting itself is what most look for
	}
	return total, true
}

// unspaced reports whether a word is in a script that sets no spaces between
// words, or in one that writes the article before them.
func unspaced(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Arabic)
	}) >= 0
}

// foldWords splits a text into words without capitals and accents.
func foldWords(s string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsNumber(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
