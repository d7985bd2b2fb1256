package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"sotto/store"
	"sotto/store/storetest"
)

// BenchmarkOpenMillion opens a profile of 1,000 conversations and 1,000,000
// messages up to the first list, and the same file with bbolt alone. Filling
// takes about a minute; SOTTO_BENCH_PROFILE names a folder to keep it in.
func BenchmarkOpenMillion(b *testing.B) {
	dir := os.Getenv("SOTTO_BENCH_PROFILE")
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "profile")
	}
	if info, err := store.Inspect(dir); err != nil {
		b.Fatal(err)
	} else if !info.Exists {
		s, err := store.Create(dir, "local", store.Protection{None: true}, store.Options{})
		if err == nil {
			err = storetest.Fill(s, storetest.Person(-1), storetest.Shape{Conversations: 1000, Messages: 1_000_000})
		}
		if err == nil {
			err = storetest.Settle(s)
		}
		if err == nil {
			err = s.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	var alone, whole time.Duration
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		db, err := bbolt.Open(filepath.Join(dir, "sotto.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
		if err != nil {
			b.Fatal(err)
		}
		alone += time.Since(start)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		s, err := store.Open(dir, store.Unlock{}, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		err = s.View(func(tx *store.Tx) error {
			if n := len(tx.Conversations()); n != 1000 {
				b.Fatalf("%d conversations", n)
			}
			return nil
		})
		whole += time.Since(start)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(alone.Microseconds())/1000/float64(b.N), "bbolt-ms/op")
	b.ReportMetric(float64(whole.Microseconds())/1000/float64(b.N), "store-ms/op")
}
