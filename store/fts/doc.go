// Package fts is the full-text index of a profile as bytes in and bytes out:
// cutting texts into terms, immutable segments made of blocks, queries over
// segments, and merging of segments.
//
// Parse reads what a user typed; Builder and Merge make segments; Search finds
// documents, newest first, and stops as soon as it has enough. Blocks are read
// through a Source and written through a Sink, which the store encrypts: this
// package keeps nothing, locks nothing and knows no disk.
//
// A document is a message: its number, sent time, conversation number and
// direction. Inside a segment documents are ordered by (time, number), newest
// first, and known by their place in that order (ord), so that every list of
// postings is newest first too.
package fts
