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
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"sotto/assets"
)

// English is the language that has every key.
const English = "en"

type book struct {
	language string
	toLeft   bool
	own      map[string]string
	english  map[string]string
}

var current atomic.Pointer[book]

func init() { SetLanguage(English) }

// SetLanguage switches to a language code ("de", "pt-BR", "zh_Hans_CN"); the
// nearest that has translations is taken, English when there is none. It returns
// that choice. Text on screen changes when it is asked for again.
func SetLanguage(code string) string {
	b := &book{language: Nearest(code), english: read(English)}
	b.own = b.english
	if b.language != English {
		b.own = read(b.language)
	}
	switch family(b.language) {
	case "ar", "fa", "he", "ur":
		b.toLeft = true
	}
	current.Store(b)
	return b.language
}

// Nearest returns the language with translations that is nearest to a code:
// itself, without its endings, or another one of its family ("pt-PT" reads
// "pt-BR"); English when there is none.
func Nearest(code string) string {
	code, _, _ = strings.Cut(code, ".")
	code = strings.ToLower(strings.ReplaceAll(code, "_", "-"))
	all := assets.Languages()
	for try := code; try != ""; try = parent(try) {
		for _, have := range all {
			if strings.ToLower(have) == try {
				return have
			}
		}
	}
	for _, have := range all {
		if family(strings.ToLower(have)) == family(code) {
			return have
		}
	}
	return English
}

func parent(code string) string {
	if cut := strings.LastIndexByte(code, '-'); cut >= 0 {
		return code[:cut]
	}
	return ""
}

func family(code string) string {
	base, _, _ := strings.Cut(code, "-")
	return base
}

// Choice is a language that can be chosen.
type Choice struct{ Code, Name string }

// Choices lists the languages by their own names, in the order of an alphabet
// that has all of them: English first, which every list of languages is searched
// for, then by name.
func Choices() []Choice {
	var all []Choice
	for _, code := range assets.Languages() {
		if code != English {
			all = append(all, Choice{code, read(code)[nameKey]})
		}
	}
	slices.SortFunc(all, func(a, b Choice) int { return strings.Compare(a.Name, b.Name) })
	return append([]Choice{{English, read(English)[nameKey]}}, all...)
}

const nameKey = "appearance.language_name"

// Language returns the language in use.
func Language() string { return current.Load().language }

// RightToLeft reports whether the language in use runs right to left.
func RightToLeft() bool { return current.Load().toLeft }

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

// Forms lists the plural forms that a language needs for whole numbers
// (CLDR, cardinal). French, Spanish and Portuguese have one more for round
// millions, which nothing here counts up to.
func Forms(language string) []string {
	switch family(language) {
	case "zh", "ja", "ko", "id", "th", "vi":
		return []string{"other"}
	case "ru", "uk":
		return []string{"one", "few", "many"}
	case "ar":
		return []string{"zero", "one", "two", "few", "many", "other"}
	}
	return []string{"one", "other"}
}

// plural follows the CLDR cardinal rules for whole numbers.
func plural(language string, n int) string {
	if n < 0 {
		n = -n
	}
	switch family(language) {
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
