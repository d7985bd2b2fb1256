package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// database makes a file with a large bucket, a small one (inline) and free
// pages, and returns it with its records.
func database(t *testing.T) ([]byte, map[string]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for round := range 3 {
		err := db.Update(func(tx *bbolt.Tx) error {
			big, err := tx.CreateBucketIfNotExists([]byte("big"))
			if err != nil {
				return err
			}
			small, err := tx.CreateBucketIfNotExists([]byte("small"))
			if err != nil {
				return err
			}
			for i := range 6000 {
				k, v := fmt.Sprintf("key %05d", i), fmt.Sprintf("value %d of round %d", i, round)
				want["big/"+k] = v
				if err := big.Put([]byte(k), []byte(v)); err != nil {
					return err
				}
			}
			long := string(bytes.Repeat([]byte("x"), 20000)) // pages of overflow
			want["big/long"], want["small/a"] = long, "b"
			if err := big.Put([]byte("long"), []byte(long)); err != nil {
				return err
			}
			return small.Put([]byte("a"), []byte("b"))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, want
}

func check(b []byte) error {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	return f.Check()
}

func TestWalkFindsAll(t *testing.T) {
	b, want := database(t)
	if err := check(b); err != nil {
		t.Fatal(err)
	}
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	lost := f.Walk(f.Metas()[0], nil, func(r Record) { got[r.Bucket+"/"+string(r.Key)] = string(r.Value) })
	if lost != 0 || len(got) != len(want) {
		t.Fatalf("%d records, want %d; %d pages lost", len(got), len(want), lost)
	}
	for k, v := range want {
		if got[k] != v {
			t.Fatalf("%s is %q", k, got[k])
		}
	}
	// Without metas everything is still somewhere.
	clear(b[:8192])
	if err := check(b); !errors.Is(err, ErrBad) {
		t.Errorf("file without metas: %v", err)
	}
	loose := map[string]bool{}
	Raw(bytes.NewReader(b), int64(len(b)), 4096).Loose(func(r Record) { loose[string(r.Key)+"="+string(r.Value)] = true })
	for k, v := range want {
		if key := k[len(k)-len(filepath.Base(k)):]; !loose[key+"="+v] {
			t.Fatalf("%s is not among the loose records", k)
		}
	}
}

// pagesOf lists the pages of a kind that carry their own number.
func pagesOf(b []byte, flag uint16) (ids []int) {
	for i := 2; i < len(b)/4096; i++ {
		p := parseHeader(b[i*4096:])
		if p.id == uint64(i) && p.flags == flag && p.count > 0 {
			ids = append(ids, i)
		}
	}
	return ids
}

// Every branch page that is in use, spoiled in every way that would lead bbolt
// astray, is noticed before bbolt sees it.
func TestCheckNotices(t *testing.T) {
	whole, _ := database(t)
	f, err := Open(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	used := map[int]bool{}
	for _, id := range pagesOf(whole, flagBranch) {
		b := bytes.Clone(whole)
		clear(b[id*4096 : id*4096+4096])
		if check(b) != nil {
			used[id] = true
		}
	}
	if len(used) == 0 {
		t.Fatal("no branch page is in use")
	}
	for id := range used {
		at := id * 4096
		count := int(binary.LittleEndian.Uint16(whole[at+10:]))
		for what, spoil := range map[string]func(b []byte){
			"child is the page itself":  func(b []byte) { binary.LittleEndian.PutUint64(b[at+24:], uint64(id)) },
			"child is a meta page":      func(b []byte) { binary.LittleEndian.PutUint64(b[at+24:], 1) },
			"child is out of range":     func(b []byte) { binary.LittleEndian.PutUint64(b[at+24:], 1<<40) },
			"child stands twice":        func(b []byte) { copy(b[at+24:at+32], b[at+16+16*(count-1)+8:]) },
			"child is free":             func(b []byte) { binary.LittleEndian.PutUint64(b[at+24:], firstFree(t, f)) },
			"too many elements":         func(b []byte) { binary.LittleEndian.PutUint16(b[at+10:], 0xFFFF) },
			"no elements":               func(b []byte) { binary.LittleEndian.PutUint16(b[at+10:], 0) },
			"another number":            func(b []byte) { b[at] ^= 4 },
			"overflow beyond the end":   func(b []byte) { binary.LittleEndian.PutUint32(b[at+12:], 1<<30) },
			"key outside of the page":   func(b []byte) { binary.LittleEndian.PutUint32(b[at+16:], 1<<31) },
			"keys out of order":         func(b []byte) { b[at+16+int(binary.LittleEndian.Uint32(whole[at+16:]))] = 0xFF },
			"neither branch nor leaf":   func(b []byte) { b[at+8] = 0x40 },
			"file ends before the page": nil,
		} {
			b := bytes.Clone(whole)
			if spoil == nil {
				b = b[:at]
			} else {
				spoil(b)
			}
			if err := check(b); !errors.Is(err, ErrBad) {
				t.Errorf("page %d, %s: %v", id, what, err)
			}
		}
	}
}

func firstFree(t *testing.T, f *File) uint64 {
	t.Helper()
	p, err := f.read(f.Metas()[0].Freelist)
	if err != nil || p.count == 0 {
		t.Fatalf("no free page: %v", err)
	}
	return binary.LittleEndian.Uint64(p.data[headerSize:])
}

// Of two metas the newer counts; when it is torn, the older.
func TestMetas(t *testing.T) {
	b, _ := database(t)
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(f.Metas()) != 2 || f.Metas()[0].Txid != f.Metas()[1].Txid+1 {
		t.Fatalf("%+v, %v", f.Metas(), err)
	}
	newest := int(f.Metas()[0].Txid % 2)
	b[newest*4096+50] ^= 1
	f, err = Open(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(f.Metas()) != 1 || f.Metas()[0].Txid%2 == uint64(newest) || f.PageSize() != 4096 {
		t.Fatalf("%+v, %v", f.Metas(), err)
	}
}
