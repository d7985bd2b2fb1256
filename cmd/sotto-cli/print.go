package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"sotto/cmd/internal/command"
	"sotto/engine/model"
)

// printer writes answers: as JSON, one object a line, or in columns for people.
type printer struct {
	w     io.Writer
	json  bool
	name  string // of the command
	lines bool
	table *tabwriter.Writer
	count int
}

func newPrinter(w io.Writer, line *command.Line) *printer {
	return &printer{
		w: w, json: line.Global.Has("json"), name: line.Command.Name, lines: line.Command.Lines,
		table: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0),
	}
}

// answer prints an answer of this process.
func (p *printer) answer(v any) error {
	if p.json {
		p.count++
		return writeJSON(p.w, v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return p.line(data)
}

// line prints an answer in JSON.
func (p *printer) line(data raw) error {
	p.count++
	if p.json {
		_, err := p.w.Write(append(data, '\n'))
		return err
	}
	show, ok := views[p.name]
	if !ok {
		show = showOK
	}
	if err := show(p, data); err != nil {
		return err
	}
	if p.name == "receive" {
		return p.table.Flush() // as it happens
	}
	return nil
}

// flush writes what waits for its columns, and that a list is empty when the
// command went well. It returns the command's error too.
func (p *printer) flush(failed error) error {
	if failed == nil && !p.json && p.lines && p.count == 0 {
		if text, ok := empty[p.name]; ok {
			if _, err := fmt.Fprintln(p.w, text); err != nil {
				return err
			}
		}
	}
	return errors.Join(failed, p.table.Flush())
}

// row writes the cells of one row.
func (p *printer) row(cells ...string) error {
	for i := range cells {
		cells[i] = plain(cells[i])
	}
	_, err := fmt.Fprintln(p.table, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	return err
}

// plain keeps texts of others from moving the cursor or breaking the columns.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < 0x20 || r == 0x7f || 0x80 <= r && r < 0xa0:
			return '\ufffd'
		}
		return r
	}, s)
}

// clock shows when something was sent, in the time of this computer.
func clock(t model.Millis) string {
	if t == 0 {
		return "-"
	}
	return time.UnixMilli(int64(t)).Format("2006-01-02 15:04:05")
}

// short is an id as people recognise it.
func short(id string) string {
	if parsed, err := model.ParseID(id); err == nil {
		return model.ShortID(parsed)
	}
	return id
}

func decode[T any](data raw) (v T, err error) {
	err = json.Unmarshal(data, &v)
	return v, err
}

// view makes a view of one shape.
func view[T any](show func(p *printer, v T) error) func(p *printer, data raw) error {
	return func(p *printer, data raw) error {
		v, err := decode[T](data)
		if err != nil {
			return fmt.Errorf("show answer: %w", err)
		}
		return show(p, v)
	}
}
