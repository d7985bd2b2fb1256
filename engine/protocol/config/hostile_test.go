package config

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/bt"
	"sotto/internal/cputime"
)

// forge closes any plaintext as a message of a config: the writer has the keys.
func forge(c *Config, plain []byte) Message {
	body := make([]byte, 0, len(plain)+overhead)
	return Message{"forged", encrypt(append(body, plain...), &c.keys[0], c.domain)}
}

// bomb is a zstd frame of many zeros, behind 'z'.
func bomb(t testing.TB, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteByte('z')
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for range size >> 20 {
		if _, err := w.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func body(data string) string { return "d1:#i7e1:&" + data + "1:<le1:=dee" }

func TestHostileMessagesChangeNothing(t *testing.T) {
	account := vectorAccount(t)
	c := filled(t, account, 3)
	deep := strings.Repeat("d1:a", 5000) + "i1e" + strings.Repeat("e", 5000)
	var many strings.Builder
	for i := range 1_500_000 {
		fmt.Fprintf(&many, "i%de", i)
	}
	part := func(final [32]byte, index, count byte, data string) []byte {
		b := append([]byte("ml"), bt.AppendBytes(nil, final[:])...)
		b = append(b, '1', ':', index, '1', ':', count)
		return append(bt.AppendString(b, data), 'e')
	}
	hash := strings.Repeat("h", 32)
	zero := [32]byte{}
	tests := []struct {
		name  string
		plain []byte
		want  error
	}{
		{"nothing", nil, ErrFormat},
		{"only padding", make([]byte, 512), ErrFormat},
		{"unknown type", []byte("x1234"), ErrFormat},
		{"not a dict", []byte("le"), ErrFormat},
		{"bomb", bomb(t, 200<<20), ErrCompression},
		{"bombs in a row", bytes.Repeat(bomb(t, 12<<20)[1:], 3), ErrFormat},
		{"frames in a row", append([]byte("z"), bytes.Repeat(bomb(t, 12<<20)[1:], 3)...), ErrCompression},
		{"broken zstd", []byte("zzzzzzzz"), ErrCompression},
		{"empty zstd", []byte("z"), ErrCompression},
		{"nested", []byte(body(deep)), ErrFormat},
		{"nested diff", []byte("d1:#i7e1:&de1:<le1:=" + deep + "e"), ErrFormat},
		{"nested unknown", []byte("d1:#i7e1:$" + strings.Repeat("l", 100000)), ErrFormat},
		{"many elements", compress([]byte(body("d1:sl" + many.String() + "ee"))), ErrFormat},
		{"string beyond the end", []byte("d1:#i7e1:&d1:a99999999999:xee"), ErrFormat},
		{"length beyond int64", []byte("d1:#i7e1:&d1:a99999999999999999999999:xee"), ErrFormat},
		{"negative seqno", []byte("d1:#i-1e1:&de1:<le1:=dee"), ErrSeqno},
		{"last seqno", []byte("d1:#i9223372036854775807e1:&de1:<le1:=dee"), ErrSeqno},
		{"seqno beyond int64", []byte("d1:#i9223372036854775808e1:&de1:<le1:=dee"), ErrFormat},
		{"lagged seqno of the future", []byte("d1:#i7e1:&de1:<lli8e32:" + hash + "deee1:=dee"), ErrSeqno},
		{"lagged twice", []byte("d1:#i7e1:&de1:<lli6e32:" + hash + "deeli6e32:" + hash + "deee1:=dee"), ErrFormat},
		{"lagged hash of 31", []byte("d1:#i7e1:&de1:<lli6e31:" + hash[1:] + "deee1:=dee"), ErrFormat},
		{"lagged with four", []byte("d1:#i7e1:&de1:<lli6e32:" + hash + "dei1eee1:=dee"), ErrFormat},
		{"integer beyond int64", []byte(body("d1:ai9223372036854775808ee")), ErrFormat},
		{"dict in a set", []byte(body("d1:sldeee")), ErrFormat},
		{"empty set", []byte(body("d1:slee")), ErrFormat},
		{"diff of an integer", []byte("d1:#i7e1:&de1:<le1:=d1:ai1eee"), ErrFormat},
		{"diff of another word", []byte("d1:#i7e1:&de1:<le1:=d1:a1:xee"), ErrFormat},
		{"set diff of one list", []byte("d1:#i7e1:&de1:<le1:=d1:alleeee"), ErrFormat},
		{"set diff of three lists", []byte("d1:#i7e1:&de1:<le1:=d1:allelеleeee"), ErrFormat},
		{"set diff of dicts", []byte("d1:#i7e1:&de1:<le1:=d1:alldeeleeee"), ErrFormat},
		{"signature of 63", []byte("d1:#i7e1:&de1:<le1:=de1:~63:" + strings.Repeat("s", 63) + "e"), ErrSignature},
		{"no list of a part", []byte("mi1e"), ErrMultipart},
		{"part of one", part(zero, 0, 1, "x"), ErrMultipart},
		{"part behind the last", part(zero, 3, 3, "x"), ErrMultipart},
		{"part without data", part(zero, 0, 2, ""), ErrMultipart},
		{"part with a longer index", []byte("ml32:" + hash + "2:001:\x021:xe"), ErrMultipart},
	}
	before := c.Dump()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := forge(c.Config, tt.plain)
			var start, end runtime.MemStats
			runtime.ReadMemStats(&start)
			began := cputime.Used()
			r := c.Merge(vectorTime, []Message{m})
			took := cputime.Used() - began
			runtime.ReadMemStats(&end)
			if len(r.Accepted) != 0 || len(r.Refused) != 1 || r.Changed || !errors.Is(r.Refused[0].Err, tt.want) {
				t.Errorf("%+v, want %v", r, tt.want)
			}
			if used := (end.TotalAlloc - start.TotalAlloc) >> 20; used > 400 {
				t.Errorf("took %d MiB", used)
			}
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if !bytes.Equal(before, c.Dump()) {
				t.Error("the state is another")
			}
		})
	}
}

// The rules for a group are tighter: its admins are other people.
func TestHostileAdmin(t *testing.T) {
	c := newInfo(t, Group{
		ID:   sessionID(t, "03c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625"),
		Keys: [][32]byte{{1}},
	})
	for _, size := range []int{3 << 20, 12 << 20} {
		r := c.Merge(vectorTime, []Message{forge(c.Config, bomb(t, size))})
		if len(r.Refused) != 1 || r.Refused[0].Err != ErrCompression {
			t.Errorf("bomb of %d: %+v", size, r)
		}
	}
	if r := c.Merge(vectorTime, []Message{forge(c.Config, bomb(t, 1<<20))}); !errors.Is(r.Refused[0].Err, ErrFormat) {
		t.Errorf("%+v", r) // unpacks, and is nothing
	}
}

func TestIncompletePartsAreBounded(t *testing.T) {
	c := filled(t, vectorAccount(t), 0)
	random := rand.New(rand.NewPCG(3, 4))
	now := vectorTime
	chunk := make([]byte, partChunk)
	for i := range 500 {
		final := blake2b.Sum256([]byte{byte(i), byte(i >> 8)})
		b := append([]byte("ml"), bt.AppendBytes(nil, final[:])...)
		b = append(b, '1', ':', byte(random.IntN(200)), '1', ':', 200)
		b = append(bt.AppendBytes(b, chunk), 'e')
		now = now.Add(time.Second)
		c.Merge(now, []Message{{fmt.Sprint("h", i), forge(c.Config, b).Data}})
		if len(c.parts) > maxPartSets || c.partBytes() > maxPartBytes {
			t.Fatalf("%d sets of %d bytes", len(c.parts), c.partBytes())
		}
	}
	if hashes := c.ActiveHashes(); len(hashes) != maxPartSets || !strings.Contains(fmt.Sprint(hashes), "h499") {
		t.Errorf("%d hashes", len(hashes))
	}
	again, err := NewContacts(vectorAccount(t), c.Dump())
	if err != nil || len(again.parts) != maxPartSets {
		t.Fatalf("%d sets, %v", len(again.parts), err)
	}
	again.Merge(now.Add(partsAlive+time.Second), []Message{{"junk", nil}})
	if len(again.parts) != 0 || !again.NeedsDump() {
		t.Errorf("%d sets after a week", len(again.parts))
	}
}

func TestPartsThatLie(t *testing.T) {
	account := vectorAccount(t)
	source := filled(t, account, 2500)
	p, err := source.Push(vectorTime)
	if err != nil || len(p.Payloads) != 2 {
		t.Fatal(err)
	}
	c := filled(t, account, 0)
	plain, err := c.open(p.Payloads[1])
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Clone(plain)
	wrong[len(wrong)/2] ^= 1
	count := bytes.Clone(plain)
	count[bytes.Index(plain, []byte("1:\x011:\x02"))+5] = 9
	in := func(plain []byte) []Message { return []Message{forge(c.Config, plain)} }
	c.Merge(vectorTime, []Message{{"first", p.Payloads[0]}})
	if r := c.Merge(vectorTime, in(count)); len(r.Refused) != 1 || r.Refused[0].Err != ErrMultipart {
		t.Errorf("another count: %+v", r)
	}
	if r := c.Merge(vectorTime, in(wrong)); len(r.Refused) != 1 || r.Refused[0].Err != ErrMultipart || c.Seqno() != 0 {
		t.Errorf("wrong data: %+v", r)
	}
	// The right ones may come again.
	r := c.Merge(vectorTime, []Message{{"first", p.Payloads[0]}, {"second", p.Payloads[1]}})
	if len(r.Accepted) != 2 || c.Len() != 2500 {
		t.Errorf("%+v, %d contacts", r, c.Len())
	}
}

// 100,000 contacts are more than the swarm takes. They are read in reasonable
// time and memory all the same, and not pushed.
func TestHundredThousandContacts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	account := vectorAccount(t)
	c := filled(t, account, 0)
	text := hugeContacts(100_000)
	if len(text) > MaxPlaintext {
		t.Fatalf("%d bytes", len(text))
	}
	if z := compress([]byte(text)); len(z) < MaxMessage {
		t.Fatalf("only %d bytes compressed", len(z))
	} else if r := c.Merge(vectorTime, []Message{forge(c.Config, z)}); len(r.Refused) != 1 || r.Refused[0].Err != ErrNotOpen {
		t.Fatalf("%+v", r)
	}
	// As if a client had packed them better.
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	began := cputime.Used()
	m, err := parse([]byte(text), plainLimits, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	c.adopt([]candidate{{m, []string{"h"}}}, -1)
	took := cputime.Used() - began
	runtime.ReadMemStats(&end)
	used := (end.TotalAlloc - start.TotalAlloc) >> 20
	t.Logf("%d bytes of text: %v, %d MiB", len(text), took, used)
	if c.Len() != 100_000 || took > 20*time.Second || used > 200 {
		t.Fatalf("%d contacts in %v with %d MiB", c.Len(), took, used)
	}
	if err := c.Set(Contact{ID: numbered(7), Name: "one more"}); err != nil {
		t.Fatal(err)
	}
	seqno, state := c.Seqno(), c.settled().text
	if _, err := c.Push(vectorTime); err != ErrTooLarge {
		t.Fatalf("pushed: %v", err)
	}
	if c.State() != Dirty || c.Seqno() != seqno || c.settled().text != state {
		t.Error("the failed push changed the state")
	}
	if found, err := c.Erase(numbered(7)); !found || err != nil {
		t.Error(err)
	}
}

func hugeContacts(n int) string {
	d := &dict{}
	for i := range n {
		id := numbered(i)
		fields := &dict{entries: []entry{
			{key: "A", kind: kindInt, num: 1}, {key: "a", kind: kindInt, num: 1},
			{key: "n", kind: kindString, text: fmt.Sprintf("Friend %d", i)},
		}}
		d.entries = append(d.entries, entry{key: string(id[:]), kind: kindDict, sub: fields})
	}
	sortEntries(d.entries)
	m := newMessage().increment()
	m.data = &dict{entries: []entry{{key: "c", kind: kindDict, sub: d}}}
	m.diff = diffOf(emptyDict, m.data)
	m.serialize(nil)
	return m.text
}

func TestNamesThatAreNone(t *testing.T) {
	account := vectorAccount(t)
	c := filled(t, account, 1)
	r := c.record("c", string(ptr(numbered(0))[:]))
	long := strings.Repeat("ä", 300)
	r.text("n", "a\xff\xfeb\x00")
	r.text("N", long)
	r.text("p", "http://"+strings.Repeat("x", 4000))
	r.text("q", "short")
	r.number("!", 1767225600123456) // µs
	r.number("j", 1767225600123)    // ms
	r.number("@", 99)
	r.number("+", -7)
	r.text("e", "text")
	r.set("f", []entry{intEntry(1), intEntry(-5), stringEntry("new")})
	if r.err != nil {
		t.Fatal(r.err)
	}
	got, ok := c.Get(numbered(0))
	if !ok || got.Name != "a\ufffdb\x00" || len(got.Nickname) != 100 || !got.Picture.IsZero() || got.Notify != NotifyDefault ||
		got.MutedUntil != 1767225600 || got.Created != 1767225600 || got.Expiry != ExpiryOff || got.ProFeatures != 2 || got.Priority != -7 {
		t.Errorf("reads %+v", got)
	}
	// Writing back what was read leaves everything as it is.
	before := c.settled().text
	if err := c.Set(got); err != nil || c.settled().text != before {
		t.Errorf("written back: %v\n%q, was\n%q", err, c.settled().text, before)
	}
	got.ProFeatures = 1
	if err := c.Set(got); err != nil || !strings.Contains(c.settled().text, "1:fli-5ei0e3:newe") {
		t.Errorf("elements that nobody knows: %v, %q", err, c.settled().text)
	}
	for name, bad := range map[string]func(*Contact){
		"long name":   func(v *Contact) { v.Name = long },
		"no text":     func(v *Contact) { v.Nickname = "\xff" },
		"long URL":    func(v *Contact) { v.Picture = Picture{strings.Repeat("x", 224), testKey} },
		"short key":   func(v *Contact) { v.Picture = Picture{"http://x", testKey[1:]} },
		"key only":    func(v *Contact) { v.Picture = Picture{"", testKey} },
		"notify":      func(v *Contact) { v.Notify = 4 },
		"expiry":      func(v *Contact) { v.Expiry = 3 },
		"wrong id":    func(v *Contact) { v.ID[0] = 3 },
		"negative":    func(v *Contact) { v.Notify = -1 },
		"no such one": func(v *Contact) { v.ID = [33]byte{} },
	} {
		v := got
		bad(&v)
		before := c.settled().text
		err := c.Set(v)
		if !errors.Is(err, ErrName) && !errors.Is(err, ErrPicture) && !errors.Is(err, ErrValue) && !errors.Is(err, ErrID) {
			t.Errorf("%s: %v", name, err)
		}
		if c.settled().text != before {
			t.Errorf("%s changed something", name)
		}
	}
}
