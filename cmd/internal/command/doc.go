// Package command is what people and programs can ask of a profile: one table
// of commands with their parameters, used by one-shot commands, by JSON-RPC on
// standard input, and by the socket of a profile.
//
// [Table] lists the commands, [Command.FromJSON] and [Parse] make their
// arguments out of JSON and of a command line, [Command.Do] runs one against the
// engine that a [Host] holds. Answers are values that encode to the JSON shapes
// people script against; [NewFailure] makes the one for errors. [Server] answers
// JSON-RPC with all of it.
//
// Left out: how answers look to a person (cmd/sotto-cli).
package command
