package identity

import (
	_ "embed"
	"strings"
)

// english is the word list of the recovery phrase: one word a line, line 1 is
// number 0. It comes from a published Monero library; the script that derives
// it and its checksum are in assets/wordlist.
//
//go:embed english.txt
var english string

const (
	wordCount = 1626
	// prefixLen is the number of letters of a word that carry meaning.
	prefixLen = 3
)

var (
	words   = splitWords()
	byStart = indexWords()
)

func splitWords() []string {
	list := strings.Fields(english)
	if len(list) != wordCount {
		panic("identity: embedded word list is not complete")
	}
	return list
}

func indexWords() map[string]int {
	m := make(map[string]int, wordCount)
	for i, w := range words {
		m[w[:prefixLen]] = i
	}
	if len(m) != wordCount {
		panic("identity: embedded word list is ambiguous")
	}
	return m
}

// lookup finds the number of a cleaned word by its first three letters.
func lookup(word string) (int, bool) {
	if len(word) < prefixLen {
		return 0, false
	}
	i, ok := byStart[word[:prefixLen]]
	return i, ok
}
