// Package snode speaks to service nodes: node lists, swarms and the storage
// RPC, both as a client and as a node (protocol/service-nodes.md,
// protocol/service-nodes-observed.md).
//
// A client fills a request ([StoreRequest], [RetrieveRequest] …), signs it with
// [Sign], writes it with [Encode], and reads what came back with [CheckStatus]
// and the Decode function of the method ([DecodeStore], [DecodeRetrieve] …).
// Several requests travel in one [BatchRequest].
//
// A node reads a request with [Parse], checks swarm membership itself, then
// lets [Authorize] judge time, limits and signature, works on its storage and
// answers with the same answer types and their Encode methods. Member results
// are signed with [SignResult] and checked with [VerifyResult]. Errors of Parse
// and Authorize are [RPCError] values with the status and text of official
// nodes.
//
// The package is pure: "now" is a parameter. It leaves out onion encryption
// (package onion), the choice of nodes, retries and the network itself
// (engine/transport), and the bencoded OMQ and QUIC forms of the same methods.
//
// All times are milliseconds since 1970 as int64, as on the wire.
package snode
