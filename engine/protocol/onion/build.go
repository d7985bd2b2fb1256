package onion

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	// MaxHops bounds the nodes before the destination; nodes drop a request at 15.
	MaxHops = 14
	// MaxRequest is the size of an HTTP body that a guard still accepts.
	MaxRequest = 10 << 20
	// DefaultTarget is where servers take v4 requests.
	DefaultTarget = "/oxen/v4/lsrpc"
)

// Node is a service node as a layer's recipient.
type Node struct {
	Ed25519 [32]byte // names the node in "destination"
	X25519  [32]byte // encrypts to it
	Scheme  Scheme   // zero: AESGCM
}

// Destination is where a request ends: NodeDestination or ServerDestination.
type Destination interface {
	recipient() ([32]byte, Scheme)
}

// NodeDestination is a service node that runs a storage RPC. The payload is
// the JSON {"method":…,"params":…}.
type NodeDestination struct {
	Node
	// JSON asks for an answer whose body is an object rather than a string of JSON.
	JSON bool
	// Binary asks for an answer in raw bytes rather than base64: a quarter
	// smaller on the way back.
	Binary bool
}

func (d NodeDestination) recipient() ([32]byte, Scheme) { return d.X25519, d.Scheme }

// ServerDestination is a web server (file server, community) that the last hop
// posts to. The payload is the v4 request of [EncodeV4Request].
type ServerDestination struct {
	Host     string // no port; an IP address or a name that the last hop resolves
	Port     uint16 // 0: the default of the protocol
	Protocol string // "https" (also when empty) or "http"
	Target   string // empty: DefaultTarget
	X25519   [32]byte
	Scheme   Scheme
}

func (d ServerDestination) recipient() ([32]byte, Scheme) { return d.X25519, d.Scheme }

// Options is what Build needs besides the request.
type Options struct {
	// Rand gives nonces, and keys when Keys is nil. Required.
	Rand io.Reader
	// Keys gives the ephemeral keys; nil means FreshKeys(Rand).
	Keys KeySource

	// order is for tests that rebuild recorded requests byte for byte: the
	// order of keys in control JSON is free.
	order controlOrder
}

type controlOrder uint8

const (
	keyFirst         controlOrder = iota // ephemeral_key, destination; enc_type only when not aes-gcm
	destinationFirst                     // destination, ephemeral_key, enc_type always
)

// Request is a built onion request and the keys that open its answer.
type Request struct {
	// Body is the HTTP body for the guard's /onion_req/v2.
	Body []byte

	server  bool
	binary  bool
	ciphers []layerCipher // destination first, then last hop … guard
}

// layer is one recipient while building.
type layer struct {
	cipher  layerCipher
	key     LayerKey
	plain   int // bytes of plaintext
	control []byte
}

// Build wraps payload for dest and every hop of path (guard first). With an
// empty path the destination is asked directly and sees the sender's address.
//
// All layers are encrypted inside one buffer, so that an upload of megabytes is
// copied once.
func Build(path []Node, dest Destination, payload []byte, opt Options) (*Request, error) {
	if len(path) > MaxHops {
		return nil, ErrPathTooLong
	}
	keys := opt.Keys
	if keys == nil {
		keys = FreshKeys(opt.Rand)
	}
	exit, err := exitControl(dest)
	if err != nil {
		return nil, err
	}
	if _, server := dest.(ServerDestination); server && len(path) == 0 {
		return nil, fmt.Errorf("%w: a server needs a last hop", ErrBadDestination)
	}

	layers := make([]layer, len(path)+1)
	for i := range layers {
		to, scheme := dest.recipient()
		if i > 0 {
			hop := &path[len(path)-i]
			to, scheme = hop.X25519, hop.Scheme
		}
		l := &layers[i]
		if l.key, err = keys.LayerKey(to); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		l.cipher = newLayerCipher(scheme, &l.key.shared, &l.key.Public, &to)
		l.key.Zero()
	}

	// Sizes, inside out. The ciphertext of a layer is framed with a control
	// that tells the recipient of the next layer outward (at last the guard's
	// HTTP body) what to do with it.
	node, toNode := dest.(NodeDestination)
	head := 0
	layers[0].plain = len(payload)
	var final []byte
	if toNode {
		final = finalControl(node)
		head += 4
		layers[0].plain += 4 + len(final)
	}
	for i := range layers {
		l := &layers[i]
		first := opt.order == destinationFirst
		switch {
		case i == len(layers)-1: // goes to the guard beside the HTTP body
			l.control = appendControl(l, nil, false, opt.order)
		case i > 0:
			l.control = appendControl(l, destinationControl(&path[len(path)-i].Ed25519), first, opt.order)
		case toNode:
			l.control = appendControl(l, destinationControl(&node.Ed25519), first, opt.order)
		default:
			l.control = appendControl(l, exit, true, opt.order)
		}
		sealed := l.cipher.nonceSize() + l.plain + l.cipher.tail(l.plain)
		head += 4 + l.cipher.nonceSize()
		if i+1 < len(layers) {
			layers[i+1].plain = 4 + sealed + len(l.control)
		}
	}
	last := &layers[len(layers)-1]
	total := 4 + last.cipher.nonceSize() + last.plain + last.cipher.tail(last.plain) + len(last.control)
	if total > MaxRequest {
		return nil, ErrTooLarge
	}

	buf := make([]byte, total)
	at := head // where the payload stands; every layer begins before it
	copy(buf[at:], payload)
	end := at + len(payload)
	if toNode {
		at -= 4
		binary.LittleEndian.PutUint32(buf[at:], uint32(len(payload)))
		end += copy(buf[end:], final)
	}
	for i := range layers {
		l := &layers[i]
		at -= l.cipher.nonceSize()
		end += l.cipher.tail(l.plain)
		if err := l.cipher.sealInPlace(buf[at:end], l.plain, opt.Rand); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		binary.LittleEndian.PutUint32(buf[at-4:], uint32(end-at))
		at -= 4
		end += copy(buf[end:], l.control)
	}

	r := &Request{Body: buf, server: !toNode, binary: node.Binary || !toNode}
	r.ciphers = make([]layerCipher, len(layers))
	for i := range layers {
		r.ciphers[i] = layers[i].cipher
	}
	return r, nil
}

// Zero forgets the keys of the request; no answer opens afterwards.
func (r *Request) Zero() { clear(r.ciphers) }

// finalControl tells a service node that it is the destination: the presence
// of "headers" says so, whatever its value.
func finalControl(d NodeDestination) []byte {
	switch {
	case d.JSON && d.Binary:
		return []byte(`{"headers":{},"json":true,"base64":false}`)
	case d.JSON:
		return []byte(`{"headers":{},"json":true}`)
	case d.Binary:
		return []byte(`{"headers":{},"base64":false}`)
	}
	return []byte(`{"headers":{}}`)
}

func destinationControl(ed25519 *[32]byte) []byte {
	b := append(make([]byte, 0, 96), `"destination":"`...)
	b = hex.AppendEncode(b, ed25519[:])
	return append(b, '"')
}

// exitControl is what the last hop needs to reach a server, nil for a node.
func exitControl(dest Destination) ([]byte, error) {
	d, ok := dest.(ServerDestination)
	if !ok {
		return nil, nil
	}
	if d.Target == "" {
		d.Target = DefaultTarget
	}
	if d.Protocol == "" {
		d.Protocol = "https"
	}
	if d.Host == "" || strings.ContainsAny(d.Host, "\"\\/\x00 ") || !TargetAllowed(d.Target) ||
		(d.Protocol != "http" && d.Protocol != "https") {
		return nil, ErrBadDestination
	}
	port := d.Port
	if port == 0 {
		port = 443
		if d.Protocol == "http" {
			port = 80
		}
	}
	b := append([]byte(nil), `"host":`...)
	b = appendString(b, d.Host)
	b = append(b, `,"target":`...)
	b = appendString(b, d.Target)
	b = append(b, `,"method":"POST"`...)
	if d.Protocol != "https" || port != 443 {
		b = append(b, `,"protocol":"`...)
		b = append(b, d.Protocol...)
		b = append(b, `","port":`...)
		b = strconv.AppendUint(b, uint64(port), 10)
	}
	return b, nil
}

// appendControl writes the control JSON that goes with a layer's ciphertext.
// what is the part without braces that names the next recipient, empty for the
// HTTP body; it stands before the key when first is set.
func appendControl(l *layer, what []byte, first bool, order controlOrder) []byte {
	dst := make([]byte, 0, len(what)+128)
	dst = append(dst, '{')
	if first && len(what) > 0 {
		dst = append(append(dst, what...), ',')
	}
	dst = append(dst, `"ephemeral_key":"`...)
	dst = hex.AppendEncode(dst, l.key.Public[:])
	dst = append(dst, '"')
	if !first && len(what) > 0 {
		dst = append(append(dst, ','), what...)
	}
	if l.cipher.scheme != AESGCM || order == destinationFirst {
		dst = append(dst, `,"enc_type":"`...)
		dst = append(dst, l.cipher.scheme.String()...)
		dst = append(dst, '"')
	}
	return append(dst, '}')
}

// TargetAllowed says whether nodes forward to this path of a server.
func TargetAllowed(target string) bool {
	return (strings.HasPrefix(target, "/loki/") || strings.HasPrefix(target, "/oxen/")) &&
		strings.HasSuffix(target, "/lsrpc") && !strings.ContainsAny(target, "?")
}
