package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/voice"
)

const (
	defaultDownload = 120 * time.Second
	bars            = 100     // of a waveform
	maxVoice        = 9999900 // bytes of a voice message that are read
)

// Absolute makes paths in params independent of the folder in which the caller
// stands.
func (c *Command) Absolute(params map[string]any) error {
	for _, p := range c.Params {
		if !p.Path {
			continue
		}
		switch v := params[p.Name].(type) {
		case string:
			if v == "" {
				continue // takes something away
			}
			path, err := filepath.Abs(v)
			if err != nil {
				return err
			}
			params[p.Name] = path
		case []string:
			paths := make([]string, len(v))
			for i := range v {
				var err error
				if paths[i], err = filepath.Abs(v[i]); err != nil {
					return err
				}
			}
			params[p.Name] = paths
		}
	}
	return nil
}

// sendDraft sends a text, files or a voice message.
func (c *Run) sendDraft(ctx context.Context, e *engine.Engine, to model.ConversationID, draft model.Draft) (model.MessageID, error) {
	var files []engine.File
	for _, path := range c.Args.Texts("attach") {
		files = append(files, engine.File{Path: path})
	}
	if path := c.Args.Text("voice"); path != "" {
		f, err := voiceFile(ctx, path)
		if err != nil {
			return 0, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return e.SendText(ctx, to, draft)
	}
	id, err := e.SendFiles(ctx, to, draft, files)
	var which *engine.FileError
	var known *model.Error
	if errors.As(err, &which) && errors.As(err, &known) && len(files) > 1 {
		err = model.Fail(known.Reason, "file "+strconv.Itoa(which.Index+1)+": "+known.Text, err)
	}
	return id, err
}

// voiceFile reads a sound file that is to be a voice message: it must play, and
// its waveform is kept with it.
func voiceFile(ctx context.Context, path string) (engine.File, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil || !st.Mode().IsRegular():
		return engine.File{}, model.Fail(model.ReasonNotFound, "the sound file cannot be read", err)
	case st.Size() > maxVoice:
		return engine.File{}, model.Fail(model.ReasonTooLarge, "the sound file is larger than 10 MB, the most that can be sent", nil)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return engine.File{}, model.Fail(model.ReasonNotFound, "the sound file cannot be read", err)
	}
	wave, info, err := voice.Waveform(ctx, data, bars)
	if err != nil {
		return engine.File{}, model.Fail(model.ReasonInvalid, "this is not a sound file that can be played (MP3, AAC, M4A, Ogg, Opus, WAV, FLAC)", err)
	}
	f := engine.File{Path: path, Voice: true, Sound: model.Sound{Waveform: wave, Duration: info.Duration()}}
	if info.Codec != voice.MP3 { // which is what the engine takes it for
		f.Type = info.ContentType
	}
	return f, nil
}

func download(ctx context.Context, c *Run) error {
	ctx, cancel := context.WithTimeout(ctx, c.Args.Seconds("timeout", defaultDownload))
	defer cancel()
	e, m, err := c.message(ctx, false)
	if err != nil {
		return err
	}
	index := 0
	if id := c.Args.Text("attachment"); id != "" {
		n, err := strconv.Atoi(id)
		if err != nil || n < 1 {
			return model.Fail(model.ReasonInvalid, "the id of a file is the number that its message lists it under", err)
		}
		index = n - 1
	}
	events := e.Subscribe()
	defer events.Close()
	if err := e.Download(ctx, m.ID, index); err != nil {
		return err
	}
	if err := untilHere(ctx, e, events, m.ID, index); err != nil {
		return err
	}
	saved, err := e.SaveAttachment(ctx, m.ID, index, c.Args.Text("to"))
	if err != nil {
		return err
	}
	st, err := os.Stat(saved)
	if err != nil {
		return model.Fail(model.ReasonDisk, "the saved file cannot be read", err)
	}
	return c.emit(Downloaded{saved, st.Size()})
}

// untilHere waits for a file of a message.
func untilHere(ctx context.Context, e *engine.Engine, events *engine.Subscription, id model.MessageID, index int) error {
	for {
		m, ok := e.Message(id)
		a, there := m.File(index)
		if !ok || !there {
			return model.Fail(model.ReasonNotFound, "the message was deleted meanwhile", nil)
		}
		switch a.State() {
		case model.FileHere:
			return nil
		case model.FileExpired:
			return model.Fail(model.ReasonExpired, "the file is gone from the server: ask for it to be sent again", nil)
		case model.FileFailed:
			return model.Fail(a.Failure, failures[a.Failure], nil)
		case model.FileRemote:
			return model.Fail(model.ReasonCancelled, "the download was stopped", nil)
		}
		if _, err := events.Wait(ctx); err != nil {
			if errors.Is(err, engine.ErrClosed) {
				return err
			}
			return model.Fail(model.ReasonOffline, "the file has not come yet; it is fetched when the profile is next online", err)
		}
	}
}

var failures = map[model.Reason]string{
	model.ReasonOffline:    "the file server does not answer: try again later",
	model.ReasonDamaged:    "the server's file is not the one that was sent: try again, or ask for it to be sent again",
	model.ReasonDisk:       "the disk is full or fails: make room and try again",
	model.ReasonTooLarge:   "the file is larger than files of the network",
	model.ReasonInvalid:    "the message does not say how to open this file",
	model.ReasonNotAllowed: "the file lies on a server that is not known",
	model.ReasonRejected:   "the file server refuses to give the file",
}
