package main

import (
	"math/rand/v2"
	"strings"
)

// prose writes sentences whose words are as unevenly frequent as those of a
// language (Zipf), the same ones in each run.
type prose struct {
	r    *rand.Rand
	zipf *rand.Zipf
}

const vocabulary = 60_000

func newProse(seed uint64) *prose {
	r := rand.New(rand.NewPCG(seed, 7))
	return &prose{r, rand.NewZipf(r, 1.07, 8, vocabulary-1)}
}

func (p *prose) pick(n int) int { return p.r.IntN(n) }

// sentence has 4 to 18 words.
func (p *prose) sentence() string {
	var b strings.Builder
	for i := range 4 + p.r.IntN(15) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(p.zipf.Uint64()))
	}
	return b.String()
}

var syllables = strings.Fields("ba be bi bo bu da de di do du fa fe fi fo ga ge go ha he hi ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu pa pe po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi zo")

// word spells a number in syllables; frequent words are short.
func word(n uint64) string {
	var b strings.Builder
	for n += 3; n > 0; n /= uint64(len(syllables)) {
		b.WriteString(syllables[n%uint64(len(syllables))])
	}
	return b.String()
}
