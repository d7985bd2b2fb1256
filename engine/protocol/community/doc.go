// Package community is what a client and a community server (an open group
// server, "SOGS") say to each other: blinded identities, request signatures,
// the calls of the API with their answers, signed messages and direct messages
// (protocol/communities.md).
//
// A client reads an address with [ParseAddress], derives its [Key] for that
// server with [Blind15], writes a request (one of the structs that implement
// [Request], or several in a [Batch]) with [Encode] and [Call.Sign], and gives
// the response to the request's own Decode method. Message rows are proven and
// opened by [Open], written by [Compose]; direct messages by [OpenDirect] and
// [CloseDirect]. A server checks the headers with [ParseAuth] and
// [Auth.Verify], and reads the call with [Parse].
//
// A community server is not trusted: it does not check message signatures, and
// may be hostile. Decode methods bound what they read (limits.go), drop rows
// that contradict the request, and never trust an author. Names and texts are
// text: whatever markup they hold is shown as it is.
//
// The package is pure: time, nonces and entropy are parameters. Left out on
// purpose: the retired v3 transport, web sockets, and sending under 25-blinded
// ids, which servers refuse; both halves of 25 are here all the same.
package community
