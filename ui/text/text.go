// Package text looks up every sentence the program shows.
//
// Sentences live in assets/translations/<language>/<room>.json as flat keys
// that begin with the room ("chat.not_sent" in chat.json). T gives one, F fills
// in names, N picks the plural form. A key that a language lacks is answered in
// English, a key that English lacks is answered with itself, so that it is
// seen. What others wrote (names, messages) never passes through here.
package text

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"sotto/assets"
)

// English is the language that has every key.
const English = "en"

type book struct {
	language string
	own      map[string]string
	english  map[string]string
}

var current atomic.Pointer[book]

func init() { SetLanguage(English) }

// SetLanguage switches to a language code ("de", "pt-BR"); the nearest that has
// translations is taken, English when there is none. It returns that choice.
// Text on screen changes when it is asked for again.
func SetLanguage(code string) string {
	b := &book{language: English, english: read(English)}
	b.own = b.english
	code = strings.ToLower(strings.ReplaceAll(code, "_", "-"))
	for try := code; try != ""; {
		for _, have := range assets.Languages() {
			if strings.ToLower(have) == try && b.language != have {
				b.language, b.own = have, read(have)
				current.Store(b)
				return have
			}
		}
		cut := strings.LastIndexByte(try, '-')
		if cut < 0 {
			break
		}
		try = try[:cut]
	}
	current.Store(b)
	return b.language
}

// Language returns the language in use.
func Language() string { return current.Load().language }

// RightToLeft reports whether the language in use runs right to left.
func RightToLeft() bool {
	base, _, _ := strings.Cut(Language(), "-")
	switch base {
	case "ar", "fa", "he", "ur":
		return true
	}
	return false
}

// read panics on a file that is no flat JSON object: the files are part of the
// binary and every test run reads them.
func read(language string) map[string]string {
	all := map[string]string{}
	for name, data := range assets.Translations(language) {
		var m map[string]string
		if err := json.Unmarshal(data, &m); err != nil {
			panic(fmt.Sprintf("text: %s/%s.json: %v", language, name, err))
		}
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// T returns the sentence of a key.
func T(key string) string {
	s, _ := lookup(key)
	return s
}

// Has reports whether a key exists, in the language in use or in English.
func Has(key string) bool {
	_, ok := lookup(key)
	return ok
}

func lookup(key string) (string, bool) {
	b := current.Load()
	if s, ok := b.own[key]; ok {
		return s, true
	}
	if s, ok := b.english[key]; ok {
		return s, true
	}
	return key, false
}

// F returns the sentence of a key with {name} replaced by the value that
// follows the name: F("group.added", "who", "Lina").
func F(key string, pairs ...string) string {
	return fill(T(key), pairs)
}

// N returns the plural form for n: the key with ".one", ".few", ".many" or
// ".other" added, as the language counts. {n} is the number.
func N(key string, n int, pairs ...string) string {
	form := plural(Language(), n)
	s, ok := lookup(key + "." + form)
	if !ok {
		s = T(key + ".other")
	}
	return fill(s, append([]string{"n", strconv.Itoa(n)}, pairs...))
}

func fill(s string, pairs []string) string {
	if len(pairs) < 2 || !strings.Contains(s, "{") {
		return s
	}
	var old []string
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{"+pairs[i]+"}", pairs[i+1])
	}
	// One pass: a brace in a value is never a place to fill in.
	return strings.NewReplacer(old...).Replace(s)
}

// plural follows the CLDR cardinal rules for whole numbers of the languages
// that Sotto plans to speak.
func plural(language string, n int) string {
	if n < 0 {
		n = -n
	}
	base, _, _ := strings.Cut(language, "-")
	switch base {
	case "zh", "ja", "ko", "id", "th", "vi":
		return "other"
	case "fr", "pt":
		if n <= 1 {
			return "one"
		}
		return "other"
	case "ru", "uk":
		switch {
		case n%10 == 1 && n%100 != 11:
			return "one"
		case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
			return "few"
		}
		return "many"
	case "ar":
		switch {
		case n == 0:
			return "zero"
		case n == 1:
			return "one"
		case n == 2:
			return "two"
		case n%100 >= 3 && n%100 <= 10:
			return "few"
		case n%100 >= 11:
			return "many"
		}
		return "other"
	}
	if n == 1 {
		return "one"
	}
	return "other"
}
