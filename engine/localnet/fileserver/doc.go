// Package fileserver is the file server of the local network: upload, download,
// info, extend and session_version, as v4 requests (protocol/attachments.md §5).
//
// [Server.Serve] answers one decrypted request. Files lie in a folder, what is
// known of them in a bucket of the network's database. Ids are those of the
// server's content-addressed mode: URL-safe base64 of BLAKE2b-264 over the
// file, so that uploading the same bytes again renews them.
package fileserver
