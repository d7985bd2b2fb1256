package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/store/boltfile"
)

// growBy is how much the database file grows at a time. bbolt's default of 16
// MiB is more than most profiles ever need.
const growBy = 1 << 20

// Store is an open profile. Its methods may be called from any goroutine: one
// Update at a time, any number of Views beside it.
type Store struct {
	dir     string
	options Options
	lock    *lock
	keys    *keyset

	// writer is held by Update, Compact and ChangeProtection. gate is held for
	// reading by every transaction and for writing while the database file is
	// exchanged or closed.
	writer sync.Mutex
	gate   sync.RWMutex
	db     *bbolt.DB
	file   *os.File // bbolt's, to be let go of when bbolt itself is beyond use
	master *secretKey
	prof   *profileFile
	closed bool

	protect sync.Mutex            // guards the slots of prof, and second
	second  *Second               // the factor in use, with its secret
	broken  atomic.Pointer[error] // set when the database cannot be used any more

	names names // conversation numbers
	index indexCache
	step  sync.Mutex // one IndexStep at a time
	merge *mergeJob  // guarded by step
}

// Create makes a profile in dir, which may exist but must not hold one. The
// profile belongs to the named network for life.
func Create(dir, network string, p Protection, o Options) (*Store, error) {
	o = o.withDefaults()
	if network == "" || len(network) > maxNetworkName {
		return nil, fmt.Errorf("store: network name of %d bytes", len(network))
	}
	if err := os.MkdirAll(filepath.Join(dir, attachmentsName), 0o700); err != nil {
		return nil, explain(fmt.Errorf("create profile folder: %w", err))
	}
	l, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	s, err := create(dir, network, p, o, l)
	if err != nil {
		l.release()
	}
	return s, err
}

func create(dir, network string, p Protection, o Options, l *lock) (*Store, error) {
	if _, err := os.Stat(filepath.Join(dir, profileName)); err == nil {
		return nil, ErrExists
	}
	// A database without profile.json is what a Create left that did not get
	// to its end; no key for it exists.
	path := filepath.Join(dir, databaseName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("create profile: %w", err)
	}
	prof, err := newProfileFile(network, o.Rand)
	if err != nil {
		return nil, err
	}
	key, err := newSecretKey(o.Rand)
	if err != nil {
		return nil, err
	}
	sl, err := newSlot(prof, p, key, o)
	if err != nil {
		return nil, err
	}
	prof.Slots = []slot{sl}
	s := &Store{dir: dir, options: o, lock: l, keys: newKeyset(key), master: key, prof: prof}
	s.remember(p.Second)
	if err := s.openDatabase(databaseName); err != nil {
		return nil, err
	}
	if err := s.Update((*Tx).initSchema); err != nil {
		s.closeDatabase()
		return nil, err
	}
	// Last: only a folder with profile.json holds a profile.
	if err := prof.write(dir); err != nil {
		s.closeDatabase()
		return nil, err
	}
	return s, nil
}

// Open opens a profile: ErrNoProfile, ErrLocked, ErrNeedPass, ErrPassphrase,
// ErrSecondFactor, ErrKeyring, ErrVersion, ErrDamaged.
func Open(dir string, u Unlock, o Options) (*Store, error) {
	o = o.withDefaults()
	prof, err := readProfileFile(dir)
	if err != nil {
		return nil, err
	}
	l, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	s, err := open(dir, prof, u, o, l)
	if err != nil {
		l.release()
	}
	return s, err
}

func open(dir string, prof *profileFile, u Unlock, o Options, l *lock) (*Store, error) {
	key, err := prof.unlock(secrets{u.Passphrase, u.Second, o.Keyring})
	if err != nil {
		if errors.Is(err, ErrPassphrase) {
			countTry(dir)
		}
		return nil, err
	}
	clearTries(dir)
	s := &Store{dir: dir, options: o, lock: l, keys: newKeyset(key), master: key, prof: prof}
	if two := prof.info().Second; two.Kind != NoSecond {
		s.remember(&Second{SecondInfo: two, Secret: u.Second})
	}
	if err := os.MkdirAll(filepath.Join(dir, attachmentsName), 0o700); err != nil {
		return nil, explain(fmt.Errorf("open profile: %w", err))
	}
	path := filepath.Join(dir, databaseName)
	// What a Compact left that did not get to its end.
	os.Remove(path + compactSuffix)
	os.Remove(path + mergeSuffix)
	if err := checkDatabase(path); err != nil {
		return nil, err
	}
	if err := s.openDatabase(databaseName); err != nil {
		return nil, err
	}
	err = s.checkSchema()
	if err == nil {
		err = s.sweepFiles()
	}
	if err != nil {
		s.closeDatabase()
		return nil, err
	}
	return s, nil
}

// checkDatabase looks at the file before bbolt does: bbolt would make a new
// database of an empty file, and can recurse without end on a damaged one.
func checkDatabase(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: %s is missing", ErrDamaged, databaseName)
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	bf, err := boltfile.Open(f, st.Size())
	if err != nil {
		return explain(err)
	}
	return explain(bf.Check())
}

// openDatabase opens bbolt on a file of the folder. The free list is written with every transaction
// (NoFreelistSync off): reconstructing it would read every page at start, and
// while there are few free pages it costs one page per commit.
func (s *Store) openDatabase(name string) error {
	path := filepath.Join(s.dir, name)
	o := &bbolt.Options{
		Timeout:      time.Second,
		FreelistType: bbolt.FreelistMapType,
		PageSize:     4096, // the same everywhere, so that profiles travel
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			s.file = f
			return f, err
		},
	}
	if runtime.GOOS != "windows" && ^uint(0)>>32 != 0 {
		// Address space only: while it lasts, growing needs no new mapping, for
		// which a write would wait until all reads have ended.
		o.InitialMmapSize = 1 << 30
	}
	err := guard("open database", func() (err error) {
		s.db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	if err != nil {
		if s.file != nil {
			abandon(s.file)
		}
		return explain(fmt.Errorf("open database: %w", err))
	}
	s.db.AllocSize = growBy
	return nil
}

func (s *Store) closeDatabase() error {
	if s.broken.Load() != nil {
		// bbolt may hold its locks: leave its memory map, free the file.
		return abandon(s.file)
	}
	err := guard("close database", s.db.Close)
	// When bbolt did not get to it; otherwise this only fails.
	_ = abandon(s.file)
	return explain(err)
}

// Close waits for transactions under way, wipes the key and frees the folder.
func (s *Store) Close() error {
	s.writer.Lock()
	defer s.writer.Unlock()
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	err := s.closeDatabase()
	s.wipe()
	s.lock.release()
	return err
}

// wipe overwrites the keys in memory.
func (s *Store) wipe() {
	s.master.Zero()
	s.keys.Zero()
	s.protect.Lock()
	s.remember(nil)
	s.protect.Unlock()
}

// Network is the name of the network that the profile belongs to.
func (s *Store) Network() string { return s.prof.Network }

// Dir is the profile folder.
func (s *Store) Dir() string { return s.dir }

// AttachmentsDir is the folder for attachment files.
func (s *Store) AttachmentsDir() string { return filepath.Join(s.dir, attachmentsName) }

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Keyring == nil {
		o.Keyring = SystemKeyring
	}
	if o.KDF == (KDF{}) {
		o.KDF = DefaultKDF
	}
	return o
}

func (s *Store) now() model.Millis { return model.Millis(s.options.Clock.Now().UnixMilli()) }

// usable is called with the gate held.
func (s *Store) usable() error {
	if s.closed {
		return ErrClosed
	}
	if err := s.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// breakDown ends the use of bbolt after a panic inside it.
func (s *Store) breakDown(err error) {
	s.broken.CompareAndSwap(nil, &err)
}
