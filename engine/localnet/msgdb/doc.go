// Package msgdb is the message database of one service node of the local
// network: what an official storage server keeps in SQLite, kept in bbolt.
//
// Open a database, then call the method of the storage RPC in question (Store,
// Retrieve, Delete …). The package knows the rules of storage (arrival order,
// duplicates, outboxes that keep one message, size accounting, expiry) but not
// who may ask: signatures and clocks are checked before.
//
// Concurrent writers share one transaction (group commit). A commit reaches the
// operating system at once, so that killing the process loses nothing; the disk
// is told to sync every few seconds and on Close, which is the durability of the
// official node (SQLite WAL with synchronous=NORMAL): a power cut may lose the
// last moments.
package msgdb
