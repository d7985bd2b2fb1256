// Package export writes conversations into files that outlive Sotto: JSON for
// programs (one object, a message a line) and HTML for people (one page, with
// pictures, sound and files beside it, no script, nothing loaded from anywhere).
//
// Most callers call Conversation or Everything with an engine as Source and the
// sentences of their language. What was never downloaded is named and not
// fetched. Files are written in the clear: that is the point, and worth saying
// before.
//
// What is left out: drafts, settings, keys; a backup has those (docs/backup.md).
package export
