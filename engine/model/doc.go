// Package model holds the plain data that the engine, the store and the window
// share: ids, conversations, messages, their states and the closed set of
// reasons why something did not work.
//
// Values are copied freely and owned by whoever holds them. Nothing here does
// I/O, knows a wire format or keeps a secret.
package model
