// Package attach is what makes a file into an attachment and back
// (protocol/attachments.md): both encryption schemes, padding, digests, the
// URLs of file servers, profile pictures, the requests and answers of the file
// server, and file names that are safe to show and to save.
//
// On the way out: [SealLegacy], which every client reads, then [EncodeUpload],
// [ParseUploaded] and [Outgoing.Pointer]. On the way in: [FromPointer],
// [EncodeDownload], [ParseDownloaded] and [Open], which writes nothing before
// the whole file is known to be the sender's. [SealPicture] and [OpenPicture]
// do the same for profile pictures.
//
// Files are streams: neither direction holds more than a buffer of 64 KiB
// beside what the caller holds. Community attachments are plain files on the
// community's server and need nothing of this package but [CleanName].
package attach
