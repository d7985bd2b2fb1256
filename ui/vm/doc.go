// Package vm holds the view-models: what each screen shows and what its
// buttons do, as plain Go without a toolkit.
//
// A view-model asks the engine through a small interface of its own, works off
// the interface's goroutine through a Desk, and tells its view that something
// changed by a callback that runs on the interface's goroutine. Reasons become
// sentences here (words.go); sentences come from package text.
//
// Left out: everything that is drawn (one package for each screen), and what
// the program does around the window (profile folder, network).
package vm
