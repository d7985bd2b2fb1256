package identity_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

const (
	goodPhrase = "amaze buffet cake entrance symptoms tiger lamb maze nestle python dusted faxed faxed"
	goodSeed   = "000102030405060708090a0b0c0d0e0f"
)

func TestEmbeddedWordList(t *testing.T) {
	list, err := os.ReadFile("english.txt")
	if err != nil {
		t.Fatal(err)
	}
	// The list that assets/wordlist/derive.sh derives.
	const want = "eaa6bce7dd92f4d6dd74f224264e0ef4ad21095d68ec77616b26ceb599baf4f7"
	if sum := sha256.Sum256(list); hex.EncodeToString(sum[:]) != want {
		t.Errorf("SHA-256 %x", sum)
	}
	words := strings.Fields(string(list))
	if len(words) != 1626 || !slices.IsSorted(words) {
		t.Errorf("%d words, sorted: %v", len(words), slices.IsSorted(words))
	}
	for _, w := range words {
		if !identity.CheckWord(w) {
			t.Errorf("%q is refused", w)
		}
	}
}

// 64 bytes through the official word order, 16 bytes at a time, without the
// checksum word.
func TestOfficialWordOrder(t *testing.T) {
	v := vectors(t).WordOrderCheck
	words := v.Languages["english"].Words
	if len(v.Seed) != 64 || len(words) != 48 {
		t.Fatalf("%d bytes, %d words", len(v.Seed), len(words))
	}
	for i := range 4 {
		phrase, err := identity.EncodePhrase(v.Seed[16*i : 16*i+16])
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Fields(phrase)[:12], words[12*i:12*i+12]; !slices.Equal(got, want) {
			t.Errorf("part %d: %v, want %v", i, got, want)
		}
	}
}

func TestDecodePhraseGenerously(t *testing.T) {
	v := vectors(t)
	numbered := ""
	for i, w := range strings.Fields(goodPhrase) {
		numbered += fmt.Sprintf("  %2d.) %s,\r\n", i+1, w)
	}
	for name, text := range map[string]string{
		"plain":               goodPhrase,
		"official prefixes":   v.PrefixTolerance.Phrase,
		"upper case":          strings.ToUpper(goodPhrase),
		"blanks and breaks":   "\n\t " + strings.ReplaceAll(goodPhrase, " ", " \u00a0\r\n\t") + "\n\n",
		"commas":              strings.ReplaceAll(goodPhrase, " ", ","),
		"numbered":            numbered,
		"numbers glued":       "1" + strings.ReplaceAll(goodPhrase, " ", "2"),
		"quotes":              "“" + goodPhrase + ".”",
		"three letters each":  "ama buf cak ent sym tig lam maz nes pyt dus fax fax",
		"full-width letters":  strings.Replace(goodPhrase, "amaze", "ａｍａｚｅ", 1),
		"soft hyphen":         strings.Replace(goodPhrase, "entrance", "en\u00adtrance", 1),
		"zero-width joiner":   strings.Replace(goodPhrase, "entrance", "e\u200dntrance", 1),
		"byte order mark":     "\ufeff" + goodPhrase,
		"ideographic space":   strings.ReplaceAll(goodPhrase, " ", "\u3000"),
		"decomposed trailing": strings.Replace(goodPhrase, "tiger", "tige\u0301r", 1),
	} {
		seed, err := identity.DecodePhrase(text)
		if err != nil || hex.EncodeToString(seed) != goodSeed {
			t.Errorf("%s: %x, %v", name, seed, err)
		}
		if seed, err = identity.DecodeRecovery(text); err != nil || hex.EncodeToString(seed) != goodSeed {
			t.Errorf("%s, DecodeRecovery: %x, %v", name, seed, err)
		}
	}
}

func Test25Words(t *testing.T) {
	v := vectors(t).Phrase25
	seed, err := identity.DecodePhrase(v.Phrase)
	if err != nil || !bytes.Equal(seed, v.Seed32) {
		t.Errorf("%x, %v", seed, err)
	}
	if phrase, err := identity.EncodePhrase(v.Seed32); err != nil || phrase != v.Phrase {
		t.Errorf("%q, %v", phrase, err)
	}
}

func TestEncodePhraseLengths(t *testing.T) {
	for _, n := range []int{0, 4, 15, 17, 31, 33, 64} {
		if phrase, err := identity.EncodePhrase(make([]byte, n)); !errors.Is(err, identity.ErrSeedLength) {
			t.Errorf("%d bytes: %q, %v", n, phrase, err)
		}
	}
}

func TestPhraseMistakes(t *testing.T) {
	words := strings.Fields(goodPhrase)
	first := func(n int) string { return strings.Join(words[:n], " ") }
	replaced := func(i int, w string) string {
		changed := slices.Clone(words)
		changed[i-1] = w
		return strings.Join(changed, " ")
	}
	long := strings.Fields(vectors(t).Phrase25.Phrase)
	tests := []struct {
		name, phrase string
		kind         identity.PhraseErrorKind
		position     int
		word         string
		suggested    string // must be the first suggestion
	}{
		{"empty", "", identity.PhraseEmpty, 0, "", ""},
		{"blanks", " \n\t\u200b ", identity.PhraseEmpty, 0, "", ""},
		{"numbers only", "1. 2. 3.", identity.PhraseEmpty, 0, "", ""},
		{"one word", first(1), identity.PhraseTooFewWords, 1, "", ""},
		{"eleven words", first(11), identity.PhraseTooFewWords, 11, "", ""},
		{"twelve words", first(12), identity.PhraseMissingChecksum, 12, "", ""},
		{"fourteen words", goodPhrase + " faxed", identity.PhraseTooManyWords, 14, "", ""},
		{"twice", goodPhrase + " " + goodPhrase, identity.PhraseTooManyWords, 26, "", ""},
		{"24 of 25 words", strings.Join(long[:24], " "), identity.PhraseMissingChecksum, 24, "", ""},
		{"23 of 25 words", strings.Join(long[:23], " "), identity.PhraseTooManyWords, 23, "", ""},
		{"endless", strings.Repeat("faxed ", 10000), identity.PhraseTooManyWords, 0, "", ""},
		{"unknown word", replaced(4, "zzzzz"), identity.PhraseUnknownWord, 4, "zzzzz", ""},
		{"letters swapped", replaced(4, "etnrance"), identity.PhraseUnknownWord, 4, "etnrance", "entrance"},
		{"letter missing", replaced(6, "tger"), identity.PhraseUnknownWord, 6, "tger", "tiger"},
		{"letter doubled", replaced(6, "ttiger"), identity.PhraseUnknownWord, 6, "ttiger", "tiger"},
		{"too short to know", replaced(7, "la"), identity.PhraseUnknownWord, 7, "la", ""},
		{"other script", replaced(6, "тигр"), identity.PhraseUnknownWord, 6, "тигр", ""},
		{"accent in the prefix", replaced(6, "t\u0131ger"), identity.PhraseUnknownWord, 6, "t\u0131ger", "tiger"},
		{"unknown and too few", "amaze bufet cake xyzzy", identity.PhraseUnknownWord, 4, "xyzzy", ""},
		{"words run together", strings.Replace(goodPhrase, "tiger lamb", "tigerlamb", 1), identity.PhraseMissingChecksum, 12, "", ""},
		{"impossible first", "abbey abbey zoom abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey", identity.PhraseImpossible, 1, "", ""},
		{"impossible third", "abbey abbey abbey abbey abbey abbey abbey abbey zoom abbey abbey abbey abbey", identity.PhraseImpossible, 7, "", ""},
		{"wrong checksum word", first(12) + " amaze", identity.PhraseWrongChecksum, 13, "amaze", ""},
		{"two words swapped", "buffet amaze " + strings.Join(words[2:], " "), identity.PhraseWrongChecksum, 13, "faxed", ""},
		{"25 words, wrong checksum", strings.Join(long[:24], " ") + " amaze", identity.PhraseWrongChecksum, 25, "amaze", ""},
	}
	for _, tt := range tests {
		seed, err := identity.DecodePhrase(tt.phrase)
		var mistake *identity.PhraseError
		if !errors.As(err, &mistake) || seed != nil {
			t.Errorf("%s: %x, %v", tt.name, seed, err)
			continue
		}
		if mistake.Kind != tt.kind || mistake.Position != tt.position || mistake.Word != tt.word {
			t.Errorf("%s: %v at %d, %q", tt.name, mistake.Kind, mistake.Position, mistake.Word)
		}
		if tt.suggested != "" && (len(mistake.Suggestions) == 0 || mistake.Suggestions[0] != tt.suggested) {
			t.Errorf("%s: suggestions %v", tt.name, mistake.Suggestions)
		}
		if len(mistake.Suggestions) > 5 {
			t.Errorf("%s: %d suggestions", tt.name, len(mistake.Suggestions))
		}
		// Error texts may be logged: they hold no word of the phrase.
		for _, w := range strings.Fields(tt.phrase) {
			if len(w) > 3 && strings.Contains(err.Error(), w) {
				t.Errorf("%s: the error says %q", tt.name, err)
				break
			}
		}
	}
}

// The fitting checksum word is not given away: see PhraseWrongChecksum.
func TestWrongChecksumDoesNotOfferAWord(t *testing.T) {
	_, err := identity.DecodePhrase("buffet amaze cake entrance symptoms tiger lamb maze nestle python dusted faxed faxed")
	var mistake *identity.PhraseError
	if !errors.As(err, &mistake) || mistake.Suggestions != nil {
		t.Errorf("%+v", err)
	}
}

func TestOfficialRejections(t *testing.T) {
	kinds := map[string]identity.PhraseErrorKind{
		"wrong checksum word":                   identity.PhraseWrongChecksum,
		"two words swapped: checksum fails":     identity.PhraseWrongChecksum,
		"unknown word":                          identity.PhraseUnknownWord,
		"12 words, checksum missing":            identity.PhraseMissingChecksum,
		"first triplet is above 2^32-1: reject": identity.PhraseImpossible,
	}
	for _, v := range vectors(t).MustReject {
		want, known := kinds[v.Reason]
		if !known {
			t.Errorf("no rule for the rejection %q", v.Reason)
			continue
		}
		for name, decode := range map[string]func(string) ([]byte, error){
			"DecodePhrase": identity.DecodePhrase, "DecodeRecovery": identity.DecodeRecovery,
		} {
			_, err := decode(v.Phrase)
			var mistake *identity.PhraseError
			if !errors.As(err, &mistake) || mistake.Kind != want {
				t.Errorf("%s, %s: %v", v.Reason, name, err)
			}
		}
	}
}

func TestDecodeRecoveryFromQR(t *testing.T) {
	long := hex.EncodeToString(vectors(t).Phrase25.Seed32)
	for name, tt := range map[string]struct{ text, want string }{
		"QR content":        {goodSeed, goodSeed},
		"upper case":        {strings.ToUpper(goodSeed), goodSeed},
		"blanks around":     {" \n" + goodSeed + "\u200b\r\n", goodSeed},
		"broken into lines": {goodSeed[:16] + "\n" + goodSeed[16:], goodSeed},
		"32 bytes":          {long, long},
		"digits only":       {strings.Repeat("12345678", 4), strings.Repeat("12345678", 4)},
	} {
		if seed, err := identity.DecodeRecovery(tt.text); err != nil || hex.EncodeToString(seed) != tt.want {
			t.Errorf("%s: %x, %v", name, seed, err)
		}
	}
	for name, tt := range map[string]struct {
		text string
		kind identity.PhraseErrorKind
	}{
		"a character short": {goodSeed[:31], identity.PhraseBadHex},
		"a character long":  {goodSeed + "0", identity.PhraseBadHex},
		"Session ID":        {aliceID, identity.PhraseBadHex},
		"empty":             {"", identity.PhraseEmpty},
		"endless":           {strings.Repeat("0", 1<<20), identity.PhraseTooManyWords},
	} {
		_, err := identity.DecodeRecovery(tt.text)
		var mistake *identity.PhraseError
		if !errors.As(err, &mistake) || mistake.Kind != tt.kind {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := identity.Restore(tt.text); !errors.As(err, &mistake) {
			t.Errorf("%s: Restore: %v", name, err)
		}
	}
}

func TestCompleteWord(t *testing.T) {
	tests := []struct {
		typed string
		want  []string
	}{
		{"", nil},
		{"  ", nil},
		{"two words", nil},
		{"abb", []string{"abbey"}},
		{"ABB ", []string{"abbey"}},
		{"abbey", []string{"abbey"}},
		{"abbot", []string{"abbey"}}, // is read as abbey
		{"zo", []string{"zodiac", "zombie", "zones", "zoom"}},
		{"zz", nil},
		{"zzz", nil},
	}
	for _, tt := range tests {
		if got := identity.CompleteWord(tt.typed); !slices.Equal(got, tt.want) {
			t.Errorf("%q completes to %v, want %v", tt.typed, got, tt.want)
		}
	}
	if got := identity.CompleteWord("a"); len(got) < 50 || !slices.IsSorted(got) {
		t.Errorf("%d words begin with a", len(got))
	}
}

func TestCheckWord(t *testing.T) {
	for word, want := range map[string]bool{
		"abbey": true, "Abbey": true, " abbey, ": true, "3. abbey": true, "abb": true, "abbot": true,
		"": false, "ab": false, "zzzzz": false, "abbey abbey": false, "123": false,
		strings.Repeat("abbey", 1000): false,
	} {
		if got := identity.CheckWord(word); got != want {
			t.Errorf("%.20q: %v", word, got)
		}
	}
}

func TestSuggestWords(t *testing.T) {
	for typed, want := range map[string]string{"netrance": "entrance", "ubffet": "buffet", "yptohn": "python", "zmo": "zoom"} {
		if got := identity.SuggestWords(typed); !slices.Contains(got, want) {
			t.Errorf("%q: %v", typed, got)
		}
	}
	for _, typed := range []string{"", "xxxxxxxxx", strings.Repeat("a", 33)} {
		if got := identity.SuggestWords(typed); got != nil {
			t.Errorf("%.20q: %v", typed, got)
		}
	}
}

func FuzzDecodeRecovery(f *testing.F) {
	f.Add(goodPhrase)
	f.Add(goodSeed)
	f.Add("abbey abbey zoom abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey")
	f.Add("1. ａｍａｚｅ, \u00ad\xff")
	f.Fuzz(func(t *testing.T, text string) {
		seed, err := identity.DecodeRecovery(text)
		if err != nil {
			var mistake *identity.PhraseError
			if !errors.As(err, &mistake) || mistake.Kind == 0 {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		phrase, err := identity.EncodePhrase(seed)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := identity.DecodePhrase(phrase); err != nil || !bytes.Equal(back, seed) {
			t.Fatalf("%q gives %x, whose phrase gives %x, %v", text, seed, back, err)
		}
	})
}

func FuzzEncodePhrase(f *testing.F) {
	f.Add(make([]byte, 16))
	f.Add(bytes.Repeat([]byte{0xff}, 32))
	f.Fuzz(func(t *testing.T, seed []byte) {
		phrase, err := identity.EncodePhrase(seed)
		if err != nil {
			return
		}
		if back, err := identity.DecodePhrase(phrase); err != nil || !bytes.Equal(back, seed) {
			t.Fatalf("%x: %q gives %x, %v", seed, phrase, back, err)
		}
	})
}
