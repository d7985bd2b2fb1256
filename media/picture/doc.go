// Package picture reads pictures that come from outside: bounded decoding, and
// the QR code in a photograph or screenshot.
//
// Most callers need ReadQR. Scaling, metadata and thumbnails of pictures in
// messages are not here yet: nothing sends or shows them.
package picture
