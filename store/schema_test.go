package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// docs/schema.md lists the buckets, keys and state records that the code has.
func TestSchemaDocument(t *testing.T) {
	b, err := os.ReadFile("../docs/schema.md")
	must(t, err)
	_, rest, ok := strings.Cut(string(b), "\n## Buckets\n")
	if !ok {
		t.Fatal("no section Buckets")
	}
	buckets, rest, _ := strings.Cut(rest, "Records of `state`:")
	states, _, _ := strings.Cut(rest, "\n### ")
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|")
	var names []string
	for _, m := range row.FindAllStringSubmatch(buckets, -1) {
		names = append(names, m[1])
		if want := keyForms[m[1]].form; strings.TrimSpace(m[2]) != want {
			t.Errorf("bucket %s has the key %q in the document, %q in the code", m[1], m[2], want)
		}
	}
	if !slices.Equal(names, allBuckets) {
		t.Errorf("buckets in the document %v, in the code %v", names, allBuckets)
	}
	if len(keyForms) != len(allBuckets) {
		t.Error("keyForms and allBuckets differ")
	}
	names = names[:0]
	for _, m := range row.FindAllStringSubmatch(states, -1) {
		names = append(names, m[1])
	}
	if want := []string{stateAccount, stateSettings, stateIndex, stateBlob + "NAME"}; !slices.Equal(names, want) {
		t.Errorf("state records in the document %v, in the code %v", names, want)
	}
	for _, file := range []string{databaseName, profileName, attachmentsName + "/", lockName, triesName, databaseName + compactSuffix} {
		if !strings.Contains(string(b), "| `"+file+"` |") {
			t.Errorf("the document does not list %s", file)
		}
	}
}

// A used profile has the buckets listed, and keys of the form listed.
func TestSchemaOfAFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	smallProfile(t, dir, 900)
	s, err := Open(dir, Unlock{}, Options{})
	must(t, err)
	attachFile(t, s, "a", 1, bytesOf(100))
	must(t, s.Close())
	db, err := bbolt.Open(filepath.Join(dir, databaseName), 0o600, &bbolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	seen := map[string]int{}
	must(t, db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if v == nil {
					t.Errorf("bucket inside of bucket %s", name)
				}
				if len(k) != keyForms[string(name)].size {
					t.Errorf("bucket %s has a key of %d bytes", name, len(k))
				}
				if len(v) < sealSize {
					t.Errorf("bucket %s has a value of %d bytes, which is not sealed", name, len(v))
				}
				seen[string(name)]++
				return nil
			})
		})
	}))
	for _, name := range allBuckets {
		if seen[name] == 0 && name != bucketIndexAgain {
			t.Errorf("the test stores nothing in %s", name)
		}
	}
}
