// Package localnet is a whole Session network on this machine: a seed, service
// nodes in swarms, a file server, a community server and Echo, an account that
// answers (protocol/service-nodes.md §10, protocol/service-nodes-observed.md,
// protocol/communities.md).
//
// [Start] runs a network that lives in a folder and keeps its keys, ports and
// messages over restarts. [Network.Path] names the network.json that clients
// read, [Network.Ready] says what runs where. Faults, joining and leaving
// nodes, the network's clock: [Network.SetFaults], [Network.Join],
// [Network.Leave], [Network.Restart], [Network.AdvanceClock]; the same by JSON
// over HTTP on the control address.
//
// It implements the specification as official nodes of version 2.8.0 answer it,
// to the byte where answers are deterministic, and refuses what they refuse. It
// is not written towards the client of this repository, and shares with it only
// the pure halves of the protocol (engine/protocol).
//
// Differences from official nodes, all outside of what a client can see of the
// protocol: between nodes HTTPS carries what OMQ carries there; certificates
// are ECDSA P-256 rather than RSA (nobody verifies a node's certificate); the
// chain behind the nodes is a table in memory. OMQ, QUIC, monitor and peer
// testing are left out. Community and file server answer v4 requests alone.
package localnet
