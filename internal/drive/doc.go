// Package drive plays a person at a desktop: it starts a virtual display, opens
// real windows of Sotto on it, finds what is on the screen by asking the
// program where it drew it, and then clicks, types and takes pictures with the
// display server's own means (Xvfb, openbox, xdotool, ImageMagick).
//
// A sound server without hardware gives windows something to hear, and says what
// they play (PulseAudio's null sinks). A bus and a notification service of one's own
// stand for the desktop around them (dbus-daemon, dunst).
//
// Nothing is simulated inside the program: a click is a click of the X server.
// It serves the driven tests, `make run` on a machine without a display, and
// the benchmarks.
package drive
