package lists

import (
	"encoding/binary"
	"fmt"
)

// Sizes of LZX (Microsoft LZX Data Compression Format, of the Cabinet SDK; MS-PATCH has a later form of it).
const (
	lzxLiterals   = 256
	lzxLengths    = 249 // symbols of the tree of lengths
	lzxPretree    = 20
	lzxAligned    = 8
	lzxMaxBits    = 16 // of a code
	lzxMinWindow  = 15
	lzxMaxWindow  = 21
	lzxVerbatim   = 1
	lzxAlignedTag = 2
	lzxStored     = 3
)

// lzxSlots are how many slots of positions a window has, from lzxMinWindow.
var lzxSlots = [...]int{30, 32, 34, 36, 38, 42, 50}

func errLZX() error { return fmt.Errorf("%w: a block cannot be unpacked", ErrCAB) }

// lzx unpacks the blocks of a folder, one after the other.
type lzx struct {
	window  int
	slots   int
	begun   bool
	size    int32 // that calls were translated for; 0: they were not
	kind    int   // of the block of LZX, which may go on in the next one of the cabinet
	left    int   // of it
	odd     bool  // a stored block has an odd length
	recent  [3]int
	lengths struct {
		main   [lzxLiterals + 8*50]byte
		length [lzxLengths]byte
	}
	main, length, aligned lzxTree

	in   []byte // what is left of the block of the cabinet
	word uint32
	bits int // of word that are not read
}

func newLZX(window int) (*lzx, error) {
	if window < lzxMinWindow || window > lzxMaxWindow {
		return nil, fmt.Errorf("%w: LZX with a window of 2^%d bytes", ErrCABKind, window)
	}
	return &lzx{window: 1 << window, slots: lzxSlots[window-lzxMinWindow], recent: [3]int{1, 1, 1}}, nil
}

// block appends the size bytes that a block of a cabinet holds. Its bits are its own; the block of LZX, its trees
// and what was unpacked go on.
func (z *lzx) block(out, block []byte, size int) ([]byte, error) {
	z.in, z.bits = block, 0
	if !z.begun {
		z.begun = true
		if z.read(1) == 1 {
			z.size = int32(z.read(16)<<16 | z.read(16))
		}
	}
	for end := len(out) + size; len(out) < end; {
		z.pad()
		if z.left == 0 {
			if err := z.start(); err != nil {
				return nil, err
			}
		}
		n := min(z.left, end-len(out))
		before := len(out)
		var ok bool
		if z.kind == lzxStored {
			if ok = n <= len(z.in); ok {
				out, z.in = append(out, z.in[:n]...), z.in[n:]
			}
		} else {
			out, ok = z.unpack(out, before+n, end)
		}
		if z.left -= len(out) - before; !ok || z.left < 0 {
			return nil, errLZX()
		}
	}
	z.pad()
	return out, nil
}

// pad passes over the byte behind a stored block of an odd length.
func (z *lzx) pad() {
	if z.odd && z.left == 0 && len(z.in) > 0 {
		z.in, z.odd = z.in[1:], false
	}
}

// read reads bits; behind the end there are zeros, and z.bits is below zero.
func (z *lzx) read(n int) int {
	for z.bits >= 0 && z.bits < n {
		if len(z.in) < 2 {
			z.bits = -1
			return 0
		}
		z.word = z.word<<16 | uint32(binary.LittleEndian.Uint16(z.in))
		z.in, z.bits = z.in[2:], z.bits+16
	}
	if z.bits < 0 {
		return 0
	}
	z.bits -= n
	return int(z.word>>z.bits) & (1<<n - 1)
}

// start reads what stands before a block of LZX.
func (z *lzx) start() error {
	z.kind = z.read(3)
	z.left = z.read(16)<<8 | z.read(8)
	switch z.kind {
	case lzxAlignedTag:
		var lengths [lzxAligned]byte
		for i := range lengths {
			lengths[i] = byte(z.read(3))
		}
		if !z.aligned.build(lengths[:]) {
			return errLZX()
		}
		fallthrough
	case lzxVerbatim:
		main := z.lengths.main[:lzxLiterals+8*z.slots]
		if !z.readLengths(main[:lzxLiterals]) || !z.readLengths(main[lzxLiterals:]) || !z.readLengths(z.lengths.length[:]) ||
			!z.main.build(main) || !z.length.build(z.lengths.length[:]) {
			return errLZX()
		}
	case lzxStored:
		// The rest of the word is passed over, a whole one where there is none.
		if z.bits == 0 {
			z.read(16)
		}
		if z.bits < 0 || len(z.in) < 12 {
			return errLZX()
		}
		z.bits = 0
		for i := range z.recent {
			z.recent[i] = int(binary.LittleEndian.Uint32(z.in))
			z.in = z.in[4:]
		}
		z.odd = z.left%2 == 1
	default:
		return errLZX()
	}
	if z.bits < 0 || z.left == 0 {
		return errLZX()
	}
	return nil
}

// readLengths reads the lengths of codes, as differences to those of the block before.
func (z *lzx) readLengths(list []byte) bool {
	var lengths [lzxPretree]byte
	for i := range lengths {
		lengths[i] = byte(z.read(4))
	}
	var tree lzxTree
	if !tree.build(lengths[:]) {
		return false
	}
	for i := 0; i < len(list); {
		code, ok := z.symbol(&tree)
		if !ok {
			return false
		}
		run, to := 1, byte(0)
		switch code {
		case 17:
			run = 4 + z.read(4)
		case 18:
			run = 20 + z.read(5)
		case 19:
			run = 4 + z.read(1)
			if code, ok = z.symbol(&tree); !ok || code > lzxMaxBits {
				return false
			}
			fallthrough
		default:
			to = byte((int(list[i]) - code + 17) % 17)
		}
		if run > len(list)-i {
			return false
		}
		for range run {
			list[i] = to
			i++
		}
	}
	return z.bits >= 0
}

// unpack appends literals and matches up to a length, with the last match no further than to limit.
func (z *lzx) unpack(out []byte, end, limit int) ([]byte, bool) {
	for len(out) < end {
		symbol, ok := z.symbol(&z.main)
		if !ok {
			return out, false
		}
		if symbol < lzxLiterals {
			out = append(out, byte(symbol))
			continue
		}
		symbol -= lzxLiterals
		length := symbol%8 + 2
		if length == 9 {
			more, ok := z.symbol(&z.length)
			if !ok {
				return out, false
			}
			length += more
		}
		distance, ok := z.distance(symbol / 8)
		if !ok || distance < 1 || distance > min(len(out), z.window) || length > limit-len(out) {
			return out, false
		}
		for range length {
			out = append(out, out[len(out)-distance])
		}
	}
	return out, true
}

// distance reads how far back a match is: one of the three before, or one of a slot.
func (z *lzx) distance(slot int) (int, bool) {
	if slot < 3 {
		z.recent[0], z.recent[slot] = z.recent[slot], z.recent[0]
		return z.recent[0], true
	}
	base, extra := 0, lzxExtra(slot)
	for i := range slot {
		base += 1 << lzxExtra(i)
	}
	ok, distance := true, base-2
	if z.kind == lzxAlignedTag && extra >= 3 {
		distance += z.read(extra-3) << 3
		var low int
		low, ok = z.symbol(&z.aligned)
		distance += low
	} else {
		distance += z.read(extra)
	}
	z.recent = [3]int{distance, z.recent[0], z.recent[1]}
	return distance, ok && z.bits >= 0
}

// lzxExtra is how many bits a slot has beside its number.
func lzxExtra(slot int) int { return max(0, min(slot/2-1, 17)) }

// translate undoes what the packer has done to the targets of calls in programs for x86, in frames of 32 KiB.
func (z *lzx) translate(out []byte) {
	for start := 0; z.size != 0 && start < len(out) && start < 1<<30; start += cabBlock {
		frame := out[start:min(start+cabBlock, len(out))]
		for i := 0; i < len(frame)-10; i++ {
			if frame[i] != 0xe8 {
				continue
			}
			at := int32(start + i)
			target := int32(binary.LittleEndian.Uint32(frame[i+1:]))
			if target >= -at && target < z.size {
				if target >= 0 {
					target -= at
				} else {
					target += z.size
				}
				binary.LittleEndian.PutUint32(frame[i+1:], uint32(target))
			}
			i += 4
		}
	}
}

// lzxTree decodes a canonical code: of each length how many codes there are, and the symbols in their order.
type lzxTree struct {
	count   [lzxMaxBits + 1]int
	symbols []int
}

// build makes the tree of the lengths of codes; ok is false if there are too many. A tree without codes is one.
func (t *lzxTree) build(lengths []byte) (ok bool) {
	t.count = [lzxMaxBits + 1]int{}
	for _, n := range lengths {
		t.count[n]++
	}
	t.count[0] = 0
	free := 1
	var next [lzxMaxBits + 2]int
	for n := 1; n <= lzxMaxBits; n++ {
		if free = free<<1 - t.count[n]; free < 0 {
			return false
		}
		next[n+1] = next[n] + t.count[n]
	}
	t.symbols = make([]int, next[lzxMaxBits+1])
	for symbol, n := range lengths {
		if n > 0 {
			t.symbols[next[n]] = symbol
			next[n]++
		}
	}
	return true
}

// symbol reads one; ok is false for what is no code.
func (z *lzx) symbol(t *lzxTree) (symbol int, ok bool) {
	code, first, index := 0, 0, 0
	for n := 1; n <= lzxMaxBits; n++ {
		code |= z.read(1)
		if z.bits < 0 {
			return 0, false
		}
		if code-first < t.count[n] {
			return t.symbols[index+code-first], true
		}
		index += t.count[n]
		first = (first + t.count[n]) << 1
		code <<= 1
	}
	return 0, false
}
