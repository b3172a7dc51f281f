package lists

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Errors of cabinet files.
var (
	ErrNotCAB   = errors.New("not a cabinet file")
	ErrCAB      = errors.New("damaged cabinet file")
	ErrCABKind  = errors.New("cabinet file of a kind that is not read")
	ErrCABLimit = errors.New("cabinet file that unpacks to too much")
)

// Member is a file in a cabinet.
type Member struct {
	Name string // with the folders in it, as it is written there
	Data []byte
}

const (
	cabHeader  = "MSCF\x00\x00\x00\x00"
	maxMembers = 1000

	cabReserve  = 4 // flags of the header
	cabPrevious = 1
	cabNext     = 2

	storedCAB  = 0 // compressions, in the low bits of typeCompress
	mszipCAB   = 1
	quantumCAB = 2
	lzxCAB     = 3

	cabBlock = 32 << 10 // what one block of MSZIP unpacks to, and the history of the next
)

// IsCAB reports whether data begins as a cabinet file.
func IsCAB(data []byte) bool { return bytes.HasPrefix(data, []byte(cabHeader)) }

// UnpackCAB gives the files of a cabinet (MS-CAB, Section 2) that are stored or packed
// with MSZIP or LZX, which unpack to no more than limit bytes. The errors wrap one
// of ErrNotCAB, ErrCAB, ErrCABKind (with the name of the compression) and ErrCABLimit.
func UnpackCAB(data []byte, limit int64) ([]Member, error) {
	if !IsCAB(data) {
		return nil, ErrNotCAB
	}
	c := &cab{data: data, left: limit}
	list, err := c.members()
	if err == nil && c.cut {
		err = fmt.Errorf("%w: it is cut short", ErrCAB)
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// cab reads a cabinet. After a read beyond the end, cut is true and all reads give
// zero.
type cab struct {
	data []byte
	at   int
	left int64 // that may still be unpacked
	cut  bool
}

func (c *cab) bytes(n int) []byte {
	if n < 0 || c.at < 0 || c.at > len(c.data) || n > len(c.data)-c.at {
		c.cut = true
		return nil
	}
	c.at += n
	return c.data[c.at-n : c.at : c.at]
}

func (c *cab) u16() int {
	if b := c.bytes(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (c *cab) u32() uint32 {
	if b := c.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cab) text() string {
	if c.cut {
		return ""
	}
	n := bytes.IndexByte(c.data[c.at:], 0)
	if n < 0 || n > 255 {
		c.cut = true
		return ""
	}
	s := string(c.data[c.at : c.at+n])
	c.at += n + 1
	return s
}

// cabFolder is a row of data blocks, packed as one.
type cabFolder struct {
	at, blocks, kind int
	content          []byte // nil before it is unpacked
}

// cabFile is where a file lies in a folder.
type cabFile struct {
	name           string
	folder         int
	offset, length int64
}

func (c *cab) members() ([]Member, error) {
	folders, files, reserve, err := c.directory()
	if err != nil || c.cut {
		return nil, err
	}
	// What the directory wants is known before anything is unpacked. Files may lie on one another: each
	// counts.
	want := make([]int64, len(folders))
	var unpacked, read int64
	for _, f := range files {
		if f.folder >= len(folders) {
			return nil, fmt.Errorf("%w: a file of no folder", ErrCABKind)
		}
		want[f.folder] = max(want[f.folder], f.offset+f.length)
		read += f.length
	}
	for _, n := range want {
		unpacked += n
	}
	if max(unpacked, read) > c.left {
		return nil, ErrCABLimit
	}
	var list []Member
	for _, f := range files {
		folder := &folders[f.folder]
		if folder.content == nil {
			if folder.content, err = c.unpack(folder, reserve, int(want[f.folder])); err != nil {
				return nil, err
			}
		}
		if end := f.offset + f.length; end > int64(len(folder.content)) {
			return nil, fmt.Errorf("%w: a file runs past the end of its data", ErrCAB)
		}
		list = append(list, Member{f.name, folder.content[f.offset : f.offset+f.length : f.offset+f.length]})
	}
	return list, nil
}

// directory reads the header, the folders and the files; reserve is what stands
// before the data of each block.
func (c *cab) directory() (folders []cabFolder, files []cabFile, reserve int, err error) {
	c.at = 16
	first := c.u32()
	c.at = 26
	folderCount, fileCount, flags := c.u16(), c.u16(), c.u16()
	c.at = 36
	if flags&(cabPrevious|cabNext) != 0 {
		return nil, nil, 0, fmt.Errorf("%w: one of several disks", ErrCABKind)
	}
	if folderCount > maxMembers || fileCount > maxMembers {
		return nil, nil, 0, ErrCABLimit
	}
	folderReserve := 0
	if flags&cabReserve != 0 {
		header := c.u16()
		if b := c.bytes(2); b != nil {
			folderReserve, reserve = int(b[0]), int(b[1])
		}
		c.bytes(header)
	}
	for range folderCount {
		at := c.u32()
		f := cabFolder{at: int(at), blocks: c.u16(), kind: c.u16()}
		c.bytes(folderReserve)
		folders = append(folders, f)
	}
	c.at = int(first)
	for range fileCount {
		f := cabFile{length: int64(c.u32()), offset: int64(c.u32()), folder: c.u16()}
		c.bytes(6) // date, time, attributes
		f.name = c.text()
		files = append(files, f)
	}
	return folders, files, reserve, nil
}

// unpacker is how the blocks of a folder are unpacked.
type unpacker struct {
	next func(out, block []byte, size int) ([]byte, error) // appends the size bytes that a block holds
	end  func(out []byte)                                  // what is to be done with all of it; nil: nothing
}

// unpacker is that for the compression of a folder.
func (f *cabFolder) unpacker() (*unpacker, error) {
	switch f.kind & 0xf {
	case storedCAB:
		return &unpacker{next: func(out, block []byte, size int) ([]byte, error) {
			if len(block) != size {
				return nil, fmt.Errorf("%w: a block of two sizes", ErrCAB)
			}
			return append(out, block...), nil
		}}, nil
	case mszipCAB:
		var r io.ReadCloser
		return &unpacker{next: func(out, block []byte, size int) (_ []byte, err error) {
			out, r, err = inflate(r, out, block, size)
			return out, err
		}}, nil
	case lzxCAB:
		z, err := newLZX(f.kind >> 8 & 0x1f)
		if err != nil {
			return nil, err
		}
		return &unpacker{z.block, z.translate}, nil
	case quantumCAB:
		return nil, fmt.Errorf("%w: the compression Quantum", ErrCABKind)
	}
	return nil, fmt.Errorf("%w: an unknown compression", ErrCABKind)
}

// unpack reads the blocks of a folder; want is how much its files take.
func (c *cab) unpack(f *cabFolder, reserve, want int) ([]byte, error) {
	u, err := f.unpacker()
	if err != nil {
		return nil, err
	}
	c.at = f.at
	out := make([]byte, 0, min(want, f.blocks*cabBlock))
	for range f.blocks {
		sum, packed, size := c.u32(), c.u16(), c.u16()
		c.bytes(reserve) // no part of the checksum
		block := c.bytes(packed)
		if c.cut {
			return out, nil
		}
		if size > cabBlock {
			return nil, fmt.Errorf("%w: a block of %d bytes", ErrCAB, size)
		}
		if c.left -= int64(size); c.left < 0 {
			return nil, ErrCABLimit
		}
		if sum != 0 && sum != cabSum(block, uint32(packed)|uint32(size)<<16) {
			return nil, fmt.Errorf("%w: a checksum does not fit", ErrCAB)
		}
		if out, err = u.next(out, block, size); err != nil {
			return nil, err
		}
	}
	if u.end != nil {
		u.end(out)
	}
	return out, nil
}

// inflate appends what a block of MSZIP holds (MS-MCI, Section 2.2): "CK" and a
// DEFLATE stream that goes back into the block before it. r is the reader of that block, or nil.
func inflate(r io.ReadCloser, out, block []byte, size int) ([]byte, io.ReadCloser, error) {
	body, ok := bytes.CutPrefix(block, []byte("CK"))
	if !ok {
		return nil, nil, fmt.Errorf("%w: a block that is no MSZIP", ErrCAB)
	}
	before := out[max(0, len(out)-cabBlock):]
	if r == nil {
		r = flate.NewReaderDict(bytes.NewReader(body), before)
	} else if err := r.(flate.Resetter).Reset(bytes.NewReader(body), before); err != nil {
		return nil, nil, fmt.Errorf("%w: a block cannot be unpacked", ErrCAB)
	}
	start := len(out)
	out = slices.Grow(out, size)[:start+size]
	if _, err := io.ReadFull(r, out[start:]); err != nil {
		return nil, nil, fmt.Errorf("%w: a block cannot be unpacked", ErrCAB)
	}
	return out, r, nil
}

// cabSum is the checksum of a block (MS-CAB, Section 3.1): its words XORed,
// the bytes of the last one the other way round.
func cabSum(b []byte, seed uint32) uint32 {
	for ; len(b) >= 4; b = b[4:] {
		seed ^= binary.LittleEndian.Uint32(b)
	}
	var last uint32
	for _, c := range b {
		last = last<<8 | uint32(c)
	}
	return seed ^ last
}
