// Package app is the window: what it shows when, from the first frame to the
// lock screen, and how one gets from one screen to the next.
//
// The program makes a Window with its Host, calls Prepare and then runs the
// toolkit. Screens are packages of their own; they get a vm.Desk, their
// view-model's small engine interface, and what they need of the window as
// functions. Left out: where profile and network come from, and single
// instances (cmd/sotto).
package app
