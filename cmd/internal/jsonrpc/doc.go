// Package jsonrpc speaks JSON-RPC 2.0 with one JSON value a line, in both
// directions of a connection: standard input and output of a program, or a
// socket.
//
// The answering side calls [Serve] with a [Handler]; requests run beside each
// other and are answered as they finish. The asking side makes a [Client].
// Notifications go from the answering to the asking side ([Peer.Notify],
// [Client.Notifications]).
//
// Bounds: a line has at most [MaxLine] bytes, a batch at most [MaxBatch] calls,
// and at most [MaxInFlight] calls run at a time; whoever sends more is read more
// slowly. Left out: parameters by position, and requests from the answering to
// the asking side.
package jsonrpc
