// Package instance lets one process serve a profile to the others: the first
// `sotto-cli rpc` or desktop program answers JSON-RPC on a Unix socket, and who
// comes later finds it there.
//
// The serving side calls [Listen] and [Server.Serve], or [Serve] for both. The
// asking side calls [Call] for one question or [Dial] for a conversation.
// [ErrNone] says that nobody serves.
//
// The socket lies in PROFILE/run, a folder that only its owner may enter, with
// mode 0600. Where the path is longer than a socket's may be, or the file
// system has no sockets, it lies in a folder of the same kind below the
// system's runtime or temporary folder, and PROFILE/run/path says where. A lock
// beside it, which the system drops when its holder ends in whatever way, tells
// a living socket from one left behind.
//
// Windows 10 1803 and later have such sockets too; there the access rights of
// the profile folder protect them, and nothing of ours checks the owner.
package instance
