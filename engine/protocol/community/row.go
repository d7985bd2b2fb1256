package community

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"sort"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
)

// Message is a row of a room as the server tells it (protocol/communities.md
// §5.3). A row is a message, a deletion (Deleted), or the new reactions of a
// message that is known (ReactionsOnly). Nothing in it is proven: see Open.
type Message struct {
	ID     int64 // unique on the server
	Seqno  int64 // rises with every change of the row
	Author identity.ID
	Posted Seconds
	Edited Seconds // of the last edit or the deletion; 0: none
	// Data is the padded content, exactly as posted; Signature has 64 bytes.
	Data, Signature []byte
	Deleted         bool
	ReactionsOnly   bool
	// Reactions are complete, in the order of display: they replace what was
	// known. HasReactions is false in a deletion, which has none to tell.
	Reactions    []Reaction
	HasReactions bool
	// Whisper: only WhisperTo, or moderators when WhisperMods, see the message.
	Whisper, WhisperMods bool
	WhisperTo            identity.ID
	// Filtered: the server swallowed the post, nobody will see it.
	Filtered bool
}

// Reaction is one emoji under a message.
type Reaction struct {
	Emoji    string
	Count    int
	Reactors []identity.ID // the first few, when asked for
	Mine     bool
}

type messageJSON struct {
	ID          *int64          `json:"id"`
	Author      string          `json:"session_id,omitempty"`
	Posted      Seconds         `json:"posted,omitempty"`
	Edited      Seconds         `json:"edited,omitempty"`
	Seqno       *int64          `json:"seqno"`
	Data        json.RawMessage `json:"data,omitempty"`
	Signature   string          `json:"signature,omitempty"`
	Deleted     bool            `json:"deleted,omitempty"`
	Reactions   json.RawMessage `json:"reactions,omitempty"`
	Whisper     bool            `json:"whisper,omitempty"`
	WhisperMods *bool           `json:"whisper_mods,omitempty"`
	WhisperTo   string          `json:"whisper_to,omitempty"`
	Filtered    bool            `json:"filtered,omitempty"`
}

type reactionJSON struct {
	Index    int     `json:"index"`
	Count    int     `json:"count"`
	Reactors *IDList `json:"reactors,omitempty"`
	You      bool    `json:"you,omitempty"`
}

var errRow = errors.New("no message row")

// MarshalJSON writes the row as servers do.
func (m *Message) MarshalJSON() ([]byte, error) {
	j := messageJSON{ID: &m.ID, Seqno: &m.Seqno}
	if m.HasReactions {
		all := make(map[string]reactionJSON, len(m.Reactions))
		for i, r := range m.Reactions {
			e := reactionJSON{Index: i, Count: r.Count, You: r.Mine}
			if r.Reactors != nil {
				e.Reactors = (*IDList)(&r.Reactors)
			}
			all[r.Emoji] = e
		}
		doc, err := json.Marshal(all)
		if err != nil {
			return nil, err
		}
		j.Reactions = doc
	}
	if m.ReactionsOnly {
		return json.Marshal(j)
	}
	j.Author, j.Posted, j.Edited, j.Deleted, j.Filtered = m.Author.String(), m.Posted, m.Edited, m.Deleted, m.Filtered
	if m.Deleted {
		j.Data = json.RawMessage("null")
	} else {
		doc, err := json.Marshal(m.Data)
		if err != nil {
			return nil, err
		}
		j.Data, j.Signature = doc, base64.StdEncoding.EncodeToString(m.Signature)
	}
	if m.Whisper {
		j.Whisper, j.WhisperMods = true, &m.WhisperMods
		if !m.WhisperTo.IsZero() {
			j.WhisperTo = m.WhisperTo.String()
		}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads a row. Reactions beyond the bounds are left out.
func (m *Message) UnmarshalJSON(doc []byte) error {
	var j messageJSON
	if err := json.Unmarshal(doc, &j); err != nil {
		return err
	}
	if j.ID == nil || j.Seqno == nil || *j.ID <= 0 || *j.Seqno < 0 {
		return errRow
	}
	*m = Message{ID: *j.ID, Seqno: *j.Seqno}
	if len(j.Reactions) > 0 && !bytes.Equal(j.Reactions, []byte("null")) {
		var err error
		if m.Reactions, err = parseReactions(j.Reactions); err != nil {
			return err
		}
		m.HasReactions = true
	}
	if j.Author == "" && len(j.Data) == 0 && !j.Deleted && m.HasReactions {
		m.ReactionsOnly = true
		return nil
	}
	author, err := identity.ParseID(j.Author)
	if err != nil {
		return err
	}
	m.Author, m.Posted, m.Edited, m.Filtered = author, j.Posted, j.Edited, j.Filtered
	var data *string
	if len(j.Data) > 0 {
		if err := json.Unmarshal(j.Data, &data); err != nil {
			return err
		}
	}
	if j.Deleted || data == nil {
		m.Deleted = true
		return nil
	}
	if m.Data, err = decodeBase64(*data); err != nil {
		return err
	}
	if m.Signature, err = decodeBase64(j.Signature); err != nil {
		return err
	}
	if m.Whisper = j.Whisper; m.Whisper {
		m.WhisperMods = j.WhisperMods != nil && *j.WhisperMods
		if id, err := identity.ParseID(j.WhisperTo); err == nil {
			m.WhisperTo = id
		}
	}
	return nil
}

func parseReactions(doc []byte) ([]Reaction, error) {
	type indexed struct {
		Reaction
		index int
	}
	var all []indexed
	seen := map[string]bool{}
	err := fields(doc, func(emoji string, raw json.RawMessage) error {
		if len(all) >= MaxReactions || seen[emoji] || emoji == "" || utf8.RuneCountInString(emoji) > MaxEmoji {
			return nil
		}
		var j reactionJSON
		if err := json.Unmarshal(raw, &j); err != nil {
			return err
		}
		if j.Count <= 0 {
			return nil
		}
		r := Reaction{Emoji: emoji, Count: j.Count, Mine: j.You}
		if j.Reactors != nil {
			r.Reactors = (*j.Reactors)[:min(len(*j.Reactors), MaxReactors)]
		}
		seen[emoji] = true
		all = append(all, indexed{r, j.Index})
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(all, func(i, k int) bool { return all[i].index < all[k].index })
	list := make([]Reaction, len(all))
	for i := range all {
		list[i] = all[i].Reaction
	}
	return list, nil
}
