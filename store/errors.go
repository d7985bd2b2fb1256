package store

import "errors"

// Opening and closing.
var (
	ErrNoProfile    = errors.New("store: no profile in this folder")
	ErrExists       = errors.New("store: the folder already holds a profile")
	ErrLocked       = errors.New("store: the profile is open in another process")
	ErrPassphrase   = errors.New("store: wrong passphrase")
	ErrNeedPass     = errors.New("store: the profile needs its passphrase")
	ErrSecondFactor = errors.New("store: the profile needs its second factor")
	ErrKeyring      = errors.New("store: the key ring of this system does not answer")
	ErrVersion      = errors.New("store: the profile was written by a newer version")
	ErrProtection   = errors.New("store: choose a passphrase, the key ring or no protection")
	ErrClosed       = errors.New("store: closed")
)

// Backups.
var (
	ErrNoBackup      = errors.New("store: this is not a backup")
	ErrBackupVersion = errors.New("store: the backup was written by a newer version")
	ErrBackupDamaged = errors.New("store: the backup is damaged or incomplete")
	ErrBackupAccount = errors.New("store: the backup is of another account")
	ErrBackupNetwork = errors.New("store: the backup belongs to another network")
)

// Reading and writing.
var (
	// ErrDamaged is found in the chain of every error about stored data that
	// does not check out; the text around it says where.
	ErrDamaged = errors.New("store: stored data is damaged")
	// ErrDiskFull means that the system refused to store more. Nothing of the
	// transaction was kept.
	ErrDiskFull = errors.New("store: the disk is full")
	// ErrReadOnly is a write inside View.
	ErrReadOnly = errors.New("store: write in a read transaction")
	// ErrNoConversation is a message for a conversation that does not exist.
	ErrNoConversation = errors.New("store: no such conversation")
	// ErrNoMessage is a change to a message that does not exist.
	ErrNoMessage = errors.New("store: no such message")
	// ErrNoRow is a change to an outbox row that does not exist.
	ErrNoRow = errors.New("store: no such row")
	// ErrNoFile is a file of a message that is not in the profile.
	ErrNoFile = errors.New("store: no such file")
	// ErrTooLarge is a record above a limit of this package.
	ErrTooLarge = errors.New("store: record is too large")
)
