package community

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
)

// The official server (protocol/communities.md §1.2), also known by older names.
const (
	OfficialBase = "https://open.getsession.org"
	officialHost = "open.getsession.org"
	officialIP   = "116.203.70.33"
)

// OfficialKey is the public key of the official server.
var OfficialKey = [32]byte{
	0xa0, 0x3c, 0x38, 0x3c, 0xf6, 0x3c, 0x3c, 0x4e, 0xfe, 0x67, 0xac, 0xc5, 0x21, 0x12, 0xa6, 0xdd,
	0x73, 0x4b, 0x3a, 0x94, 0x6b, 0x95, 0x45, 0xf4, 0x88, 0xaa, 0xa9, 0x3d, 0xa7, 0x99, 0x12, 0x38,
}

// Address is a room of a community server.
type Address struct {
	// Base is scheme://host[:port] in canonical form: lower case, no default
	// port, no slash at the end.
	Base string
	// PublicKey is the server's X25519 key.
	PublicKey [32]byte
	// Room is the token as it was written; tokens differ in case for display
	// and requests only, see RoomKey.
	Room string
}

// ParseAddress reads every form in which addresses of rooms are written
// (protocol/communities.md §1.1): with http, https or no scheme (which means
// http), /ROOM and /r/ROOM, the key as 64 hexadecimal digits, base32z or
// base64, blanks around it. Names of the official server become OfficialBase.
// The errors are ErrAddress and, for a room without a readable key, ErrNoKey.
func ParseAddress(text string) (Address, error) {
	text = strings.TrimSpace(text)
	if len(text) > MaxBaseURL+MaxToken+256 {
		return Address{}, ErrAddress
	}
	address, query, _ := strings.Cut(text, "?")
	base, path, err := parseBase(address)
	if err != nil {
		return Address{}, err
	}
	path = strings.TrimPrefix(path, "r/")
	if !ValidToken(path) {
		return Address{}, ErrAddress
	}
	a := Address{Base: base, Room: path}
	query, _, _ = strings.Cut(query, "#")
	values, err := url.ParseQuery(query)
	if err != nil || !decodePublicKey(&a.PublicKey, values.Get("public_key")) {
		return Address{}, ErrNoKey
	}
	return a, nil
}

// CanonicalBase brings a server's URL without a room into canonical form.
func CanonicalBase(text string) (string, error) {
	base, path, err := parseBase(strings.TrimSpace(text))
	if err != nil || path != "" {
		return "", ErrAddress
	}
	return base, nil
}

// parseBase splits scheme://host[:port]/path.
func parseBase(text string) (base, path string, err error) {
	scheme, rest, has := strings.Cut(text, "://")
	if !has {
		scheme, rest = "http", text
	}
	scheme = strings.ToLower(scheme)
	host, path, _ := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(strings.ToLower(host), ":")
	if scheme != "http" && scheme != "https" || !validHost(host) || hasPort && !validPort(port) {
		return "", "", ErrAddress
	}
	if host == officialHost || host == officialIP {
		return OfficialBase, path, nil
	}
	base = scheme + "://" + host
	if hasPort && !(scheme == "http" && port == "80" || scheme == "https" && port == "443") {
		base += ":" + port
	}
	if len(base) > MaxBaseURL {
		return "", "", ErrAddress
	}
	return base, path, nil
}

// validHost demands at least two labels of letters, digits and hyphens.
func validHost(host string) bool {
	if len(host) < 4 || !strings.Contains(host, ".") {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return !isTokenRune(r) || r == '_' }) {
			return false
		}
	}
	return true
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && port[0] != '0' && port[0] != '+'
}

// ValidToken reports whether s can name a room: 1 to 64 of A-Z a-z 0-9 _ -.
func ValidToken(s string) bool {
	return s != "" && len(s) <= MaxToken && !strings.ContainsFunc(s, func(r rune) bool { return !isTokenRune(r) })
}

func isTokenRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-'
}

func decodePublicKey(key *[32]byte, s string) bool {
	var b []byte
	var err error
	switch len(s) {
	case 64:
		b, err = hex.DecodeString(s)
	case 52:
		b = decodeBase32z(s)
	case 43, 44:
		// A + of base64 is a blank after the parsing of a query.
		s = strings.ReplaceAll(strings.TrimSuffix(s, "="), " ", "+")
		b, err = base64.RawStdEncoding.DecodeString(s)
	}
	if err != nil || len(b) != len(key) || *key == [32]byte(b) {
		return false // zero is nobody's key either
	}
	copy(key[:], b)
	return true
}

const base32z = "ybndrfg8ejkmcpqxot1uwisza345h769"

// decodeBase32z reads 52 characters, 260 bits, of which the last 4 must be 0.
func decodeBase32z(s string) []byte {
	out := make([]byte, 0, 32)
	var bits, held uint
	for _, c := range []byte(strings.ToLower(s)) {
		v := strings.IndexByte(base32z, c)
		if v < 0 {
			return nil
		}
		bits, held = bits<<5|uint(v), held+5
		if held >= 8 {
			held -= 8
			out = append(out, byte(bits>>held))
			bits &= 1<<held - 1
		}
	}
	if bits != 0 {
		return nil
	}
	return out
}

// String writes the address as clients do: base/room?public_key=hex.
func (a Address) String() string {
	return a.Base + "/" + a.Room + "?public_key=" + hex.EncodeToString(a.PublicKey[:])
}

// RoomKey is the token by which rooms are compared and kept in config messages:
// lower case.
func (a Address) RoomKey() string { return strings.ToLower(a.Room) }

// SameRoom reports whether two addresses lead to one room, whatever their keys.
func (a Address) SameRoom(b Address) bool { return a.Base == b.Base && a.RoomKey() == b.RoomKey() }

// CheckKey compares the key with the one that is known for the server. A new
// key on an old server is never taken over silently: ErrKeyChanged.
func (a Address) CheckKey(known [32]byte) error {
	if a.PublicKey != known {
		return ErrKeyChanged
	}
	return nil
}

// FileURL is the url of an AttachmentPointer for an upload in this room
// (protocol/communities.md §5.7).
func (a Address) FileURL(id int64) string {
	return a.Base + "/room/" + a.Room + "/file/" + strconv.FormatInt(id, 10)
}

// FileID reads the id of an upload from an AttachmentPointer's url: its last
// path element. The rest of the url is the sender's word and of no use.
func FileID(fileURL string) (id int64, ok bool) {
	if len(fileURL) > MaxBaseURL+MaxToken+64 {
		return 0, false
	}
	fileURL, _, _ = strings.Cut(fileURL, "?")
	id, err := strconv.ParseInt(fileURL[strings.LastIndexByte(fileURL, '/')+1:], 10, 64)
	return id, err == nil && id > 0
}
