// Package wire is the protobuf layer of the Session protocol: every message of
// docs/protocol/messages.md §3 and CallMessage of docs/protocol/calls.md §1, with the
// presence rules of proto2, plus the padding of §1.1.
//
// Most callers use ParseContent and Content.Kind on the way in, and a Content
// literal (or one of the constructors of build.go) with Content.Marshal on the
// way out. Envelope and WebSocketMessage are the two layers around the sealed
// box; package seal handles them for one-to-one messages.
//
// Each message is a plain struct and one field table. The table drives both
// directions: encoding writes fields in ascending order and refuses a missing
// required field; parsing takes fields in any order, lets the last value of a
// field win, merges a message that occurs twice, keeps unknown fields for the
// next encoding, and refuses what official clients refuse.
//
// Left out: encryption (packages seal, group, community), every rule that needs
// to know the sender or the conversation, and retired fields, which are carried
// as unknown ones.
package wire
