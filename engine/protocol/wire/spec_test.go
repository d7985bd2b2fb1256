package wire

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Three texts say what the messages are: the specification (copies of its
// sections in testdata), session.proto and the field tables. They must agree.

func TestTablesAgreeWithSchema(t *testing.T) {
	messages := schema(t)
	if len(messages) != len(tables) {
		t.Errorf("%d messages in session.proto, %d tables", len(messages), len(tables))
	}
	for _, table := range tables {
		d, ok := messages[table.title()]
		if !ok {
			t.Errorf("no message %s in session.proto", table.title())
			continue
		}
		got, want := table.rows(), schemaRows(d)
		if !slices.Equal(got, want) {
			t.Errorf("%s: table\n%v, session.proto\n%v", table.title(), got, want)
		}
		if !slices.IsSortedFunc(got, func(a, b row) int { return a.num - b.num }) {
			t.Errorf("%s: table is not in ascending order", table.title())
		}
	}
}

// retyped are the differences from the specification that are meant: a proof
// has no settled fields, so it stays bytes.
var retyped = map[string]string{"ProMessage.proof": "bytes"}

func TestSchemaAgreesWithSpecification(t *testing.T) {
	spec := specification(t)
	messages := schema(t)
	for name := range messages {
		if _, ok := spec[name]; !ok {
			t.Errorf("%s is not in the specification", name)
		}
	}
	for name, want := range spec {
		d, ok := messages[name]
		if !ok {
			t.Errorf("%s is not in session.proto", name)
			continue
		}
		got := schemaRows(d)
		if len(got) != len(want) {
			t.Errorf("%s has %d fields, want %d", name, len(got), len(want))
			continue
		}
		for i, w := range want {
			g := got[i]
			if kind, ok := retyped[name+"."+w.name]; ok {
				w.kind = kind
			}
			if g.num != w.num || g.name != w.name || w.kind != "" && g.kind != w.kind ||
				(w.label == required) != (g.label == required) ||
				w.labelled && (w.label == repeated) != (g.label == repeated) {
				t.Errorf("%s: field is %+v, want %+v", name, g, w)
			}
		}
	}
}

var (
	reHeading = regexp.MustCompile(`^\*\*(\w+)\*\*(?: \([^)]*\))?\s*(.*)$`)
	reParens  = regexp.MustCompile(`\([^)]*\)`)
	reItem    = regexp.MustCompile(`^(\d+) (\w+)\s*(.*)$`)
)

// specification reads the fields of every message out of the two documents.
func specification(t *testing.T) map[string][]row {
	t.Helper()
	out := map[string][]row{}
	for _, file := range []struct{ name, current string }{
		{"testdata/messages-section3.md", ""},
		{"testdata/calls-section1.md", "CallMessage"},
	} {
		raw, err := os.ReadFile(file.name)
		if err != nil {
			t.Fatal(err)
		}
		current := file.current
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimSpace(line)
			if h := reHeading.FindStringSubmatch(line); h != nil {
				current = h[1]
				if current == "ProProof" {
					continue // never parsed
				}
				if reItem.MatchString(h[2]) {
					out[current] = specItems(h[2])
				}
				continue
			}
			if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|--") {
				continue
			}
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "**", ""))
			}
			switch {
			case cells[0] == "#" || cells[0] == "message":
			case cells[0][0] >= '0' && cells[0][0] <= '9':
				out[current] = append(out[current], specRow(t, cells)...)
			default: // the table of group messages
				for name := range strings.SplitSeq(cells[0], ", ") {
					items := []row{}
					if cells[1] != "empty" {
						items = specItems(cells[1])
					}
					out["GroupUpdate"+name+"Message"] = items
				}
			}
		}
	}
	return out
}

// specItems reads "1 url string r · 2 title string".
func specItems(text string) []row {
	var rows []row
	for item := range strings.SplitSeq(reParens.ReplaceAllString(text, ""), " · ") {
		m := reItem.FindStringSubmatch(strings.TrimSpace(item))
		if m == nil || strings.Contains(item, "retired") {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		rows = append(rows, typed(row{num: n, name: m[2]}, m[3]))
	}
	return rows
}

// specRow reads a line of a table: number, name, type. It may hold two fields.
func specRow(t *testing.T, cells []string) []row {
	t.Helper()
	var rows []row
	names := strings.Split(cells[1], ", ")
	for i, num := range strings.Split(cells[0], ", ") {
		if strings.HasPrefix(names[i], "(") {
			continue // retired
		}
		n, err := strconv.Atoi(num)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(names[i], " ")
		rows = append(rows, typed(row{num: n, name: name}, cells[2]))
	}
	return rows
}

// typed reads "repeated uint64", "enum, required", "bytes 64", "string r".
func typed(r row, text string) row {
	for word := range strings.FieldsSeq(strings.ReplaceAll(text, ",", " ")) {
		_, scalar := scalarTypes[word]
		switch {
		case word == "r" || word == "required":
			r.label = required
		case word == "repeated":
			r.label = repeated
		case r.kind == "" && (scalar || word == "enum" || word[0] >= 'A' && word[0] <= 'Z'):
			r.kind = word
		}
	}
	r.labelled = r.kind != "" || r.label != optional
	return r
}

func TestSpecificationIsRead(t *testing.T) {
	spec := specification(t)
	n := 0
	for _, rows := range spec {
		n += len(rows)
	}
	if len(spec) != 27 || n != 108 {
		t.Errorf("read %d messages with %d fields", len(spec), n)
	}
	want := []row{
		{1, "id", "uint64", required, true}, {2, "author", "string", required, true},
		{3, "emoji", "string", optional, true}, {4, "action", "enum", required, true},
	}
	if got := spec["Reaction"]; !slices.Equal(got, want) {
		t.Errorf("Reaction is %+v", got)
	}
}

// Each field has to land in the struct field of its name, and nowhere else.
func TestFieldsLandWhereTheyBelong(t *testing.T) {
	for _, table := range tables {
		for _, r := range table.rows() {
			num := protowire.Number(r.num)
			var b []byte
			switch r.kind {
			case "uint64", "uint32", "bool", "enum":
				b = protowire.AppendTag(nil, num, protowire.VarintType)
				value := uint64(1)
				if table.title() == "Envelope" && r.name == "type" {
					value = 6
				}
				b = protowire.AppendVarint(b, value)
			case "fixed64":
				b = protowire.AppendTag(nil, num, protowire.Fixed64Type)
				b = protowire.AppendFixed64(b, 1)
			case "string", "bytes":
				b = protowire.AppendTag(nil, num, protowire.BytesType)
				b = protowire.AppendString(b, "x")
			default:
				b = protowire.AppendTag(nil, num, protowire.BytesType)
				b = protowire.AppendString(b, "")
			}
			m, err := table.structOf(b)
			if err != nil {
				t.Errorf("%s.%s: %v", table.title(), r.name, err)
				continue
			}
			var set []string
			v := reflect.ValueOf(m).Elem()
			for i := range v.NumField() {
				if !v.Field(i).IsZero() {
					set = append(set, v.Type().Field(i).Name)
				}
			}
			want := strings.ReplaceAll(r.name, "_", "")
			if len(set) != 1 || !strings.EqualFold(set[0], want) {
				t.Errorf("%s.%s lands in %v", table.title(), r.name, set)
			}
		}
	}
}

// A struct field that no table fills would be lost in silence.
func TestEveryStructFieldHasARow(t *testing.T) {
	for _, table := range tables {
		if got, want := reflect.TypeOf(table.blank()).Elem().NumField(), len(table.rows())+1; got != want {
			t.Errorf("%s: struct has %d fields, table and Unknown make %d", table.title(), got, want)
		}
	}
}

// Enums are closed: exactly the values of session.proto are read.
func TestEnumsAreThoseOfTheSchema(t *testing.T) {
	messages := schema(t)
	checked := 0
	for _, table := range tables {
		fields := messages[table.title()].Fields()
		for i := range fields.Len() {
			f := fields.Get(i)
			if f.Kind() != protoreflect.EnumKind {
				continue
			}
			checked++
			for n := int32(-1); n < 12; n++ {
				b := protowire.AppendTag(nil, f.Number(), protowire.VarintType)
				b = protowire.AppendVarint(b, uint64(n))
				m, err := table.structOf(b)
				if err != nil {
					t.Fatal(err)
				}
				unknown := reflect.ValueOf(m).Elem().FieldByName("Unknown").Bytes()
				known := f.Enum().Values().ByNumber(protoreflect.EnumNumber(n)) != nil
				if known != (len(unknown) == 0) {
					t.Errorf("%s.%s = %d: known is %v", table.title(), f.Name(), n, len(unknown) == 0)
				}
			}
		}
	}
	if checked != 10 {
		t.Errorf("%d enums, want 10", checked)
	}
}

// The numbers of the constants, once more as the specification prints them.
func TestConstants(t *testing.T) {
	tests := []struct {
		name      string
		got, want int
	}{
		{"WebSocketMessage 1 request", int(WebSocketRequest), 1}, {"2 response", int(WebSocketResponse), 2},
		{"SESSION_MESSAGE", int(EnvelopeSession), 6}, {"CLOSED_GROUP_MESSAGE", int(EnvelopeClosedGroup), 7},
		{"expiration unknown", int(ExpirationUnknown), 0}, {"delete after read", int(DeleteAfterRead), 1}, {"delete after send", int(DeleteAfterSend), 2},
		{"EXPIRATION_TIMER_UPDATE", int(FlagExpirationTimerUpdate), 2}, {"attachments", MaxAttachments, 32}, {"voice message", int(AttachmentVoiceMessage), 1},
		{"react", int(React), 0}, {"remove", int(Remove), 1},
		{"typing started", int(TypingStarted), 0}, {"typing stopped", int(TypingStopped), 1},
		{"READ", int(ReceiptRead), 1}, {"screenshot", int(Screenshot), 1}, {"media saved", int(MediaSaved), 2},
		{"PRE_OFFER", int(CallPreOffer), 6}, {"OFFER", int(CallOffer), 1}, {"ANSWER", int(CallAnswer), 2},
		{"PROVISIONAL_ANSWER", int(CallProvisionalAnswer), 3}, {"ICE_CANDIDATES", int(CallICECandidates), 4}, {"END_CALL", int(CallEnd), 5},
		{"name", int(GroupNameChanged), 1}, {"avatar", int(GroupAvatarChanged), 2}, {"disappearing", int(GroupDisappearingChanged), 3},
		{"added", int(GroupMembersAdded), 1}, {"removed", int(GroupMembersRemoved), 2}, {"promoted", int(GroupMembersPromoted), 3},
		{"blob", MaxBlob, 76800}, {"padding", PaddingBlock, 160},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s is %d, want %d", tt.name, tt.got, tt.want)
		}
	}
}
