// Package config implements config messages: how the devices of an account, and
// the members of a group, keep the same state (docs/protocol/config-messages.md).
//
// There is one type for each kind: [UserProfile], [Contacts],
// [ConvoInfoVolatile] and [UserGroups] of an account, [GroupInfo] and
// [GroupMembers] of a group. Each reads and writes fields, and each embeds a
// [Config], which does the rest and is the same for all:
//
//	c.Merge(now, retrieved)   what came from the swarm goes in
//	c.Push(now)               what has to be stored, and what to delete with it
//	c.ConfirmPushed(...)      it is stored
//	c.Dump()                  the state to keep on disk; New… takes it back
//
// The state is a tree of dicts, sets, integers and byte strings. The accessors
// read and write the keys they know and leave all others in place, so what newer
// clients store survives every edit and merge. Conflicting messages merge to the
// same bytes on every device in any order of arrival; the rules and the bytes
// are those of the official core and are held against its vectors.
//
// A Config is used by one goroutine at a time. It takes time as a parameter and
// needs no entropy. What comes out of it (slices, strings) is the caller's.
//
// Not here: key messages of groups, which make the keys that GroupInfo and
// GroupMembers are encrypted with, and everything about when to poll and push.
package config
