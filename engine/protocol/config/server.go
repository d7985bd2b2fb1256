package config

import (
	"iter"
	"net/netip"
	"strconv"
	"strings"
)

// Server is a community server. URL is in the form that ParseServer returns.
type Server struct {
	URL string
	Key [32]byte // X25519
}

// Room is one community: a room of a server.
type Room struct {
	Server Server
	Name   string // as in its address, in any case; 1 to 64 of [-0-9_a-z]
}

const (
	maxServerURL = 267
	maxRoomName  = 64
)

// ParseServer returns the canonical form of a community server's URL
// (docs/protocol/config-messages.md §7.4): scheme, host in lower case, the port
// unless it is the default; what follows the host must be "/" or nothing.
func ParseServer(url string) (string, error) {
	if len(url) > maxServerURL {
		return "", ErrCommunity
	}
	scheme, rest, ok := strings.Cut(url, "://")
	scheme = strings.ToLower(scheme)
	standard := map[string]string{"http": "80", "https": "443"}[scheme]
	if !ok || standard == "" {
		return "", ErrCommunity
	}
	rest = strings.TrimSuffix(rest, "/")
	host, port, withPort := strings.Cut(rest, ":")
	host = strings.ToLower(host)
	if !validHost(host) {
		return "", ErrCommunity
	}
	if withPort {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return "", ErrCommunity
		}
		if port = strconv.FormatUint(n, 10); port != standard {
			host += ":" + port
		}
	}
	return scheme + "://" + host, nil
}

// validHost takes names with a dot and IPv4 addresses.
func validHost(host string) bool {
	if len(host) < 4 || !strings.Contains(host, ".") || strings.Trim(host, ".") != host {
		return false
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

func (s Server) canonical() (string, error) { return ParseServer(s.URL) }

// canonical returns the two keys that a room is stored under.
func (r Room) canonical() (base, room string, err error) {
	if base, err = r.Server.canonical(); err != nil {
		return "", "", err
	}
	room = strings.ToLower(r.Name)
	if len(room) == 0 || len(room) > maxRoomName {
		return "", "", ErrCommunity
	}
	for i := range len(room) {
		switch c := room[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return "", "", ErrCommunity
		}
	}
	return base, room, nil
}

// servers goes over a dict of base URL → { #: key, R: dict }.
func servers(d *dict) iter.Seq2[Server, *dict] {
	return func(yield func(Server, *dict) bool) {
		if d == nil {
			return
		}
		for i := range d.entries {
			e := &d.entries[i]
			if e.kind != kindDict {
				continue
			}
			key, rooms := e.sub.bytes("#", 32), e.sub.dict("R")
			if key == nil || rooms == nil {
				continue
			}
			if !yield(Server{strings.Clone(e.key), [32]byte(key)}, rooms) {
				return
			}
		}
	}
}

// eraseRoom removes a room, and its server with the last one.
func (c *Config) eraseRoom(top, base, room string) (bool, error) {
	rooms := c.record(top, base, "R")
	if rooms.read().get(room) == nil {
		return false, nil
	}
	if rooms.read().len() == 1 {
		r := c.record(top)
		r.remove(base)
		return r.err == nil, r.err
	}
	rooms.remove(room)
	return rooms.err == nil, rooms.err
}

// setServer writes a server's key and returns the record of one of its rooms.
func (c *Config) setServer(top string, v Room) (r *record, room string, err error) {
	base, room, err := v.canonical()
	if err != nil {
		return nil, "", err
	}
	server := c.record(top, base)
	server.text("#", string(v.Server.Key[:]))
	return c.record(top, base, "R", room), room, server.err
}
