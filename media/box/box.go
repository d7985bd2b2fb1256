// Package box runs codecs for bytes from outside: WebAssembly modules in
// wazero. What is inside has memory of its own up to a limit, no files, no
// network, no clock that tells anything, and ends when its context does. A
// codec that crashes is a bad file and nothing more.
//
// A [Codec] is compiled on first use and lives as long as the program; an
// [Instance] decodes one file and is closed behind it.
package box

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// ErrCodec: the codec stopped on what it was given, or ran out of memory or
// time. It is final for the file in hand.
var ErrCodec = errors.New("the codec gave up on this file")

const pageSize = 64 << 10

// Config says what a module needs.
type Config struct {
	Name string // for errors
	// Wasm is the module, maybe compressed with gzip.
	Wasm []byte
	// Memory bounds the module's memory in bytes, a multiple of 64 KiB.
	Memory int
	// Host are the functions that the module imports beside those of WASI, by
	// "module.name". One that is missing here stops the module when called.
	Host map[string]api.GoModuleFunc
	// Malloc and Free are the names of the module's allocator; empty: malloc
	// and free.
	Malloc, Free string
	// Start is called once in a new instance; empty: nothing.
	Start string
}

// Codec is a module, compiled on first use.
type Codec struct {
	config Config
	once   sync.Once
	rt     wazero.Runtime
	module wazero.CompiledModule
	err    error
}

// New describes a codec; nothing is compiled yet.
func New(c Config) *Codec {
	if c.Malloc == "" {
		c.Malloc = "malloc"
	}
	if c.Free == "" {
		c.Free = "free"
	}
	return &Codec{config: c}
}

// Prepare compiles the codec, so that the first file does not wait for it. It
// takes a fraction of a second and belongs on a goroutine of its own.
func (c *Codec) Prepare() error {
	c.once.Do(func() {
		if err := c.compile(); err != nil {
			c.err = fmt.Errorf("codec %s: %w", c.config.Name, err)
		}
	})
	return c.err
}

func (c *Codec) compile() error {
	ctx := context.Background()
	wasm := c.config.Wasm
	if bytes.HasPrefix(wasm, []byte{0x1f, 0x8b}) {
		r, err := gzip.NewReader(bytes.NewReader(wasm))
		if err != nil {
			return err
		}
		if wasm, err = io.ReadAll(r); err != nil {
			return err
		}
	}
	c.rt = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().
		WithMemoryLimitPages(uint32(c.config.Memory/pageSize)).
		WithCloseOnContextDone(true))
	var err error
	if c.module, err = c.rt.CompileModule(ctx, wasm); err != nil {
		return err
	}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, c.rt); err != nil {
		return err
	}
	hosts := map[string]wazero.HostModuleBuilder{}
	for _, f := range c.module.ImportedFunctions() {
		host, name, _ := f.Import()
		if host == wasi_snapshot_preview1.ModuleName {
			continue
		}
		if hosts[host] == nil {
			hosts[host] = c.rt.NewHostModuleBuilder(host)
		}
		call, ok := c.config.Host[host+"."+name]
		if !ok {
			call = func(context.Context, api.Module, []uint64) { panic(host + "." + name + " was called") }
		}
		hosts[host].NewFunctionBuilder().WithGoModuleFunction(call, f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	for _, b := range hosts {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Instance is a codec at work on one file. It is for one goroutine at a time.
type Instance struct {
	codec *Codec
	ctx   context.Context
	mod   api.Module
	funcs map[string]api.Function
}

// Open starts an instance that ends with ctx.
func (c *Codec) Open(ctx context.Context) (*Instance, error) {
	if err := c.Prepare(); err != nil {
		return nil, err
	}
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	mod, err := c.rt.InstantiateModule(ctx, c.module, config)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrCodec, c.config.Name, err)
	}
	i := &Instance{codec: c, ctx: ctx, mod: mod, funcs: map[string]api.Function{}}
	if c.config.Start != "" {
		if _, err := i.Call(c.config.Start); err != nil {
			i.Close()
			return nil, err
		}
	}
	return i, nil
}

// Call runs a function of the module; every number is a 32-bit one. The result
// is 0 for functions without one.
func (i *Instance) Call(name string, args ...uint32) (uint32, error) {
	f := i.funcs[name]
	if f == nil {
		if f = i.mod.ExportedFunction(name); f == nil {
			return 0, fmt.Errorf("codec %s has no function %s", i.codec.config.Name, name)
		}
		i.funcs[name] = f
	}
	var stack [16]uint64
	for n, a := range args {
		stack[n] = uint64(a)
	}
	if err := f.CallWithStack(i.ctx, stack[:]); err != nil {
		if ctxErr := i.ctx.Err(); ctxErr != nil {
			return 0, fmt.Errorf("%w: %s: %w", ErrCodec, i.codec.config.Name, ctxErr)
		}
		return 0, fmt.Errorf("%w: %s: %v", ErrCodec, i.codec.config.Name, err)
	}
	if len(f.Definition().ResultTypes()) == 0 {
		return 0, nil
	}
	return uint32(stack[0]), nil
}

// Alloc reserves n bytes inside.
func (i *Instance) Alloc(n int) (uint32, error) {
	at, err := i.Call(i.codec.config.Malloc, uint32(n))
	if err == nil && at == 0 {
		err = fmt.Errorf("%w: %s: out of memory", ErrCodec, i.codec.config.Name)
	}
	return at, err
}

// Release gives memory of Alloc back.
func (i *Instance) Release(at uint32) error {
	_, err := i.Call(i.codec.config.Free, at)
	return err
}

// Write copies p into the module.
func (i *Instance) Write(at uint32, p []byte) error {
	if !i.mod.Memory().Write(at, p) {
		return fmt.Errorf("%w: %s: address out of range", ErrCodec, i.codec.config.Name)
	}
	return nil
}

// View returns n bytes of the module's memory, valid until the next call.
func (i *Instance) View(at uint32, n int) ([]byte, error) {
	if n < 0 {
		return nil, fmt.Errorf("%w: %s: negative length", ErrCodec, i.codec.config.Name)
	}
	p, ok := i.mod.Memory().Read(at, uint32(n))
	if !ok {
		return nil, fmt.Errorf("%w: %s: address out of range", ErrCodec, i.codec.config.Name)
	}
	return p, nil
}

// Uint32 reads a number of the module's memory.
func (i *Instance) Uint32(at uint32) (uint32, error) {
	n, ok := i.mod.Memory().ReadUint32Le(at)
	if !ok {
		return 0, fmt.Errorf("%w: %s: address out of range", ErrCodec, i.codec.config.Name)
	}
	return n, nil
}

// Close ends the instance and frees its memory.
func (i *Instance) Close() {
	// The instance may be closed already, by its context or by a crash.
	_ = i.mod.Close(context.Background())
}
