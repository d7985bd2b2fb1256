// Package page reads what a web page says of itself: title and picture, for the
// preview of a link (protocol/messages.md §7.6). [Read] is all of it.
//
// It is no HTML parser: it looks for three elements in a head, and whatever a
// page does to hide them costs the page its preview.
package page
