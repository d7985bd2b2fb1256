// Package bt implements bt-encoding, the bencode dialect of the Session
// network (docs/protocol/config-messages.md §1, onion-requests.md §6):
//
//	integer  i<decimal>e             int64, or uint64 above that
//	string   <length>:<bytes>        any bytes
//	list     l<values>e
//	dict     d(<key string><value>)*e  keys ascending as unsigned bytes, unique
//
// There is exactly one encoding of a value, and only that is read: leading
// zeros, "-0", unsorted or repeated keys and bytes behind the value are
// errors, so whatever decodes encodes to the same bytes again. Only [Canonical]
// takes what the official core is lax about, and rewrites it.
//
// Large or known structures are read with [Reader] and written with [Writer],
// which hold no tree and copy no strings. [Decode], [Encode] and [Value] are
// for data whose shape is not known before. [Limits] bound depth, size and the
// number of values of hostile input. Booleans, null and fractions do not exist
// in the format.
package bt
