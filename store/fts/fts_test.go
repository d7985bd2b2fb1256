package fts

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// memory is a disk of blocks.
type memory map[string][]byte

func blockName(segment uint64, kind byte, n uint32) string {
	return fmt.Sprintf("%d/%c/%d", segment, kind, n)
}

func (m memory) Block(segment uint64, kind byte, n uint32) ([]byte, error) {
	b, ok := m[blockName(segment, kind, n)]
	if !ok {
		return nil, errors.New("no such block")
	}
	return b, nil
}

func (m memory) Docs(segment uint64, n uint32, count int) ([]Doc, error) {
	b, err := m.Block(segment, KindDocs, n)
	if err != nil {
		return nil, err
	}
	return DecodeDocs(b, count)
}

func (m memory) sink(segment uint64) Sink {
	return func(kind byte, n uint32, data []byte) error {
		m[blockName(segment, kind, n)] = slices.Clone(data)
		return nil
	}
}

func (m memory) ref(t testing.TB, segment uint64, newest, oldest int64, docs int) Ref {
	t.Helper()
	info, err := ParseInfo(m[blockName(segment, KindInfo, 0)])
	if err != nil {
		t.Fatal(err)
	}
	if info.Docs != docs {
		t.Fatalf("info says %d documents, want %d", info.Docs, docs)
	}
	return Ref{Number: segment, Newest: newest, Oldest: oldest, Docs: docs, GetInfo: func() (*Info, error) { return info, nil }}
}

func found(q, text string) bool { return Parse(q).Matches(Tokenize(text)) }

func TestQueriesFindTexts(t *testing.T) {
	for _, c := range []struct {
		query, text string
		want        bool
	}{
		{"hello", "Hello, world!", true},
		{"HELLO", "hello", true},
		{"hel", "Hello", true},
		{"ello", "Hello", false},
		{"world hello", "Hello, world!", true},
		{"wor hel", "Hello, world!", true},
		{"hello mars", "Hello, world!", false},
		{`"hello world"`, "Hello, world!", true},
		{`"world hello"`, "Hello, world!", false},
		{`"hello wor"`, "Hello, world!", false}, // whole words in closed quotes
		{`"hello wor`, "Hello, world!", true},   // still typing
		{`“hello world” fine`, "all fine: hello world", true},
		{`"a b" "c d"`, "c d and a b", true},
		{`"b c d"`, "a b x c d", false},
		{"cafe", "Un Café noir", true},
		{"café", "cafe", true},
		{"CAFÉ", "Un café", true},
		{"uber", "über", true},
		{"strasse", "Straße", true},
		{"STRAẞE", "strasse", true},
		{"oslo", "Øslo", true},
		{"istanbul", "İstanbul", true},
		{"привет", "ПРИВЕТ мир", true},
		{"елка", "Ёлка", true},
		{"λογος", "ΛΌΓΟΣ", true},
		{"مرحبا", "مَرْحَبًا بك", true},
		{"שלום", "שָׁלוֹם", true},
		{"नमस्ते", "नमस्ते दुनिया", true},
		{"日本", "私は日本語を話します", true},
		{"日", "私は日本語を話します", true},
		{"日本語を話", "私は日本語を話します", true},
		{"本日", "私は日本語を話します", false},
		{"語", "日本語", true},
		{`"日本語"`, "日本語です", true},
		{"ラーメン", "今日はラーメンを食べた", true},
		{"สวัสดี", "สวัสดีครับ", true},
		{"ครับ", "สวัสดีครับ", true},
		{"한국", "한국어를 합니다", true},
		{"하", "한국어", true}, // a syllable half typed
		{"iphone手机", "我的iPhone手机坏了", true},
		{"foo-bar", "foo-bar baz", true},
		{"foo-bar", "bar foo", false},
		{"user@example.com", "write to User@Example.com today", true},
		{"don't", "I don't know", true},
		{"2024-05", "on 2024-05-17", true},
		{"👍", "fine 👍🏽 thanks", true},
		{"👍", "fine", false},
		{"😀😀", "😀😀", true},
		{"hello", "hel\u00adlo", true}, // soft hyphen
		{strings.Repeat("x", 100), strings.Repeat("x", 100), true},
		{strings.Repeat("é", 100), strings.Repeat("e", 70), true},
		{"", "anything", false},
		{`""`, "anything", false},
		{"...", "anything ...", false},
	} {
		if got := found(c.query, c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.query, c.text, got)
		}
	}
}

func TestFieldsAreApart(t *testing.T) {
	if Parse(`"one two"`).Matches(Tokenize("one", "two")) {
		t.Error("a phrase reaches over two fields")
	}
	if !Parse("one two").Matches(Tokenize("one", "two")) {
		t.Error("words of two fields are not found together")
	}
}

// library is a set of documents in segments, and the same in memory.
type library struct {
	t      testing.TB
	rnd    *rand.Rand
	disk   memory
	refs   []Ref
	docs   []Doc
	texts  map[uint64]Text
	next   uint64
	number uint64
}

var alphabet = []string{
	"a", "ab", "abc", "abd", "b", "ba", "bad", "c", "the", "then", "there", "this", "日本", "本語", "x", "to", "of",
}

func (l *library) add(n int) {
	var b Builder
	for range n {
		l.next++
		d := Doc{ID: l.next, Time: int64(l.next)*2 + int64(l.rnd.IntN(40)), Conv: 1 + uint32(l.rnd.IntN(4)), Outgoing: l.rnd.IntN(2) == 0}
		if l.rnd.IntN(3) == 0 {
			d.Time = int64(l.next) // several with one time
		}
		var words []string
		for range 1 + l.rnd.IntN(8) {
			words = append(words, alphabet[l.rnd.IntN(len(alphabet))])
		}
		text := strings.Join(words, " ")
		b.Add(d, text)
		l.docs = append(l.docs, d)
		l.texts[d.ID] = Tokenize(text)
	}
	l.number++
	if err := b.Write(l.disk.sink(l.number)); err != nil {
		l.t.Fatal(err)
	}
	l.refs = append(l.refs, l.disk.ref(l.t, l.number, b.Span().Newest, b.Span().Oldest, n))
}

// merge merges the first n segments in small steps and drops some documents.
func (l *library) merge(n int) {
	var in []Input
	for _, r := range l.refs[:n] {
		info, _ := r.GetInfo()
		in = append(in, Input{r.Number, info})
	}
	dead := map[uint64]bool{}
	for _, d := range l.docs {
		if l.rnd.IntN(50) == 0 {
			dead[d.ID] = true
		}
	}
	m := NewMerge(in, func(_ uint64, d Doc) bool { return dead[d.ID] })
	l.number++
	for done := false; !done; {
		var err error
		if done, err = m.Step(l.disk, l.disk.sink(l.number), 1+l.rnd.IntN(3000)); err != nil {
			l.t.Fatal(err)
		}
	}
	for _, d := range m.Dropped() {
		l.docs = slices.DeleteFunc(l.docs, func(x Doc) bool { return x.ID == d.ID })
		delete(l.texts, d.ID)
	}
	l.refs = append([]Ref{l.disk.ref(l.t, l.number, m.Span().Newest, m.Span().Oldest, m.Docs())}, l.refs[n:]...)
}

func (l *library) expect(r Request) []Doc {
	var out []Doc
	for _, d := range l.docs {
		switch {
		case !r.Query.Matches(l.texts[d.ID]),
			r.Conv != 0 && d.Conv != r.Conv,
			r.From != 0 && d.Time < r.From, r.To != 0 && d.Time > r.To,
			r.Before != nil && !r.Before.newer(d),
			r.Accept != nil && !r.Accept(0, d):
			continue
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Doc) int {
		if a.newer(b) {
			return -1
		}
		return 1
	})
	return out[:min(len(out), r.Limit)]
}

func (l *library) check(n int) {
	l.t.Helper()
	for range n {
		var parts []string
		for range 1 + l.rnd.IntN(3) {
			w := alphabet[l.rnd.IntN(len(alphabet))]
			switch l.rnd.IntN(4) {
			case 0:
				w = `"` + w + " " + alphabet[l.rnd.IntN(len(alphabet))] + `"`
			case 1:
				w = `"` + w + `"`
			case 2:
				w = w[:1]
			}
			parts = append(parts, w)
		}
		text := strings.ToValidUTF8(strings.Join(parts, " "), "")
		if l.rnd.IntN(4) == 0 {
			text = strings.TrimSuffix(text, `"`)
		}
		r := Request{Query: Parse(text), Limit: 1 + l.rnd.IntN(60)}
		if r.Query.Empty() {
			continue
		}
		if l.rnd.IntN(3) == 0 {
			r.Conv = 1 + uint32(l.rnd.IntN(5))
		}
		if l.rnd.IntN(4) == 0 {
			r.From = 1 + int64(l.rnd.IntN(int(l.next*2)))
		}
		if l.rnd.IntN(4) == 0 {
			r.To = 1 + int64(l.rnd.IntN(int(l.next*2)))
		}
		if l.rnd.IntN(3) == 0 {
			d := l.docs[l.rnd.IntN(len(l.docs))]
			r.Before = &d
		}
		if l.rnd.IntN(3) == 0 {
			r.Accept = func(_ uint64, d Doc) bool { return d.Outgoing }
		}
		got, err := Search(r, l.refs, l.disk)
		if err != nil {
			l.t.Fatal(err)
		}
		if want := l.expect(r); !slices.Equal(got, want) {
			l.t.Fatalf("%q %+v:\ngot  %v\nwant %v", text, r, got, want)
		}
	}
}

// Segments of any shape answer like a plain look at every text.
func TestSearchAgainstPlainLook(t *testing.T) {
	for seed := range uint64(4) {
		l := &library{t: t, rnd: rand.New(rand.NewPCG(seed, 2)), disk: memory{}, texts: map[uint64]Text{}}
		for range 6 {
			l.add(1 + l.rnd.IntN(400))
			l.check(60)
		}
		l.add(3000) // postings over many blocks
		l.check(60)
		l.merge(3)
		l.check(60)
		l.merge(len(l.refs))
		l.check(200)
	}
}

func TestRecentDocuments(t *testing.T) {
	recent := []Doc{{ID: 1, Time: 5}, {ID: 2, Time: 9}, {ID: 3, Time: 7}}
	got, err := Search(Request{Query: Parse("x"), Limit: 2, Recent: recent, To: 8}, nil, memory{})
	if err != nil || len(got) != 2 || got[0].ID != 3 || got[1].ID != 1 {
		t.Fatal(got, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"hello", `"a b`, "日本語x", "foo-bar“”", "\xff\x00\"", "👍🏽"} {
		f.Add(s, "hello a b 日本語x")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		Parse(query).Matches(Tokenize(text))
		for _, x := range Tokenize(text).terms {
			if x.term == "" || len(x.term) > maxTerm && x.term[0] < 0x80 {
				t.Fatalf("term %q", x.term)
			}
		}
	})
}

// Blocks that are not what a writer wrote must not panic.
func FuzzBlocks(f *testing.F) {
	l := &library{t: f, rnd: rand.New(rand.NewPCG(1, 1)), disk: memory{}, texts: map[uint64]Text{}}
	l.add(300)
	info, terms, docs := l.disk["1/i/0"], l.disk["1/t/0"], l.disk["1/d/0"]
	f.Add(info, terms, docs)
	f.Fuzz(func(t *testing.T, info, terms, docs []byte) {
		i, err := ParseInfo(info)
		if err != nil {
			return
		}
		if i.Docs > 1<<16 {
			return
		}
		disk := memory{}
		for n := range len(i.terms) {
			disk[blockName(1, KindTerms, uint32(n))] = terms
		}
		for n := range len(i.times) {
			disk[blockName(1, KindDocs, uint32(n))] = docs
		}
		ref := Ref{Number: 1, Docs: i.Docs, Newest: 1 << 62, GetInfo: func() (*Info, error) { return i, nil }}
		for _, q := range []string{"th", `"a b"`, `"the a`, "a b"} {
			_, _ = Search(Request{Query: Parse(q), Limit: 20, Before: &Doc{Time: 100, ID: 5}}, []Ref{ref}, disk)
		}
		m := NewMerge([]Input{{1, i}}, nil)
		for range 100 {
			if done, err := m.Step(disk, func(byte, uint32, []byte) error { return nil }, 1000); done || err != nil {
				break
			}
		}
	})
}
