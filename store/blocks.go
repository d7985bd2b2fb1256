package store

import (
	"encoding/binary"
	"fmt"
	"sync"

	"sotto/store/fts"
)

// blockCacheMax bounds the decrypted index blocks kept between searches: typing
// a word asks for the same ones again and again.
const blockCacheMax = 8 << 20

type blockID struct {
	segment uint64
	n       uint32
	kind    byte
}

// indexCache keeps parts of segments that are committed. Segments never change
// and their numbers are not given twice, so nothing in here gets stale.
type indexCache struct {
	mu     sync.Mutex
	infos  map[uint64]*fts.Info
	blocks map[blockID]cachedBlock
	bytes  int
	tail   map[uint64]*tailText

	manifest *manifest
	nonce    [nonceSize]byte // of the record that manifest was read from
}

func (c *indexCache) manifestOf(value []byte) *manifest {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.manifest == nil || len(value) < nonceSize || c.nonce != [nonceSize]byte(value[:nonceSize]) {
		return nil
	}
	return c.manifest
}

func (c *indexCache) keepManifest(value []byte, m *manifest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.manifest, c.nonce = m, [nonceSize]byte(value[:nonceSize])
}

// cachedBlock is one or the other.
type cachedBlock struct {
	plain []byte
	docs  []fts.Doc
}

func (b cachedBlock) size() int { return cap(b.plain) + 24*cap(b.docs) + 96 }

func (c *indexCache) block(id blockID) cachedBlock {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blocks[id]
}

func (c *indexCache) keep(id blockID, b cachedBlock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocks == nil {
		c.blocks = make(map[blockID]cachedBlock)
	}
	if _, ok := c.blocks[id]; !ok {
		c.blocks[id] = b
		c.bytes += b.size()
	}
	if c.bytes <= blockCacheMax {
		return
	}
	// Which ones go does not matter much; the map's order is as good as any.
	// Several at once, because beginning to walk over a map is not free.
	for old, b := range c.blocks {
		if c.bytes <= blockCacheMax*15/16 {
			break
		}
		if old != id {
			delete(c.blocks, old)
			c.bytes -= b.size()
		}
	}
}

func (c *indexCache) info(segment uint64) *fts.Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.infos[segment]
}

func (c *indexCache) keepInfo(segment uint64, i *fts.Info) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Segments that were merged away stay until there are many.
	if c.infos == nil || len(c.infos) > 512 {
		c.infos = make(map[uint64]*fts.Info)
	}
	c.infos[segment] = i
}

func blockKey(segment uint64, kind byte, n uint32) (k [13]byte) {
	binary.BigEndian.PutUint64(k[:], segment)
	k[8] = kind
	binary.BigEndian.PutUint32(k[9:], n)
	return k
}

// readBlock decrypts a block past the cache.
func (tx *Tx) readBlock(segment uint64, kind byte, n uint32) ([]byte, error) {
	b := tx.bucket(bucketIndex)
	if b == nil {
		return nil, tx.err
	}
	key := blockKey(segment, kind, n)
	v := b.Get(key[:])
	if v == nil {
		return nil, fmt.Errorf("%w: a block of the search index is missing", ErrDamaged)
	}
	return tx.sealer.openInto(make([]byte, 0, max(0, len(v)-sealSize)), bucketIndex, key[:], v)
}

func (tx *Tx) info(segment uint64) (*fts.Info, error) {
	if !tx.write {
		if i := tx.s.index.info(segment); i != nil {
			return i, nil
		}
	}
	b, err := tx.readBlock(segment, fts.KindInfo, 0)
	if err != nil {
		return nil, err
	}
	i, err := fts.ParseInfo(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !tx.write {
		tx.s.index.keepInfo(segment, i)
	}
	return i, nil
}

// plainBlocks reads blocks for merges.
type plainBlocks struct{ tx *Tx }

func (p plainBlocks) Block(segment uint64, kind byte, n uint32) ([]byte, error) {
	return p.tx.readBlock(segment, kind, n)
}

func (p plainBlocks) Docs(segment uint64, n uint32, count int) ([]fts.Doc, error) {
	b, err := p.tx.readBlock(segment, fts.KindDocs, n)
	if err != nil {
		return nil, err
	}
	return fts.DecodeDocs(b, count)
}

// cachedBlocks reads blocks for searches. A write transaction may see segments
// that are never committed, so it leaves the cache alone.
type cachedBlocks struct{ tx *Tx }

func (c cachedBlocks) Block(segment uint64, kind byte, n uint32) ([]byte, error) {
	if c.tx.write {
		return c.tx.readBlock(segment, kind, n)
	}
	id := blockID{segment, n, kind}
	if b := c.tx.s.index.block(id); b.plain != nil {
		return b.plain, nil
	}
	b, err := c.tx.readBlock(segment, kind, n)
	if err == nil {
		c.tx.s.index.keep(id, cachedBlock{plain: b})
	}
	return b, err
}

func (c cachedBlocks) Docs(segment uint64, n uint32, count int) ([]fts.Doc, error) {
	if c.tx.write {
		return plainBlocks(c).Docs(segment, n, count)
	}
	id := blockID{segment, n, fts.KindDocs}
	if b := c.tx.s.index.block(id); len(b.docs) == count {
		return b.docs, nil
	}
	docs, err := plainBlocks(c).Docs(segment, n, count)
	if err == nil {
		c.tx.s.index.keep(id, cachedBlock{docs: docs})
	}
	return docs, err
}

// sink writes the blocks of a new segment.
func (tx *Tx) sink(segment uint64) fts.Sink {
	return func(kind byte, n uint32, data []byte) error {
		key := blockKey(segment, kind, n)
		return tx.put(bucketIndex, key[:], data)
	}
}

// dropBlocks deletes at most limit blocks of a segment; done when none is left.
func (tx *Tx) dropBlocks(segment uint64, limit int) (done bool, err error) {
	b, err := tx.writable(bucketIndex)
	if err != nil {
		return false, err
	}
	var keys [][]byte
	from := be64(segment)
	c := b.Cursor()
	for k, _ := c.Seek(from[:]); len(k) == 13 && binary.BigEndian.Uint64(k) == segment; k, _ = c.Next() {
		if len(keys) == limit {
			break
		}
		keys = append(keys, append([]byte(nil), k...))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	return len(keys) < limit, nil
}
