// Package voice reads and makes voice messages and other sound files: what
// Session clients send (MP3, AAC in ADTS and MP4, Opus in Ogg, WAV, FLAC) as a
// stream of samples, and the MP3 that Sotto sends (protocol/attachments.md §7).
//
// [Open] gives a [Stream]; [Stretch] plays one faster or slower without changing
// its pitch; [Waveform] draws one. A [Recording] is what a microphone gave: it
// can be trimmed, levelled, drawn, listened to and encoded.
//
// Samples are float32 between -1 and 1, channels in turns; a frame is one
// sample of each channel. Streams hold the file and a few frames, whatever they
// are long. Headers are believed only within the limits of this package.
//
// Left out: devices (package audio), Vorbis, ALAC, MPEG 2.5, video.
package voice
