package engine

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// What people of a group or a community call themselves comes with their
// messages. It is kept by conversation, in shards, so that one more person
// rewrites a small record.
const (
	peopleShards = 32
	maxShard     = 400 // people; the ones not heard of longest go first
)

// knownPerson is somebody in a shard, as JSON.
type knownPerson struct {
	ID      model.ID `json:"i"`
	Name    string   `json:"n,omitempty"`
	URL     string   `json:"u,omitempty"`
	Key     []byte   `json:"k,omitempty"`
	Updated int64    `json:"t,omitempty"` // of the profile, seconds
}

func peopleBlob(conv model.ConversationID, shard int) string {
	return "people/" + string(conv) + "/" + strconv.Itoa(shard)
}

func shardOf(id model.ID) int { return int(id[len(id)-1]) % peopleShards }

func peopleIn(tx *store.Tx, conv model.ConversationID, shard int) []knownPerson {
	var list []knownPerson
	if b := tx.Blob(peopleBlob(conv, shard)); b != nil && json.Unmarshal(b, &list) != nil {
		return nil
	}
	return list
}

// learnPerson notes what somebody calls themselves, unless something newer is
// known.
func (w *work) learnPerson(conv model.ConversationID, id model.ID, p *wire.LokiProfile, key []byte) error {
	if p == nil {
		return nil
	}
	name := identity.TruncateName(identity.TrimName(p.DisplayName.Value), identity.MaxNameBytes)
	now := knownPerson{ID: id, Name: strings.Clone(name), Updated: int64(p.LastProfileUpdateSeconds.Value)}
	const maxURL = 223
	if url := p.ProfilePicture.Value; url != "" && len(url) <= maxURL && len(key) == 32 {
		now.URL, now.Key = strings.Clone(url), slices.Clone(key)
	}
	shard := shardOf(id)
	list := peopleIn(w.tx, conv, shard)
	i := slices.IndexFunc(list, func(k knownPerson) bool { return k.ID == id })
	if i >= 0 {
		have := list[i]
		if now.Updated < have.Updated || have.Name == now.Name && have.URL == now.URL && have.Updated == now.Updated {
			return nil
		}
		if now.Name == "" {
			now.Name = have.Name
		}
		list = slices.Delete(list, i, i+1)
	} else if now.Name == "" {
		return nil
	}
	list = append(list, now)
	list = list[max(0, len(list)-maxShard):]
	b, err := json.Marshal(list)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a profile does not encode", err)
	}
	w.emit(ConversationChanged{conv})
	return w.tx.PutBlob(peopleBlob(conv, shard), b)
}

// forgetPeople drops what was learnt in a conversation.
func (w *work) forgetPeople(conv model.ConversationID) error {
	for shard := range peopleShards {
		if err := w.tx.PutBlob(peopleBlob(conv, shard), nil); err != nil {
			return err
		}
	}
	return nil
}

// Person returns how somebody is shown in a conversation: by the nickname or the
// name of the contact, also of one who is recognised behind a blinded id, else by
// what they called themselves there, else by what a group's admins noted.
func (e *Engine) Person(conv model.ConversationID, id model.ID) model.Person {
	p := model.Person{ID: id}
	who := e.core.whois()
	e.view(func(tx *store.Tx) {
		if p = who.person(tx, conv, id, &model.Group{}); p.Name != "" {
			return
		}
		if g, ok := storedGroup(tx, conv); ok {
			p = who.person(tx, conv, id, &g)
		}
	})
	return p
}

func (w whois) person(tx *store.Tx, conv model.ConversationID, id model.ID, g *model.Group) model.Person {
	if p, ok := w.contact(tx, conv, id); ok {
		return p
	}
	p := model.Person{ID: id}
	for _, k := range peopleIn(tx, conv, shardOf(id)) {
		if k.ID == id {
			return model.Person{ID: id, Name: k.Name, Picture: model.Picture{URL: k.URL, Key: k.Key}}
		}
	}
	if m, ok := g.Member(id); ok {
		p.Name, p.Picture = m.Name, m.Picture
	}
	return p
}

// contact is somebody of the contact list, who has a name there.
func (w whois) contact(tx *store.Tx, conv model.ConversationID, id model.ID) (model.Person, bool) {
	ids := []model.ID{id}
	if account, ok := w.account(tx, conv, id); ok {
		ids = append(ids, account)
	}
	for _, known := range ids {
		c, ok := tx.Conversation(model.ConversationOf(known))
		if !ok {
			continue
		}
		p := model.Person{ID: id, Picture: c.Picture, Name: c.Nickname}
		if p.Name == "" {
			p.Name = c.Name
		}
		if p.Name != "" {
			return p, true
		}
	}
	return model.Person{}, false
}

// People returns who can be mentioned in a group or a community: its members, or
// who has written there, by name. One whose name is not known comes last.
func (e *Engine) People(conv model.ConversationID) []model.Person {
	var list []model.Person
	who := e.core.whois()
	e.view(func(tx *store.Tx) {
		if g, ok := storedGroup(tx, conv); ok {
			for _, m := range g.Members {
				list = append(list, who.person(tx, conv, m.ID, &g))
			}
			return
		}
		for shard := range peopleShards {
			for _, k := range peopleIn(tx, conv, shard) {
				p := model.Person{ID: k.ID, Name: k.Name, Picture: model.Picture{URL: k.URL, Key: k.Key}}
				if _, ok := who.account(tx, conv, k.ID); ok {
					if named, ok := who.contact(tx, conv, k.ID); ok {
						p = named
					}
				}
				list = append(list, p)
			}
		}
	})
	slices.SortFunc(list, func(a, b model.Person) int {
		switch {
		case (a.Name == "") != (b.Name == ""):
			if a.Name == "" {
				return 1
			}
			return -1
		case a.Name != b.Name:
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		}
		return compareIDs(a.ID, b.ID)
	})
	return list
}
