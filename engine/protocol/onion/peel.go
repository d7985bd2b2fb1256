package onion

import (
	"crypto/ecdh"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// NodeKey is the X25519 secret of a node or server, ready for [Peel].
type NodeKey struct {
	private *ecdh.PrivateKey
	public  [32]byte
}

// NewNodeKey takes the 32-byte secret scalar.
func NewNodeKey(secret [32]byte) (*NodeKey, error) {
	p, err := newKeyPair(secret[:])
	if err != nil {
		return nil, err
	}
	return &NodeKey{private: p.private, public: p.public}, nil
}

// Public returns the public half ("pubkey_x25519").
func (k *NodeKey) Public() [32]byte { return k.public }

// Peeled is what a node found under its layer: *Final, *Forward, *ServerPost or
// *Refused.
type Peeled interface{ peeled() }

// Final: this node is the destination and runs the storage RPC in Body. The
// answer goes back through Reply.
type Final struct {
	Body  []byte
	Reply *Reply
}

// Forward: Body goes to the node named by Destination, whose answer (status and
// bytes) travels back unchanged.
type Forward struct {
	Destination [32]byte // Ed25519
	// Body is a complete HTTP body for that node's /onion_req/v2.
	Body []byte
	// HopNo counts the nodes passed, as far as the sender told the truth.
	HopNo int
}

// ServerPost: this node is the last hop before a web server. It posts Body to
// Protocol://Host:Port Target with Content-Type application/octet-stream; the
// server's status and bytes travel back unchanged.
type ServerPost struct {
	Protocol string // "http" or "https"
	Host     string
	Port     uint16
	Target   string
	Body     []byte // the whole decrypted frame
}

// Refused: the layer opened but asks for nothing this node does. The sender
// gets Status and Text encrypted, through Reply.
type Refused struct {
	Status int
	Text   string
	Reply  *Reply
}

func (*Final) peeled()      {}
func (*Forward) peeled()    {}
func (*ServerPost) peeled() {}
func (*Refused) peeled()    {}

// HopLimit is the hop number at which a node drops a request.
const HopLimit = 15

// Peel removes the node's layer from an HTTP body (onion-requests.md §5). The
// error is always a *PeelError, to be sent as it is.
func Peel(body []byte, key *NodeKey) (Peeled, error) {
	ciphertext, head, err := parseOuter(body)
	if err != nil {
		return nil, err
	}
	plain, cipher, err := openLayer(ciphertext, head, key)
	if err != nil {
		return nil, err
	}
	reply := &Reply{cipher: cipher, base64: true}
	invalid := &Refused{Status: 400, Text: "Invalid json", Reply: reply}
	inner, control, err := SplitFrame(plain)
	if err != nil {
		return invalid, nil
	}
	c, err := parseControl(control)
	if err != nil {
		return invalid, nil
	}
	switch {
	case c.final:
		reply.embed = c.json
		reply.base64 = c.base64
		return &Final{Body: inner, Reply: reply}, nil
	case c.host != nil:
		if c.target == nil {
			return invalid, nil
		}
		post := &ServerPost{Protocol: c.protocol, Host: *c.host, Port: c.port, Target: *c.target, Body: plain}
		if (post.Protocol != "http" && post.Protocol != "https") || !TargetAllowed(post.Target) {
			return &Refused{Status: 400, Text: "Invalid url", Reply: reply}, nil
		}
		return post, nil
	}
	if c.destination == nil || c.keyError != nil {
		return invalid, nil
	}
	next, err := parseKeyHex(*c.destination)
	if err != nil {
		return invalid, nil
	}
	f := &Forward{Destination: next, HopNo: head.hopNo + 1}
	if f.HopNo >= HopLimit {
		return nil, &PeelError{Status: 400, Text: "onion request max path length exceeded"}
	}
	f.Body = AppendFrame(make([]byte, 0, 4+len(inner)+160), inner, forwardControl(c, f.HopNo))
	return f, nil
}

// forwardControl describes the ciphertext to the next node, in the sender's
// key order.
func forwardControl(c *control, hopNo int) []byte {
	b := append([]byte(nil), `{"ephemeral_key":"`...)
	b = hex.AppendEncode(b, c.key[:])
	b = append(b, `","enc_type":"`...)
	b = append(b, c.scheme.String()...)
	b = append(b, `","hop_no":`...)
	b = strconv.AppendInt(b, int64(hopNo), 10)
	return append(b, '}')
}

// control is a parsed control JSON, of any level.
type control struct {
	key      [32]byte
	scheme   Scheme
	keyError error // why key or scheme are missing
	hopNo    int

	final        bool
	json, base64 bool
	host         *string
	target       *string
	port         uint16
	protocol     string
	destination  *string
}

// parseOuter splits the HTTP body; its errors are told to the sender in clear.
func parseOuter(body []byte) ([]byte, *control, error) {
	refuse := func(text string) error {
		return &PeelError{Status: 400, Text: "Error parsing onion request: " + text}
	}
	ciphertext, tail, err := SplitFrame(body)
	if err != nil {
		return nil, nil, refuse(err.Error())
	}
	c, err := parseControl(tail)
	if err != nil {
		return nil, nil, refuse(err.Error())
	}
	if c.keyError != nil {
		return nil, nil, refuse(c.keyError.Error())
	}
	return ciphertext, c, nil
}

func openLayer(ciphertext []byte, c *control, key *NodeKey) ([]byte, layerCipher, error) {
	invalid := &PeelError{Status: 400, Text: "Invalid ciphertext"}
	shared, err := agree(key.private, c.key)
	if err != nil {
		return nil, layerCipher{}, invalid
	}
	cipher := newLayerCipher(c.scheme, &shared, &c.key, &key.public)
	clear(shared[:])
	plain, err := cipher.open(make([]byte, 0, len(ciphertext)), ciphertext)
	if err != nil {
		return nil, layerCipher{}, invalid
	}
	return plain, cipher, nil
}

var (
	errControlType = errors.New("[json.exception.type_error.302] unexpected type")
	errKeyLength   = errors.New("Hex key data is invalid: data size is not 64")
	errKeyNotHex   = errors.New("Hex key data is invalid: data is not hex")
)

// parseControl reads a control of any level. What is wrong with the key alone
// goes to keyError, because a final control needs none.
func parseControl(doc []byte) (*control, error) {
	if !json.Valid(doc) {
		return nil, errors.New(nodeSyntaxError(doc))
	}
	c := &control{port: 443, protocol: "https", base64: true}
	var key, scheme *string
	text := func(raw []byte) (*string, error) {
		s, err := unquote(raw)
		if err != nil {
			return nil, errControlType
		}
		t := string(s)
		return &t, nil
	}
	err := topLevel(doc, func(name string, raw []byte) (err error) {
		switch name {
		case "headers":
			c.final = true
		case "json":
			c.json, err = strconv.ParseBool(string(raw))
		case "base64":
			c.base64, err = strconv.ParseBool(string(raw))
		case "host":
			c.host, err = text(raw)
		case "target":
			c.target, err = text(raw)
		case "protocol":
			var s *string
			if s, err = text(raw); err == nil {
				c.protocol = *s
			}
		case "port":
			var n uint64
			n, err = strconv.ParseUint(string(raw), 10, 16)
			c.port = uint16(n)
		case "destination":
			c.destination, err = text(raw)
		case "ephemeral_key":
			key, err = text(raw)
		case "enc_type":
			scheme, err = text(raw)
		case "hop_no":
			if c.hopNo, err = strconv.Atoi(string(raw)); err == nil {
				c.hopNo = max(0, min(c.hopNo, HopLimit))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	c.setKey(key, scheme)
	return c, nil
}

func (c *control) setKey(key, scheme *string) {
	if key == nil {
		c.keyError = errors.New("[json.exception.out_of_range.403] key 'ephemeral_key' not found")
		return
	}
	if c.key, c.keyError = parseKeyHex(*key); c.keyError != nil {
		return
	}
	if scheme != nil {
		var known bool
		if c.scheme, known = ParseScheme(*scheme); !known {
			c.keyError = fmt.Errorf("Invalid encryption type %s", *scheme)
		}
	}
}

func parseKeyHex(s string) (key [32]byte, err error) {
	if len(s) != 64 {
		// A wrong length that is not hex either is reported as not hex.
		for i := range len(s) {
			if _, err := hex.DecodeString(s[i:i+1] + "0"); err != nil {
				return key, errKeyNotHex
			}
		}
		return key, errKeyLength
	}
	if _, err := hex.Decode(key[:], []byte(s)); err != nil {
		return key, errKeyNotHex
	}
	return key, nil
}

// Reply encrypts an answer with the key and scheme of the layer it answers.
type Reply struct {
	cipher layerCipher
	base64 bool
	embed  bool
}

// SealNode returns the HTTP body (status 200, Content-Type text/plain) that
// carries a node's answer. document says that body is JSON rather than a text;
// it is embedded as an object when the sender asked so.
func (r *Reply) SealNode(rand io.Reader, status int, body []byte, document bool) ([]byte, error) {
	plain := AppendNodeAnswer(make([]byte, 0, len(body)+len(body)/4+32), status, body, document && r.embed)
	sealed, err := r.cipher.seal(plain, rand)
	if err != nil {
		return nil, err
	}
	if !r.base64 {
		return sealed, nil
	}
	return encodeBase64(sealed), nil
}

// SealServer returns the raw HTTP body that carries a server's v4 response.
func (r *Reply) SealServer(rand io.Reader, resp V4Response) ([]byte, error) {
	return r.cipher.seal(EncodeV4Response(resp), rand)
}

// Zero forgets the key.
func (r *Reply) Zero() { clear(r.cipher.key[:]) }
