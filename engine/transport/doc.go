// Package transport is the only room that opens connections: it finds service
// nodes, keeps two onion paths alive and brings storage requests to swarms and
// v4 requests to servers (protocol/service-nodes.md §1-3, 7-9;
// protocol/onion-requests.md §4-10).
//
// Most callers make a [Client] with [New], let [Client.Run] run as long as the
// program does, and call [Client.Do] (a member of an account's swarm),
// [Client.DoAt] (one given member) and [Client.Server] (file server,
// community). Retries over other members, moved swarms (421), a wrong clock
// (406, 425) and the repair of paths happen inside; what comes out is an answer
// or an error that [Reason] maps to a cause a person can be told.
//
// Every connection goes through Config.Dial, and only seeds and current guard
// nodes are ever dialled: anything else is a *[DialError]. The one exception is
// [Client.Web], which is used when the user has switched link previews on.
//
// What is left out: what requests say (package snode), what is polled when
// ([Schedule] only says how often), and QUIC.
package transport
