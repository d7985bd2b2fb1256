// Package communityserver is the community server of the local network: rooms,
// messages, reactions, pins, files, moderation and direct messages, as v4
// requests (protocol/communities.md).
//
// [Server.Serve] answers one decrypted request as official servers (0.3.8) do,
// statuses and short texts included; pages of HTML that those send with errors
// are cut down to their titles. [Server.AddRoom], [Server.Promote] and
// [Server.Fill] do what an operator does on the command line of such a server.
//
// Everything lies in one database, files in a folder beside it. Commits are not
// synced: a killed process loses nothing, a power cut may.
//
// Left out: plain HTTP and the web viewer (clients come through onion requests
// alone), word filters, and file names beyond what a download returns.
package communityserver
