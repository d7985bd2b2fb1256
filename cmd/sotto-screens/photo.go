package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sotto/internal/drive"
)

// The process that plays a set and the one that holds the display speak over
// two pipes: "shot NAME", answered by a line; "tell WHAT"; in the end "done" or "failed WHY".
const (
	saysFile    = 3
	answersFile = 4
)

// watch lets a set play on the display and takes its pictures.
func watch(ctx context.Context, d *drive.Display, self, name, lang, out string) error {
	said, says, err := os.Pipe()
	if err != nil {
		return err
	}
	defer said.Close()
	answered, answers, err := os.Pipe()
	if err != nil {
		return errors.Join(err, says.Close())
	}
	defer answers.Close()
	cmd := d.Command(ctx, self, "--set", name, "--lang", lang)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{says, answered}
	// The set answers for itself; the display only has to find its window.
	quiet := func(context.Context, string, any) (json.RawMessage, error) {
		return json.RawMessage(`{"things":[]}`), nil
	}
	w, err := d.Open(ctx, cmd, quiet)
	err = errors.Join(err, says.Close(), answered.Close())
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "shot":
			if err := take(ctx, d, w, filepath.Join(out, rest+".png")); err != nil {
				return err
			}
			if _, err := io.WriteString(answers, "\n"); err != nil {
				return err
			}
		case "tell":
			fmt.Println(lang, rest)
		case "done":
			return nil
		case "failed":
			return errors.New(rest)
		}
	}
	return errors.Join(errors.New("it ended too early"), lines.Err())
}

// take writes what the window shows, without its frame and without the pointer.
func take(ctx context.Context, d *drive.Display, w *drive.Window, path string) error {
	// The pointer finds the corner of the contents, which the window manager's
	// frame hides from other questions; then it goes out of the picture.
	where, err := d.Command(ctx, "xdotool", "mousemove", "--window", w.ID, "0", "0", "getmouselocation", "--shell",
		"mousemove", strconv.Itoa(displayWidth-1), strconv.Itoa(displayHeight-1)).Output()
	if err != nil {
		return fmt.Errorf("find the window: %w", err)
	}
	var at image.Point
	for _, line := range strings.Fields(string(where)) {
		// What is no number stays 0 and shows in the picture.
		name, value, _ := strings.Cut(line, "=")
		switch n, _ := strconv.Atoi(value); name {
		case "X":
			at.X = n
		case "Y":
			at.Y = n
		}
	}
	bounds, err := w.Bounds(ctx)
	if err != nil {
		return err
	}
	screen, err := d.Frame()
	if err != nil {
		return err
	}
	part := image.Rectangle{at, at.Add(bounds.Size())}
	if odd := drive.OddTiles(screen, part); len(odd) > 0 {
		return fmt.Errorf("%s: the window at %v is painted wrongly at %v", filepath.Base(path), at, odd)
	}
	return drive.SavePNG(path, screen.SubImage(part.Intersect(screen.Bounds())))
}

// photographer is the other side of watch.
type photographer struct {
	says    *os.File
	answers *bufio.Reader
}

func newPhotographer() *photographer {
	return &photographer{os.NewFile(saysFile, "says"), bufio.NewReader(os.NewFile(answersFile, "answers"))}
}

// shoot waits until the picture is taken.
func (p *photographer) shoot(name string) error {
	if _, err := fmt.Fprintf(p.says, "shot %s\n", name); err != nil {
		return err
	}
	_, err := p.answers.ReadString('\n')
	return err
}

// tell has a line printed.
func (p *photographer) tell(line string) { fmt.Fprintln(p.says, "tell", line) }

func (p *photographer) end(err error) {
	if err != nil {
		fmt.Fprintf(p.says, "failed %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	fmt.Fprintln(p.says, "done")
}
