package securitykey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxCredential is the size of the largest credential id (CTAP 2.1 §6.4).
const MaxCredential = 1023

// SecretSize and SaltSize are the sizes of a secret and of the salt it is asked
// for, in bytes.
const (
	SecretSize = 32
	SaltSize   = 32
)

// Patience is how long a touch is waited for at most; ctx may end it earlier.
const Patience = 60 * time.Second

// rpID names Sotto towards keys. It is no domain that anybody could ask from.
const rpID = "sotto.invalid"

// Credential is what has to be kept to ask a key again. It is not secret.
type Credential struct {
	ID  []byte
	PIN bool // the key answers for its PIN only
}

// Bus finds the keys that are plugged in.
type Bus interface {
	Devices() ([]Device, error)
}

// Keys asks security keys.
type Keys struct {
	Bus   Bus
	Touch func() // called when a key begins to wait for a touch; may be nil
}

// session is one exchange with one key.
type session struct {
	conn Conn
	ch   *channel
	info info
	keys *Keys
}

// Register makes a credential on the key that is plugged in, for a person to
// touch. A key that has a PIN wants it for this: ErrNeedPIN says so.
func (k *Keys) Register(ctx context.Context, pin []byte) (Credential, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	devices, err := k.devices()
	if err != nil {
		return Credential{}, err
	}
	if len(devices) > 1 {
		return Credential{}, ErrSeveral
	}
	s, err := k.open(ctx, devices[0])
	if err != nil {
		return Credential{}, err
	}
	defer s.conn.Close()
	always := s.info.Options["alwaysUv"]
	request := makeRequest{
		Hash: make([]byte, 32), RP: entity{rpID, "Sotto"}, User: user{make([]byte, 16), "Sotto"},
		Algorithms: []algorithm{{-7, "public-key"}}, Extensions: map[string]bool{"hmac-secret": true},
	}
	if _, err := rand.Read(request.Hash); err != nil {
		return Credential{}, err
	}
	if _, err := rand.Read(request.User.ID); err != nil {
		return Credential{}, err
	}
	set := s.info.Options["clientPin"]
	switch {
	case always && !set:
		return Credential{}, ErrNoPIN
	case set && (always || !s.info.Options["makeCredUvNotRqd"]):
		token, protocol, err := s.token(ctx, pin, mayMake)
		if err != nil {
			return Credential{}, err
		}
		defer clear(token)
		request.PINAuth, request.Protocol = authenticate(protocol, token, request.Hash), protocol
	}
	var answer makeAnswer
	if err := s.ask(ctx, makeCredential, request, &answer); err != nil {
		return Credential{}, err
	}
	data, err := parseAuthData(answer.AuthData)
	if err != nil {
		return Credential{}, err
	}
	var has bool
	if raw := data.extensions["hmac-secret"]; len(raw) == 0 || decode(raw, &has) != nil || !has {
		return Credential{}, ErrOld
	}
	if len(data.credential) == 0 {
		return Credential{}, fmt.Errorf("%w: no credential", ErrAnswer)
	}
	return Credential{slices.Clone(data.credential), always}, nil
}

// HMACSecret returns the SecretSize bytes that the key with the credential gives
// for a salt of SaltSize bytes, once somebody has touched it. pin is used for
// credentials that need one. Each credential and salt has its own secret, which
// cannot be had without the key.
func (k *Keys) HMACSecret(ctx context.Context, c Credential, salt, pin []byte) ([]byte, error) {
	if len(salt) != SaltSize || len(c.ID) == 0 || len(c.ID) > MaxCredential {
		return nil, fmt.Errorf("securitykey: salt of %d bytes, credential of %d", len(salt), len(c.ID))
	}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	s, err := k.holder(ctx, c)
	if err != nil {
		return nil, err
	}
	defer s.conn.Close()
	request := assertRequest{
		RPID: rpID, Hash: make([]byte, 32), Allow: []descriptor{{c.ID, "public-key"}}, Options: map[string]bool{"up": true},
	}
	if _, err := rand.Read(request.Hash); err != nil {
		return nil, err
	}
	if c.PIN {
		token, protocol, err := s.token(ctx, pin, mayAssert)
		if err != nil {
			return nil, err
		}
		defer clear(token)
		request.PINAuth, request.Protocol = authenticate(protocol, token, request.Hash), protocol
	}
	a, err := s.agree(ctx)
	if err != nil {
		return nil, err
	}
	enc, err := a.encrypt(salt)
	if err != nil {
		return nil, err
	}
	input := hmacInput{KeyAgreement: a.public, SaltEnc: enc, SaltAuth: authenticate(a.protocol, a.hmacKey, enc)}
	if a.protocol != 1 {
		input.Protocol = a.protocol
	}
	request.Extensions = map[string]any{"hmac-secret": input}
	var answer assertAnswer
	if err := s.ask(ctx, getAssertion, request, &answer); err != nil {
		return nil, err
	}
	data, err := parseAuthData(answer.AuthData)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if raw := data.extensions["hmac-secret"]; len(raw) == 0 {
		return nil, ErrOld
	} else if err := decode(raw, &sealed); err != nil {
		return nil, err
	}
	secret, err := a.decrypt(sealed)
	if err != nil {
		return nil, err
	}
	if len(secret) != SecretSize {
		return nil, fmt.Errorf("%w: a secret of %d bytes", ErrAnswer, len(secret))
	}
	return secret, nil
}

// holder opens the key that has a credential. With several plugged in each is
// asked, without a touch.
func (k *Keys) holder(ctx context.Context, c Credential) (*session, error) {
	devices, err := k.devices()
	if err != nil {
		return nil, err
	}
	if len(devices) == 1 {
		return k.open(ctx, devices[0])
	}
	missing := ErrOtherKey
	for _, d := range devices {
		s, err := k.open(ctx, d)
		if err != nil {
			if !errors.Is(err, ErrOld) {
				missing = err
			}
			continue
		}
		err = s.ask(ctx, getAssertion, assertRequest{
			RPID: rpID, Hash: make([]byte, 32), Allow: []descriptor{{c.ID, "public-key"}}, Options: map[string]bool{"up": false},
		}, &assertAnswer{})
		if err == nil || errors.Is(err, ErrNeedPIN) {
			return s, nil
		}
		s.conn.Close()
	}
	return nil, missing
}

func (k *Keys) devices() ([]Device, error) {
	if k.Bus == nil {
		return nil, ErrUnsupported
	}
	devices, err := k.Bus.Devices()
	if err == nil && len(devices) == 0 {
		err = ErrNoKey
	}
	return devices, err
}

// open opens a key and looks whether it can do what is needed.
func (k *Keys) open(ctx context.Context, d Device) (*session, error) {
	conn, err := d.Open()
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, keys: k}
	if s.ch, err = openChannel(ctx, conn, nil); err == nil {
		err = s.ask(ctx, getInfo, nil, &s.info)
	}
	if err == nil && !slices.Contains(s.info.Extensions, "hmac-secret") {
		err = ErrOld
	}
	if err != nil {
		conn.Close()
		if ctx.Err() != nil && errors.Is(err, ErrGone) {
			err = ctx.Err()
		}
		return nil, err
	}
	return s, nil
}

// ask does one command of CTAP2.
func (s *session) ask(ctx context.Context, command byte, request, answer any) error {
	var params []byte
	if request != nil {
		params = encode(request)
	}
	s.ch.touch = s.keys.Touch
	content, err := s.ch.call(ctx, command, params)
	var st status
	if errors.As(err, &st) {
		return st.err()
	}
	if err != nil {
		return err
	}
	return decode(content, answer)
}
