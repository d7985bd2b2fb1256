package vm

import (
	"slices"
	"strings"

	"sotto/engine/model"
)

// Person is somebody who can be mentioned.
type Person struct {
	ID   model.ID
	Name string
}

// people are the members of a conversation, sorted so that looking for the
// beginning of a name takes no time, however many they are.
type people struct {
	list  []Person
	words []personWord // sorted
}

type personWord struct {
	word string // folded, and all that follows it in the name
	at   int    // in list
}

func newPeople(list []Person) *people {
	p := &people{list: list}
	for i, who := range list {
		words := searchWords(who.Name)
		for j := range words {
			p.words = append(p.words, personWord{strings.Join(words[j:], " "), i})
		}
	}
	slices.SortFunc(p.words, func(a, b personWord) int {
		if c := strings.Compare(a.word, b.word); c != 0 {
			return c
		}
		return a.at - b.at
	})
	return p
}

// find returns up to most people a word of whose name begins with a text, in the
// order of their names; everybody for an empty one.
func (p *people) find(s string, most int) []Person {
	asked := strings.Join(searchWords(s), " ")
	if asked == "" {
		return p.list[:min(most, len(p.list))]
	}
	at, _ := slices.BinarySearchFunc(p.words, asked, func(w personWord, s string) int { return strings.Compare(w.word, s) })
	var out []Person
	seen := make(map[int]bool)
	for ; at < len(p.words) && len(out) < most && strings.HasPrefix(p.words[at].word, asked); at++ {
		if i := p.words[at].at; !seen[i] {
			seen[i] = true
			out = append(out, p.list[i])
		}
	}
	return out
}
