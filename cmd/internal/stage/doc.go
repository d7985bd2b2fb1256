// Package stage plays scenes with real windows of Sotto: a local network, a
// virtual display, people with a window each, who click and type. It serves
// `make run` on a machine without a display and the driven tests.
package stage
