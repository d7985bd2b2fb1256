// Package testkit has people for tests: real engines on a real network that runs
// in the process (engine/localnet), with files in folders of the test.
//
//	kit := testkit.New(t)
//	alice, bob := kit.Alice(t), kit.Bob(t)
//	alice.Send(bob, "hello")
//	bob.Await("the text", func() bool { return len(bob.Texts(alice)) == 1 })
//
// Drop and Heal make the network bad and good, Advance moves its time, Device
// gives a person one more device. Nothing sleeps: waiting is for events, with a
// deadline. A person's log fails the test when it has a warning or gives away
// a text, an id or a key.
package testkit
