package engine

import (
	"net/url"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
)

// maxLink bounds a link in bytes: an address of a community within another link,
// with every character escaped, fits.
const maxLink = 2048

// ParseLink reads a link that another program handed over (docs/links.md):
// sotto:ID, sotto:add?id=ID, sotto:join?url=ADDRESS, or the address of a
// community. It is stricter than ParseRecipient, because nobody looked at what
// comes this way: printable ASCII, no other parameters, no user in an address.
// The result has an ID or a CommunityURL, the latter in its canonical form. The
// errors have ReasonInvalid, ReasonTooLarge, or ReasonNotAllowed for an id that
// cannot be written to.
func ParseLink(text string) (Recipient, error) {
	if len(text) > maxLink {
		return Recipient{}, fail(model.ReasonTooLarge, "the link is too long")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Recipient{}, errLink
	}
	scheme, rest, _ := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "sotto":
	case "http", "https":
		return communityLink(text)
	default:
		return Recipient{}, errLink
	}
	rest = strings.TrimPrefix(rest, "//") // some programs make a host of what comes first
	action, query, has := strings.Cut(rest, "?")
	action = strings.TrimSuffix(action, "/")
	if !has {
		return accountLink(action)
	}
	switch strings.ToLower(action) {
	case "add":
		if id, ok := only(query, "id"); ok {
			return accountLink(id)
		}
	case "join":
		if address, ok := only(query, "url"); ok {
			return communityLink(address)
		}
	}
	return Recipient{}, errLink
}

var errLink = fail(model.ReasonInvalid, "this link leads to nothing that Sotto knows")

// only returns the value of the one parameter that a query may have.
func only(query, name string) (string, bool) {
	values, err := url.ParseQuery(query)
	if err != nil || len(values) != 1 || len(values[name]) != 1 {
		return "", false
	}
	return values[name][0], true
}

func accountLink(text string) (Recipient, error) {
	id, err := identity.ParseSessionID(text)
	if err == nil {
		return Recipient{ID: id}, nil
	}
	if other, perr := identity.ParseID(text); perr == nil && other.Prefix() != identity.Session {
		return Recipient{}, model.Fail(model.ReasonNotAllowed, "this id belongs to no account that can be written to", err)
	}
	return Recipient{}, errLink
}

func communityLink(text string) (Recipient, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	address, query, has := strings.Cut(rest, "?")
	if !ok || !has || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") || strings.Contains(query, "#") {
		return Recipient{}, errLink
	}
	key, ok := only(query, "public_key")
	if !ok {
		return Recipient{}, errLink
	}
	a, err := community.ParseAddress(scheme + "://" + address + "?public_key=" + url.QueryEscape(key))
	if err != nil {
		return Recipient{}, model.Fail(model.ReasonInvalid, "this is not the address of a community", err)
	}
	return Recipient{CommunityURL: a.String()}, nil
}
