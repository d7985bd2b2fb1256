package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sotto/assets"
	"sotto/engine/model"
)

// counted are the keys of English that have plural forms.
func counted(english map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range english {
		if base, ok := strings.CutSuffix(k, ".other"); ok && english[base+".one"] != "" {
			out[base] = true
		}
	}
	return out
}

var form = regexp.MustCompile(`\.(zero|one|two|few|many|other)$`)

// wanted lists the keys that a language has to have, with the English sentence
// of each.
func wanted(language string, english map[string]string) map[string]string {
	out, plurals := map[string]string{}, counted(english)
	for k, sentence := range english {
		base := form.ReplaceAllString(k, "")
		if base == k || !plurals[base] {
			out[k] = sentence
			continue
		}
		for _, f := range Forms(language) {
			out[base+"."+f] = english[base+".other"]
		}
	}
	return out
}

// TestEveryLanguageSaysEverything tells what a language lacks and what it has
// too much, each with the English sentence: the list is work for a translator.
func TestEveryLanguageSaysEverything(t *testing.T) {
	english := read(English)
	for _, language := range assets.Languages() {
		own, want := read(language), wanted(language, english)
		for _, k := range sorted(want) {
			if _, ok := own[k]; !ok {
				t.Errorf("%s lacks  %s  %q", language, k, want[k])
			}
		}
		for _, k := range sorted(own) {
			if _, ok := want[k]; !ok {
				t.Errorf("%s has a key that English has not, or a plural form that it does not need:  %s  %q", language, k, own[k])
			}
		}
	}
}

var hole = regexp.MustCompile(`\{[a-z]+\}`)

// TestPlaceholdersAreThoseOfEnglish: a name must not get lost in translation.
// Two may go where the words say them: {n} in a form that is for one number, and
// {who} in a sentence of the user's own doing ("_mine", "_you"), since many
// languages have it in the verb.
func TestPlaceholdersAreThoseOfEnglish(t *testing.T) {
	english := read(English)
	for _, language := range assets.Languages() {
		own := read(language)
		for k, sentence := range wanted(language, english) {
			translated, ok := own[k]
			if !ok {
				continue // another test says so
			}
			have, want := holes(translated), holes(sentence)
			for _, h := range have {
				if !slices.Contains(want, h) {
					t.Errorf("%s: %s has %s, which nothing fills: %q", language, k, h, translated)
				}
			}
			for _, h := range want {
				free := h == "{n}" && means(language, k) == 1 || h == "{who}" && (strings.HasSuffix(k, "_mine") || strings.HasSuffix(k, "_you"))
				if !slices.Contains(have, h) && !free {
					t.Errorf("%s: %s lacks %s: %q", language, k, h, translated)
				}
			}
		}
	}
}

// means counts for how many numbers up to 1000 a plural form stands; 0 for a key
// without. None at all counts as one with the other that says "no file".
func means(language, key string) int {
	f := form.FindString(key)
	if f == "" {
		return 0
	}
	n := 0
	for i := 1; i <= 1000; i++ {
		if "."+plural(language, i) == f {
			n++
		}
	}
	return max(n, 1) // "zero" stands for zero
}

func holes(s string) []string {
	all := hole.FindAllString(s, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestFormsAreThoseThatNumbersTake(t *testing.T) {
	for _, language := range assets.Languages() {
		seen := map[string]bool{}
		for n := range 1000 {
			seen[plural(language, n)] = true
		}
		var forms []string
		for f := range seen {
			forms = append(forms, f)
		}
		want := slices.Clone(Forms(language))
		slices.Sort(forms)
		slices.Sort(want)
		if !slices.Equal(forms, want) {
			t.Errorf("%s: numbers take %v, Forms says %v", language, forms, want)
		}
	}
}

// TestNoSentenceIsUnused reads the string literals of the rooms that show text.
// A key is used where it stands in one piece, or can be put together from a
// literal that begins it and one that ends it, or from one that begins it up to a
// dot or an underscore and a word that stands somewhere by itself.
func TestNoSentenceIsUnused(t *testing.T) {
	words := map[string]bool{}
	begins := map[string]bool{}
	for _, room := range []string{"..", filepath.Join("..", "..", "cmd"), filepath.Join("..", "..", "engine", "model"), filepath.Join("..", "..", "engine", "export")} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil && len(s) < 80 {
						words[s] = true
						if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "_") {
							begins[s] = true
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(string(must(os.ReadFile(filepath.Join("..", "..", "assets", "emoji", "emoji.txt")))), "\n") {
		if group, ok := strings.CutPrefix(line, ":"); ok {
			words[group] = true
		}
	}
	english := read(English)
	for _, k := range sorted(english) {
		if !used(k, words, begins, english) {
			t.Errorf("nothing shows  %s  %q", k, english[k])
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// endings are what the program adds to keys.
var endings = []string{"_title", "_body", "_do", "_hint", "_detail", "_you", "_mine", "_many", "_history", "_self", "_busy", "_file"}

func used(key string, words, begins map[string]bool, english map[string]string) bool {
	base := form.ReplaceAllString(key, "")
	if !counted(english)[base] {
		base = key
	}
	if words[key] || words[base] || key == nameKey {
		return true
	}
	if rest, ok := strings.CutPrefix(key, "find."); ok { // other names of a row of the settings
		return words[rest]
	}
	for _, e := range endings {
		if short, ok := strings.CutSuffix(key, e); ok && used(short, words, begins, english) {
			return true
		}
	}
	for b := range begins {
		rest, ok := strings.CutPrefix(base, b)
		if !ok || rest == "" {
			continue
		}
		if _, err := strconv.Atoi(rest); err == nil || words[rest] || words["."+rest] || words["_"+rest] {
			return true
		}
		for _, e := range endings {
			if short, ok := strings.CutSuffix(rest, e); ok && words[short] {
				return true
			}
		}
	}
	// A sentence for a reason, where the usual one does not do.
	if i := strings.LastIndexByte(base, '.'); i >= 0 && words[base[:i]] && isReason(base[i+1:]) {
		return true
	}
	// A prefix that is a variable: "picker.any" and ".title".
	for i := range base {
		if base[i] == '.' || base[i] == '_' {
			if words[base[:i]] && words[base[i:]] {
				return true
			}
		}
	}
	return false
}

func isReason(name string) bool {
	for r := model.ReasonNone; r <= model.ReasonCancelled; r++ {
		if r.String() == name {
			return true
		}
	}
	return false
}

func TestNearest(t *testing.T) {
	for code, want := range map[string]string{
		"de": "de", "de_AT.UTF-8": "de", "pt": "pt-BR", "pt-PT": "pt-BR", "pt_BR": "pt-BR", "zh": "zh-CN", "zh-Hans-CN": "zh-CN",
		"zh-CN": "zh-CN", "ar-EG": "ar", "ja-JP": "ja", "C": English, "": English, "tlh": English, "en-GB": English,
	} {
		if got := Nearest(code); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestEveryLanguageIsChosenByItsOwnName(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Choices() {
		if c.Name == "" || seen[c.Name] {
			t.Errorf("%s is called %q", c.Code, c.Name)
		}
		seen[c.Name] = true
	}
	if len(seen) != len(assets.Languages()) {
		t.Errorf("%d of %d languages can be chosen", len(seen), len(assets.Languages()))
	}
}
