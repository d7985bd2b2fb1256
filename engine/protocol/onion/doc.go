// Package onion builds, peels and answers onion requests, as the Session
// network speaks them over POST /onion_req/v2 (protocol/onion-requests.md).
//
// A client calls [Build] with the hops of its path, a destination (a service
// node or a web server) and the payload; it posts Request.Body to the guard
// node, and gives what comes back with HTTP status 200 to
// [Request.OpenAnswer]. Any other HTTP status is read by [ParsePathError].
// What servers (file server, community) are asked and answer is the v4
// format: [EncodeV4Request], [DecodeV4Response].
//
// A service node calls [Peel] and acts on the result: [Final], [Forward],
// [ServerPost] or [Refused]. A web server calls [PeelServer].
//
// The package is pure: entropy comes from an io.Reader, fresh key pairs from a
// [KeySource], so that they may be prepared before they are needed. It neither
// dials nor picks paths; that is engine/transport.
package onion
