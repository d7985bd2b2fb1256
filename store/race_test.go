//go:build race

package store

// raced: the race detector keeps several times as much as the program does.
const raced = true
