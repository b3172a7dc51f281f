package search

import (
	"bytes"
	"encoding/binary"
)

// The swap file of vim (memfile_defs.h and memline.c of Vim 9): pages of one
// size, of which the first describes the file, the second is the root of a tree
// of pointer blocks, and its leaves hold the lines, the last one first. Numbers
// are those of the machine: only little-endian ones are read, with longs of
// eight bytes (Unix) or four (Windows).

// vimSwap reads one swap file.
type vimSwap struct {
	data []byte
	page int
	left int // pages to read at most: a damaged tree may have circles
	text []byte
}

// vimSwapText puts the text together that a swap file holds. It returns nil for
// what is no swap file, and for an encrypted one.
func vimSwapText(data []byte) []byte {
	if len(data) < 4096 || !bytes.HasPrefix(data, []byte("b0VIM ")) {
		return nil
	}
	s := &vimSwap{data: data, page: int(binary.LittleEndian.Uint32(data[12:]))}
	if s.page < 1024 || s.page > 1<<16 {
		return nil
	}
	s.left = 2 * (len(data)/s.page + 1)
	s.pointers(1, 0)
	return s.text
}

// block returns count pages from page n on.
func (s *vimSwap) block(n, count uint64) []byte {
	pages := uint64(len(s.data) / s.page)
	if n == 0 || count == 0 || n > pages || count > pages-n {
		return nil
	}
	if s.left -= int(count); s.left < 0 {
		return nil
	}
	return s.data[int(n)*s.page : int(n+count)*s.page]
}

// pointers reads a pointer block and what it points to.
func (s *vimSwap) pointers(n uint64, depth int) {
	b := s.block(n, 1)
	if b == nil || depth > maxDepth || !bytes.HasPrefix(b, []byte("tp")) {
		return
	}
	count, most := int(binary.LittleEndian.Uint16(b[2:])), int(binary.LittleEndian.Uint16(b[4:]))
	size := 32
	if most > (s.page-8)/32 {
		size = 16
	}
	for i := 8; count > 0 && i+size <= len(b); i, count = i+size, count-1 {
		number, pages := binary.LittleEndian.Uint64(b[i:]), uint64(0)
		if size == 32 {
			pages = uint64(binary.LittleEndian.Uint32(b[i+24:]))
		} else {
			number, pages = number&0xffffffff, uint64(binary.LittleEndian.Uint32(b[i+12:]))
		}
		child := s.block(number, pages)
		switch {
		case bytes.HasPrefix(child, []byte("tp")):
			s.pointers(number, depth+1)
		case bytes.HasPrefix(child, []byte("ad")):
			s.lines(child, size)
		}
	}
}

// lines reads a data block.
func (s *vimSwap) lines(b []byte, entry int) {
	end := binary.LittleEndian.Uint32(b[12:])
	count, index := binary.LittleEndian.Uint32(b[16:]), 24
	if entry == 16 {
		index = 20
	}
	for ; count > 0 && index+4 <= len(b); index, count = index+4, count-1 {
		start := binary.LittleEndian.Uint32(b[index:]) &^ (1 << 31) // the bit marks a line
		if start >= end || uint64(end) > uint64(len(b)) {
			return
		}
		s.text = append(append(s.text, bytes.TrimSuffix(b[start:end], []byte{0})...), '\n')
		end = start
	}
}
