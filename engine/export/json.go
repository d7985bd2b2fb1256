package export

import (
	"encoding/json"
	"io"

	"sotto/engine/model"
)

// The JSON of an export. Its fields are those of sotto-cli, with names and the
// paths of files; they may become more.
type (
	jsonHead struct {
		Format       string           `json:"format"` // "sotto export 1"
		ExportedAt   model.Millis     `json:"exported_at"`
		Account      jsonPerson       `json:"account"`
		Conversation jsonConversation `json:"conversation"`
	}
	jsonPerson struct {
		SessionID string `json:"session_id"`
		Name      string `json:"name"`
	}
	jsonConversation struct {
		Conversation string `json:"conversation"`
		Kind         string `json:"kind"`
		Name         string `json:"name"`
		File         string `json:"file,omitempty"`     // in an index
		Messages     int    `json:"messages,omitempty"` // in an index
	}
	jsonMessage struct {
		ID          string         `json:"id"`
		Sender      string         `json:"sender"`
		SenderName  string         `json:"sender_name"`
		Timestamp   model.Millis   `json:"timestamp"`
		Kind        string         `json:"kind"`
		Text        string         `json:"text"`
		Line        string         `json:"line,omitempty"` // what happened, in words, of what is no text
		Attachments []jsonFile     `json:"attachments"`
		Preview     *jsonPreview   `json:"preview,omitempty"`
		Invitation  *jsonPreview   `json:"invitation,omitempty"`
		Quote       *jsonQuote     `json:"quote"`
		Reactions   []jsonReaction `json:"reactions"`
		Outgoing    bool           `json:"outgoing"`
		State       string         `json:"state"`
		ExpiresAt   model.Millis   `json:"expires_at"`
	}
	jsonFile struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Size  uint32 `json:"size"`
		Voice bool   `json:"voice"`
		Path  string `json:"path"` // beside the export; empty: it is not on this computer
	}
	jsonPreview struct {
		URL  string `json:"url"`
		Name string `json:"name"`
	}
	jsonQuote struct {
		Author    string       `json:"author"`
		Timestamp model.Millis `json:"timestamp"`
	}
	jsonReaction struct {
		Author string       `json:"author"`
		Name   string       `json:"name"`
		Emoji  string       `json:"emoji"`
		At     model.Millis `json:"at"`
	}
)

const jsonFormat = "sotto export 1"

var conversationKinds = map[model.Kind]string{
	model.KindContact: "contact", model.KindSelf: "self", model.KindGroup: "group",
	model.KindCommunity: "community", model.KindLegacyGroup: "group",
}

var messageKinds = map[model.MessageKind]string{
	model.KindText: "text", model.KindTimerChange: "timer", model.KindRequestAccepted: "request_accepted",
	model.KindDeleted: "deleted", model.KindMediaSaved: "media_saved", model.KindScreenshot: "screenshot",
	model.KindMissedCall: "missed_call", model.KindInvitation: "invitation", model.KindGroupChange: "group_change",
}

func (x *exporter) me() jsonPerson {
	me := x.s.Me()
	return jsonPerson{me.ID.String(), me.Name}
}

func (x *exporter) jsonConversation(c model.Conversation) jsonConversation {
	return jsonConversation{Conversation: string(c.ID), Kind: conversationKinds[c.Kind], Name: x.title(c)}
}

// json writes the head without its brace, then the messages, each on its line:
// a conversation of any length takes no more memory than a page of it.
func (x *exporter) json(w io.Writer, t *teller, files *media) error {
	head, err := json.Marshal(jsonHead{jsonFormat, x.s.Now(), x.me(), x.jsonConversation(t.c)})
	if err != nil {
		return err
	}
	if _, err := w.Write(append(head[:len(head)-1], ",\n\"messages\":["...)); err != nil {
		return err
	}
	between := "\n"
	err = x.each(t.c.ID, func(m *model.Message) error {
		out, err := t.json(m, files)
		if err != nil {
			return err
		}
		line, err := json.Marshal(out)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, between); err != nil {
			return err
		}
		between = ",\n"
		_, err = w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

func (t *teller) json(m *model.Message, files *media) (jsonMessage, error) {
	out := jsonMessage{
		ID: m.ID.String(), Sender: m.Sender.String(), SenderName: t.name(m.Sender), Timestamp: m.Timestamp,
		Kind: messageKinds[m.Kind], Text: m.Text, Line: t.line(m), Attachments: []jsonFile{}, Reactions: []jsonReaction{},
		Outgoing: m.Outgoing, State: m.State.String(), ExpiresAt: m.Expires,
	}
	for i, a := range m.Attachments {
		path, err := files.file(m, i)
		if err != nil {
			return out, err
		}
		out.Attachments = append(out.Attachments, jsonFile{a.Name, a.Type, a.Size, a.Voice, path})
	}
	if p := m.Preview; p != nil {
		out.Preview = &jsonPreview{p.URL, p.Title}
	}
	if i := m.Invitation; i != nil {
		out.Invitation = &jsonPreview{i.URL, i.Name}
	}
	if q := m.Quote; q != nil {
		out.Quote = &jsonQuote{q.Author.String(), q.Timestamp}
	}
	for _, r := range m.Reactions {
		out.Reactions = append(out.Reactions, jsonReaction{r.Author.String(), t.name(r.Author), r.Emoji, r.At})
	}
	return out, nil
}

func (x *exporter) jsonIndex(w io.Writer, list []entry) error {
	out := struct {
		Format        string             `json:"format"`
		ExportedAt    model.Millis       `json:"exported_at"`
		Account       jsonPerson         `json:"account"`
		Conversations []jsonConversation `json:"conversations"`
	}{jsonFormat, x.s.Now(), x.me(), []jsonConversation{}}
	for _, e := range list {
		c := x.jsonConversation(e.conversation)
		c.File, c.Messages = e.file, e.messages
		out.Conversations = append(out.Conversations, c)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
