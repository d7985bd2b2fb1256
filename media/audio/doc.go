// Package audio is the microphone and the loudspeaker: the devices of the
// system, recording of voice messages, and a player that goes on whatever the
// window shows.
//
// [Open] finds the sound system; [System.Devices] lists what to choose from.
// [System.Record] gives a [Recorder] with a level meter, pause and a limit of
// five minutes. A [Player] plays one sound at a time (play, pause, seek, speed,
// the next one) and tells its listeners; it belongs to the program, not to a
// list of messages.
//
// Sound lies ahead of what is heard in two places: decoded, in the queue of a
// player, and in the device, as much as its system gives back at once when the
// user pauses or jumps (buffering.go). What the player tells as its position is
// what is heard.
//
// Nothing here waits for a device on the caller's goroutine for longer than
// opening takes; still, open devices off the window's thread. Decoding is
// package voice's.
package audio
