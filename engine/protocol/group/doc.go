// Package group holds the secrets of closed groups and what they do: the shared
// keys with their rotation, the tokens by which members use the group's swarm,
// messages, admin signatures and the notice to who was removed
// (protocol/groups.md). The group's Info and Members are config messages and
// live in package config, encrypted with [Keys.All].
//
// An admin holds a [Secret]. Every member keeps a [Keys], fed with what lies in
// namespace 12 by [Keys.Load], and opens messages with [Open]; [Close] makes
// them. [Secret.AuthData] gives a member access to the swarm, which it uses
// through [NewSigner].
//
// The package is pure: time and entropy are parameters, and key messages are
// deterministic by design, so that two admins who do the same store the same.
package group
