package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/store"
)

// query is one search in both languages.
type query struct {
	what  string
	sotto string
	fts5  string
}

// queries are what a person types (each word is also looked for as the beginning
// of a longer one): half a word, a rare and a frequent one, two
// words, a phrase. Sotto takes each word outside quotes as the beginning of one.
// The words are ranks in the vocabulary of prose.
func queries() []query {
	w := word
	return []query{
		{"prefix of a frequent word", w(4)[:2], w(4)[:2] + "*"},
		{"prefix of a rare word", w(41_000)[:5], w(41_000)[:5] + "*"},
		{"two words, the second half-typed", w(300) + " " + w(9_000)[:4], w(300) + "* " + w(9_000)[:4] + "*"},
		{"two frequent words", w(9) + " " + w(20), w(9) + "* " + w(20) + "*"},
		{"phrase of frequent words", `"` + w(2) + " " + w(5) + `"`, `"` + w(2) + " " + w(5) + `"`},
		{"phrase of rarer words", `"` + w(150) + " " + w(420) + `"`, `"` + w(150) + " " + w(420) + `"`},
	}
}

const (
	found  = 50 // hits of a page
	repeat = 40 // times each query is asked in one measurement
)

// search asks both for the newest 50 messages. SQLite is asked through its
// command line program, its time taken inside it around all repetitions.
func (b *bench) search(ctx context.Context, dir, texts string) error {
	db := filepath.Join(b.dir, "fts5.db")
	if _, err := os.Stat(db); err != nil {
		script := "CREATE VIRTUAL TABLE m USING fts5(text, tokenize='unicode61 remove_diacritics 2');\n" +
			"CREATE TABLE t(id INTEGER, text TEXT);\n.mode tabs\n.import " + texts + " t\n" +
			"BEGIN; INSERT INTO m(rowid, text) SELECT id, text FROM t; COMMIT; DROP TABLE t;\n" +
			"INSERT INTO m(m) VALUES('optimize');\nVACUUM;\n"
		if _, err := sqlite(ctx, db, script); err != nil {
			_ = os.Remove(db)
			return err
		}
	}
	s, err := store.Open(dir, store.Unlock{}, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, q := range queries() {
		theirs, theirHits, err := b.askSQLite(ctx, db, q.fts5)
		if err != nil {
			return err
		}
		ours, ourHits, err := askStore(s, q.sotto)
		if err != nil {
			return err
		}
		if ourHits != theirHits {
			return fmt.Errorf("%s (%s): Sotto finds %d, FTS5 %d", q.what, q.sotto, ourHits, theirHits)
		}
		b.table.atMost("search: "+q.what, ours, fmt.Sprintf("SQLite FTS5, the same texts (%d hits)", theirHits), theirs, "ms", 1)
	}
	return nil
}

func askStore(s *store.Store, text string) (float64, int, error) {
	var hits int
	ask := func() error {
		return s.View(func(tx *store.Tx) error {
			h, err := tx.Search(model.Query{Text: text, Limit: found})
			hits = len(h)
			return err
		})
	}
	if err := ask(); err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	for range repeat {
		if err := ask(); err != nil {
			return 0, 0, err
		}
	}
	return ms(begin) / repeat, hits, nil
}

func (b *bench) askSQLite(ctx context.Context, db, match string) (float64, int, error) {
	one := fmt.Sprintf("SELECT rowid FROM m WHERE m MATCH '%s' ORDER BY rowid DESC LIMIT %d;\n", strings.ReplaceAll(match, "'", "''"), found)
	stamp := "SELECT 'at', (julianday('now')-2440587.5)*86400000;\n"
	out, err := sqlite(ctx, db, "PRAGMA mmap_size=2000000000;\nPRAGMA cache_size=-200000;\n"+one+stamp+strings.Repeat(one, repeat)+stamp)
	if err != nil {
		return 0, 0, err
	}
	var stamps []float64
	rows := 0
	for _, line := range strings.Split(string(out), "\n") {
		if at, ok := strings.CutPrefix(line, "at|"); ok {
			v, err := strconv.ParseFloat(at, 64)
			if err != nil {
				return 0, 0, err
			}
			stamps = append(stamps, v)
		} else if line != "" && len(stamps) == 1 {
			rows++
		}
	}
	if len(stamps) != 2 {
		return 0, 0, fmt.Errorf("sqlite3 answered %d time stamps", len(stamps))
	}
	return (stamps[1] - stamps[0]) / repeat, rows / repeat, nil
}

func sqlite(ctx context.Context, db, script string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "sqlite3", "-batch", "-list", db)
	cmd.Stdin = strings.NewReader(script)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("sqlite3: %w: %s", err, stderr.Bytes())
	}
	if stderr.Len() > 0 {
		return nil, fmt.Errorf("sqlite3: %s", stderr.Bytes())
	}
	return out, nil
}
