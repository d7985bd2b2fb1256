// Package network turns the word after --network into the network of a profile:
// mainnet, testnet, local, or the path of a network file.
//
// [Choose] holds the word against what the profile remembers and says which
// network it means; [Choice.Open] brings it up, [Choice.Remember] keeps a copy
// of a network file in the profile (network.json), so that later the word can
// be left out and the file may be gone.
//
// "local" is engine/localnet inside this process. Its state lives in the folder
// sotto-localnet beside the profile's, so that all profiles of one folder share
// one network and keep it over restarts. The first process that needs the
// network runs it. Another one finds the folder in use, checks that the network
// answers, and uses it; when the process that runs it ends, or is killed, one
// of those that use it takes over within a second or two, with the same keys,
// ports and messages. When none is left, the network sleeps in its folder.
// `sotto-localnet --dir` on that folder counts like any other process.
package network
