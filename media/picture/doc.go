// Package picture reads pictures that come from outside and makes those that go
// out: bounded decoding of JPEG, PNG, GIF, WebP and HEIC, orientation,
// animations, thumbnails, previews, avatars, and the QR code in a photograph.
//
// What is sent comes from [Prepare] (messages) or [PrepareAvatar] (profile
// pictures): encoded anew from the pixels, so that nothing of EXIF, XMP, GPS,
// texts, colour profiles or embedded thumbnails survives. Animations keep their
// frames and lose everything else. What is received is shown by [Decode],
// [DecodeAnimation] and [Fit]; the type is found by content ([Sniff]), never by
// what a sender claims. Every decoder is refused a file by its header when its
// pixels, frames or bytes are beyond what a person sends.
//
// Left out: SVG, which is a program, and the encoding of WebP and HEIC.
package picture
