package wire

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// The schema of session.proto, read without protoc: the file uses a small part
// of the language, and anything else in it fails the test.

var (
	reComment = regexp.MustCompile(`//[^\n]*`)
	reOpen    = regexp.MustCompile(`^(message|enum) (\w+) \{$`)
	reField   = regexp.MustCompile(`^(optional|required|repeated) (\w+) (\w+) = (\d+);$`)
	reValue   = regexp.MustCompile(`^(\w+) = (\d+);$`)
)

var scalarTypes = map[string]descriptorpb.FieldDescriptorProto_Type{
	"string":  descriptorpb.FieldDescriptorProto_TYPE_STRING,
	"bytes":   descriptorpb.FieldDescriptorProto_TYPE_BYTES,
	"uint64":  descriptorpb.FieldDescriptorProto_TYPE_UINT64,
	"uint32":  descriptorpb.FieldDescriptorProto_TYPE_UINT32,
	"bool":    descriptorpb.FieldDescriptorProto_TYPE_BOOL,
	"fixed64": descriptorpb.FieldDescriptorProto_TYPE_FIXED64,
}

var labels = map[string]descriptorpb.FieldDescriptorProto_Label{
	"optional": descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL,
	"required": descriptorpb.FieldDescriptorProto_LABEL_REQUIRED,
	"repeated": descriptorpb.FieldDescriptorProto_LABEL_REPEATED,
}

// schema returns the messages of session.proto by name.
func schema(t testing.TB) map[string]protoreflect.MessageDescriptor {
	t.Helper()
	raw, err := os.ReadFile("session.proto")
	if err != nil {
		t.Fatal(err)
	}
	const pkg = "sotto.wire"
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("session.proto"), Package: proto.String(pkg), Syntax: proto.String("proto2"),
	}
	var message *descriptorpb.DescriptorProto
	var enum *descriptorpb.EnumDescriptorProto
	for line := range strings.Lines(reComment.ReplaceAllString(string(raw), "")) {
		line = strings.TrimSpace(line)
		if m := reOpen.FindStringSubmatch(line); m != nil {
			if m[1] == "message" {
				message = &descriptorpb.DescriptorProto{Name: &m[2]}
				file.MessageType = append(file.MessageType, message)
			} else {
				enum = &descriptorpb.EnumDescriptorProto{Name: &m[2]}
				message.EnumType = append(message.EnumType, enum)
			}
		} else if m := reField.FindStringSubmatch(line); m != nil {
			message.Field = append(message.Field, fieldOf(t, pkg, message, m))
		} else if m := reValue.FindStringSubmatch(line); m != nil {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatal(err)
			}
			enum.Value = append(enum.Value, &descriptorpb.EnumValueDescriptorProto{Name: &m[1], Number: proto.Int32(int32(n))})
		} else if line == "}" && enum != nil {
			enum = nil
		} else if line == "}" {
			message = nil
		} else if line != "" && line != `syntax = "proto2";` && line != "package "+pkg+";" {
			t.Fatalf("session.proto: %q", line)
		}
	}
	desc, err := protodesc.NewFile(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]protoreflect.MessageDescriptor{}
	for i := range desc.Messages().Len() {
		m := desc.Messages().Get(i)
		out[string(m.Name())] = m
	}
	return out
}

// fieldOf makes a field of the match of reField. An enum is declared in the
// message that uses it; every other name is a message of the file.
func fieldOf(t testing.TB, pkg string, in *descriptorpb.DescriptorProto, m []string) *descriptorpb.FieldDescriptorProto {
	t.Helper()
	n, err := strconv.Atoi(m[4])
	if err != nil {
		t.Fatal(err)
	}
	f := &descriptorpb.FieldDescriptorProto{Name: &m[3], Number: proto.Int32(int32(n)), Label: labels[m[1]].Enum()}
	if typ, ok := scalarTypes[m[2]]; ok {
		f.Type = typ.Enum()
		return f
	}
	for _, e := range in.EnumType {
		if e.GetName() == m[2] {
			f.Type = descriptorpb.FieldDescriptorProto_TYPE_ENUM.Enum()
			f.TypeName = proto.String("." + pkg + "." + in.GetName() + "." + m[2])
			return f
		}
	}
	f.Type = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum()
	f.TypeName = proto.String("." + pkg + "." + m[2])
	return f
}

// row is a field as a table, the schema or the specification has it.
type row struct {
	num      int
	name     string
	kind     string // "" when the specification does not tell
	label    label
	labelled bool // whether the source tells the label
}

func schemaRows(d protoreflect.MessageDescriptor) []row {
	var rows []row
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		r := row{num: int(f.Number()), name: string(f.Name()), kind: f.Kind().String(), labelled: true}
		if f.Kind() == protoreflect.MessageKind {
			r.kind = string(f.Message().Name())
		}
		switch f.Cardinality() {
		case protoreflect.Required:
			r.label = required
		case protoreflect.Repeated:
			r.label = repeated
		}
		rows = append(rows, r)
	}
	return rows
}

// table is what the tests need of a message[M], whatever M is.
type table interface {
	title() string
	rows() []row
	reencode(b []byte) ([]byte, error)
	structOf(b []byte) (any, error)
	marshalAny(m any) ([]byte, error)
	blank() any
}

func (t *message[M]) title() string { return t.name }
func (t *message[M]) blank() any    { return new(M) }

func (t *message[M]) rows() []row {
	var rows []row
	for _, f := range t.fields {
		rows = append(rows, row{int(f.num), f.name, f.kind, f.label, true})
	}
	return rows
}

func (t *message[M]) reencode(b []byte) ([]byte, error) {
	m := new(M)
	if err := parse(t, b, m); err != nil {
		return nil, err
	}
	return marshal(t, m, 0)
}

// structOf parses without the checks.
func (t *message[M]) structOf(b []byte) (any, error) {
	m := new(M)
	return m, t.decode(&decoder{b: b}, m, 0, len(b))
}

func (t *message[M]) marshalAny(m any) ([]byte, error) { return marshal(t, m.(*M), 0) }

var tables = []table{
	&webSocketMessage, &webSocketRequest, &envelope, &content, &dataMessage, &quote, &preview, &reaction,
	&communityInvitation, &lokiProfile, &attachmentPointer, &typingMessage, &receiptMessage, &unsendRequest,
	&messageRequestResponse, &dataExtractionNotification, &callMessage, &groupUpdateMessage, &groupInvite,
	&groupPromote, &groupInfoChange, &groupMemberChange, &groupMemberLeft, &groupMemberLeftNotification,
	&groupInviteResponse, &groupDeleteMemberContent, &proMessage,
}
