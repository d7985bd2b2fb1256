// Package echo is an account that answers: the person to talk to on a local
// network.
//
// Echo is a client like any other. It learns the nodes from a seed, polls its
// swarm and stores its answers through onion requests of three hops, and moves
// files through the file server; nothing in the nodes knows about it. [New]
// makes it, [Echo.Run] lets it live.
//
// What it does: accepts message requests, confirms reading, shows that it types,
// and answers text with the same text, voice messages and files with the same
// file. A few words have other answers: see [Help]. What it leaves out: groups,
// calls, copies for other devices (it has none), any memory of conversations but
// the hashes it has answered.
package echo
