package store

import (
	"errors"
	"fmt"

	bolterrors "go.etcd.io/bbolt/errors"
)

// schemaVersion is what this version writes. A database of an older version is
// migrated when it is opened, one of a newer is refused.
const schemaVersion = 3

// migrations[i] turns schema i+1 into i+2, in one transaction with all others:
// a profile is never left between two versions.
var migrations = []func(*Tx) error{
	(*Tx).flagShared,               // 2: bucket files; lists say which messages have files and links
	func(*Tx) error { return nil }, // 3: bucket pictures, empty
}

// initSchema makes the buckets of a new database.
func (tx *Tx) initSchema() error {
	for _, name := range allBuckets {
		if _, err := tx.b.CreateBucket([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	sentinel := list{tx: tx, number: listSentinel}
	if err := tx.put(bucketOrder, sentinel.key(^uint64(0)), newRecord(nil)); err != nil {
		return err
	}
	return tx.putSchema(schemaVersion)
}

func (tx *Tx) putSchema(version int) error {
	r := newRecord(tx.scratch)
	r.uint(1, uint64(version))
	r.string(2, tx.s.prof.Profile)
	r.string(3, tx.s.prof.Network)
	return tx.put(bucketMeta, keySchema, r)
}

// schema reads the version and checks that database and profile.json belong
// together.
func (tx *Tx) schema() (int, error) {
	plain, ok := tx.get(bucketMeta, keySchema)
	if !ok {
		if tx.err == nil {
			tx.damaged("no schema record")
		}
		return 0, tx.err
	}
	version, profile, network := 0, "", ""
	d := readRecord(plain)
	for d.next() {
		switch d.field {
		case 1:
			version = int(d.u)
		case 2:
			profile = d.string()
		case 3:
			network = d.string()
		}
	}
	if d.err != nil {
		return 0, d.err
	}
	if profile != tx.s.prof.Profile || network != tx.s.prof.Network {
		return 0, fmt.Errorf("%w: %s and %s are of different profiles", ErrDamaged, databaseName, profileName)
	}
	if version < 1 {
		return 0, fmt.Errorf("%w: schema version %d", ErrDamaged, version)
	}
	return version, nil
}

// checkSchema migrates when needed.
func (s *Store) checkSchema() error {
	return s.migrateTo(schemaVersion, migrations)
}

func (s *Store) migrateTo(target int, steps []func(*Tx) error) error {
	version := 0
	err := s.View(func(tx *Tx) (err error) {
		version, err = tx.schema()
		return err
	})
	switch {
	case err != nil:
		return err
	case version > target:
		return fmt.Errorf("%w: database schema %d", ErrVersion, version)
	case version == target:
		return nil
	}
	return s.Update(func(tx *Tx) error {
		// Buckets that newer schemas added; a step fills them.
		for _, name := range allBuckets {
			if _, err := tx.b.CreateBucketIfNotExists([]byte(name)); err != nil && !errors.Is(err, bolterrors.ErrBucketExists) {
				return fmt.Errorf("create bucket %s: %w", name, err)
			}
		}
		for v := version; v < target; v++ {
			if err := steps[v-1](tx); err != nil {
				return fmt.Errorf("migrate schema %d: %w", v, err)
			}
		}
		return tx.putSchema(target)
	})
}
