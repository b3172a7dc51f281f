package lists

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// lzxWriter packs with LZX, not well, but with all that the format has.
type lzxWriter struct {
	frames [][]byte // of 32 KiB each
	out    []byte
	word   uint32
	bits   int
	slots  int
	main   []byte // lengths of codes, of the block before
	length []byte
	recent [3]int
}

func (w *lzxWriter) write(n, value int) {
	for i := n - 1; i >= 0; i-- {
		w.word, w.bits = w.word<<1|uint32(value>>i&1), w.bits+1
		if w.bits == 16 {
			w.out = binary.LittleEndian.AppendUint16(w.out, uint16(w.word))
			w.word, w.bits = 0, 0
		}
	}
}

func (w *lzxWriter) align() {
	if w.bits > 0 {
		w.write(16-w.bits, 0)
	}
}

// frame ends a block of the cabinet.
func (w *lzxWriter) frame() {
	w.align()
	w.frames, w.out = append(w.frames, w.out), nil
}

// flatCode gives each symbol that is used a code of one of two lengths, which together leave no code free.
func flatCode(used []bool) (lengths []byte, codes []int) {
	n := 0
	for _, u := range used {
		if u {
			n++
		}
	}
	for i := 0; n < 2; i++ {
		if !used[i] {
			used[i] = true
			n++
		}
	}
	long := 1
	for 1<<long < n {
		long++
	}
	short := 1<<long - n
	lengths, codes = make([]byte, len(used)), make([]int, len(used))
	code, seen := 0, 0
	for i, u := range used {
		if !u {
			continue
		}
		if lengths[i] = byte(long); seen < short {
			lengths[i]--
		}
		seen++
	}
	for n := 1; n <= long; n++ {
		for i := range used {
			if int(lengths[i]) == n {
				codes[i] = code
				code++
			}
		}
		code <<= 1
	}
	return lengths, codes
}

// writeLengths writes the lengths of codes as differences to was.
func (w *lzxWriter) writeLengths(was, is []byte) {
	all := make([]bool, lzxPretree)
	for i := range all {
		all[i] = true
	}
	lengths, codes := flatCode(all)
	for _, n := range lengths {
		w.write(4, int(n))
	}
	symbol := func(s int) { w.write(int(lengths[s]), codes[s]) }
	for i := 0; i < len(is); {
		run := 1
		for i+run < len(is) && is[i+run] == is[i] {
			run++
		}
		difference := (int(was[i]) - int(is[i]) + 17) % 17
		switch {
		case is[i] == 0 && run >= 20:
			run = min(run, 51)
			symbol(18)
			w.write(5, run-20)
		case is[i] == 0 && run >= 4:
			run = min(run, 19)
			symbol(17)
			w.write(4, run-4)
		case run >= 4:
			run = min(run, 5)
			symbol(19)
			w.write(1, run-4)
			symbol(difference)
		default:
			run = 1
			symbol(difference)
		}
		i += run
	}
}

// step is a literal, or a match.
type step struct{ literal, slot, extra, low, length int }

// steps finds the literals and matches of data from a place to another.
func (w *lzxWriter) steps(data []byte, from, to, window int, seen map[string]int) (list []step) {
	for at := from; at < to; {
		limit := min(to, at-at%cabBlock+cabBlock)
		length, distance := 0, 0
		for _, d := range append(w.recent[:], seen3(seen, data, at)) {
			if d < 1 || d > at || d > window-3 {
				continue
			}
			n := 0
			for n < 257 && at+n < limit && data[at+n] == data[at+n-d] {
				n++
			}
			if n > length {
				length, distance = n, d
			}
		}
		if at+3 <= len(data) {
			seen[string(data[at:at+3])] = at
		}
		if length < 3 {
			list = append(list, step{literal: int(data[at])})
			at++
			continue
		}
		at += length
		s := step{literal: -1, length: length, slot: -1}
		for i, d := range w.recent {
			if d == distance {
				s.slot = i
				w.recent[0], w.recent[i] = w.recent[i], w.recent[0]
				break
			}
		}
		if s.slot < 0 {
			base := 0
			for s.slot = 0; base+1<<lzxExtra(s.slot) <= distance+2; s.slot++ {
				base += 1 << lzxExtra(s.slot)
			}
			s.extra, s.low = lzxExtra(s.slot), distance+2-base
			w.recent = [3]int{distance, w.recent[0], w.recent[1]}
		}
		list = append(list, s)
	}
	return list
}

// seen3 is how far back the three bytes at a place were last.
func seen3(seen map[string]int, data []byte, at int) int {
	if at+3 > len(data) {
		return 0
	}
	if was, ok := seen[string(data[at:at+3])]; ok {
		return at - was
	}
	return 0
}

func (s step) symbols() (main, length int) {
	if s.literal >= 0 {
		return s.literal, -1
	}
	header := min(s.length-2, 7)
	if header == 7 {
		length = s.length - 9
	} else {
		length = -1
	}
	return lzxLiterals + 8*s.slot + header, length
}

// packLZX packs data in blocks of sizes and kinds in turn. program: targets of calls are translated.
func packLZX(data []byte, window int, program bool) (frames [][]byte) {
	w := &lzxWriter{slots: lzxSlots[window-lzxMinWindow], recent: [3]int{1, 1, 1}}
	w.main, w.length = make([]byte, lzxLiterals+8*w.slots), make([]byte, lzxLengths)
	if program {
		data = translated(data)
		w.write(1, 1)
		w.write(16, len(data)>>16)
		w.write(16, len(data)&0xffff)
	} else {
		w.write(1, 0)
	}
	seen := map[string]int{}
	sizes := []int{20001, 7, 50000, 3, 33333}
	for at, n := 0, 0; at < len(data); n++ {
		kind := []int{lzxVerbatim, lzxAlignedTag, lzxStored, lzxVerbatim}[n%4]
		end := min(at+sizes[n%len(sizes)], len(data))
		w.write(3, kind)
		w.write(16, (end-at)>>8)
		w.write(8, (end-at)&0xff)
		if kind == lzxStored {
			w.stored(data, at, end)
		} else {
			w.packed(kind, w.steps(data, at, end, 1<<window, seen), at)
		}
		at = end
	}
	if len(data)%cabBlock != 0 {
		w.frame()
	}
	return w.frames
}

func (w *lzxWriter) stored(data []byte, at, end int) {
	if w.bits == 0 {
		w.write(16, 0)
	}
	w.align()
	for _, r := range w.recent {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(r))
	}
	odd := (end - at) % 2
	for at < end {
		n := min(end, at-at%cabBlock+cabBlock)
		w.out = append(w.out, data[at:n]...)
		if at = n; at == end && odd == 1 {
			w.out = append(w.out, 0)
		}
		if at%cabBlock == 0 {
			w.frame()
		}
	}
}

func (w *lzxWriter) packed(kind int, list []step, at int) {
	mains, lengths, lows := make([]bool, len(w.main)), make([]bool, lzxLengths), make([]bool, lzxAligned)
	for _, s := range list {
		m, l := s.symbols()
		if mains[m] = true; l >= 0 {
			lengths[l] = true
		}
		lows[s.low%8] = true
	}
	mainLengths, mainCodes := flatCode(mains)
	lengthLengths, lengthCodes := flatCode(lengths)
	for i := range lows {
		lows[i] = true
	}
	lowLengths, lowCodes := flatCode(lows)
	if kind == lzxAlignedTag {
		for _, n := range lowLengths {
			w.write(3, int(n))
		}
	}
	w.writeLengths(w.main[:lzxLiterals], mainLengths[:lzxLiterals])
	w.writeLengths(w.main[lzxLiterals:], mainLengths[lzxLiterals:])
	w.writeLengths(w.length, lengthLengths)
	w.main, w.length = mainLengths, lengthLengths
	for _, s := range list {
		m, l := s.symbols()
		if w.write(int(mainLengths[m]), mainCodes[m]); l >= 0 {
			w.write(int(lengthLengths[l]), lengthCodes[l])
		}
		if kind == lzxAlignedTag && s.extra >= 3 {
			w.write(s.extra-3, s.low>>3)
			w.write(int(lowLengths[s.low%8]), lowCodes[s.low%8])
		} else {
			w.write(s.extra, s.low)
		}
		if at += max(1, s.length); at%cabBlock == 0 {
			w.frame()
		}
	}
}

// translated does to the targets of calls what packers do.
func translated(data []byte) []byte {
	out, size := bytes.Clone(data), int32(len(data))
	for start := 0; start < len(out); start += cabBlock {
		frame := out[start:min(start+cabBlock, len(out))]
		for i := 0; i < len(frame)-10; i++ {
			if frame[i] != 0xe8 {
				continue
			}
			at, to := int32(start+i), int32(binary.LittleEndian.Uint32(frame[i+1:]))
			switch {
			case to >= -at && to < size-at:
				to += at
			case to >= size-at && to < size:
				to -= size
			}
			binary.LittleEndian.PutUint32(frame[i+1:], uint32(to))
			i += 4
		}
	}
	return out
}

// lzxCabinet is a cabinet of one file.
func lzxCabinet(data []byte, window int, program bool) []byte {
	frames := packLZX(data, window, program)
	out := []byte(cabHeader)
	u32 := func(n int) { out = binary.LittleEndian.AppendUint32(out, uint32(n)) }
	u16 := func(n int) { out = binary.LittleEndian.AppendUint16(out, uint16(n)) }
	const file, name = 16, "authroot.stl\x00"
	first := 36 + 8 + file + len(name)
	size := first
	for _, f := range frames {
		size += 8 + len(f)
	}
	u32(size)
	u32(0)
	u32(44)
	u32(0)
	out = append(out, 3, 1)
	for _, n := range []int{1, 1, 0, 0, 0} {
		u16(n)
	}
	u32(first)
	u16(len(frames))
	u16(lzxCAB | window<<8)
	u32(len(data))
	u32(0)
	for _, n := range []int{0, 0x21, 0, 0x20} {
		u16(n)
	}
	out = append(out, name...)
	for i, f := range frames {
		n := min(cabBlock, len(data)-i*cabBlock)
		u32(int(cabSum(f, uint32(len(f))|uint32(n)<<16)))
		u16(len(f))
		u16(n)
		out = append(out, f...)
	}
	return out
}

// lzxInputs are files to pack: text, a list, noise, a program's calls, and nearly nothing.
func lzxInputs(t testing.TB) map[string][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	noise, calls := make([]byte, 70_001), make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
	}
	for i := range calls {
		if calls[i] = byte(rnd.IntN(40)); i%37 == 0 && i+5 < len(calls) {
			calls[i] = 0xe8
		}
	}
	for i := 0; i+5 < len(calls); i += 37 {
		binary.LittleEndian.PutUint32(calls[i+1:], uint32(int32(rnd.IntN(300_000)-150_000)))
	}
	var text []byte
	for i := range 12_000 {
		text = fmt.Appendf(text, "line %d of a list, %d\n", i, rnd.IntN(1000))
	}
	return map[string][]byte{
		"list": testFile(t, "ctl", "roots.stl"), "noise": noise, "calls": calls, "text": text,
		"zeros": make([]byte, 3*cabBlock), "byte": {7}, "frame": text[:cabBlock], "more": text[:cabBlock+1],
	}
}

// Cabinets with LZX hold what was packed, in all windows; and cabextract finds the same.
func TestLZX(t *testing.T) {
	testenv.Programs(t, "cabextract")
	for name, data := range lzxInputs(t) {
		for window := lzxMinWindow; window <= lzxMaxWindow; window++ {
			cabinet := lzxCabinet(data, window, name == "calls")
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "x.cab"), cabinet, 0o600); err != nil {
				t.Fatal(err)
			}
			if window%3 == 0 {
				testenv.Must(t, dir, "cabextract", "-q", "x.cab")
				if got, err := os.ReadFile(filepath.Join(dir, "authroot.stl")); err != nil || !bytes.Equal(got, data) {
					t.Errorf("%s, window 2^%d: cabextract finds something else (%v)", name, window, err)
				}
			}
			list, err := UnpackCAB(cabinet, 1<<20)
			if err != nil || len(list) != 1 || !bytes.Equal(list[0].Data, data) {
				t.Errorf("%s, window 2^%d: %v", name, window, err)
			}
		}
	}
}

// What is damaged is told, and nothing makes more of a block than it may.
func TestLZXDamaged(t *testing.T) {
	data := lzxInputs(t)["text"]
	frames := packLZX(data, 16, false)
	rnd := rand.New(rand.NewPCG(3, 4))
	failed := 0
	for range 300 {
		z, err := newLZX(16)
		if err != nil {
			t.Fatal(err)
		}
		var out []byte
		for i, f := range frames {
			f = bytes.Clone(f)
			f[rnd.IntN(len(f))] ^= 1 << rnd.IntN(8)
			if out, err = z.block(out, f, min(cabBlock, len(data)-i*cabBlock)); err != nil {
				failed++
				break
			}
		}
		if len(out) > len(data) {
			t.Fatalf("%d bytes of %d", len(out), len(data))
		}
	}
	if failed < 100 {
		t.Errorf("only %d of 300 are told", failed)
	}
	for _, window := range []int{0, 14, 22, 31} {
		if _, err := newLZX(window); !errors.Is(err, ErrCABKind) {
			t.Errorf("a window of 2^%d: %v", window, err)
		}
	}
}

func FuzzLZX(f *testing.F) {
	for _, data := range lzxInputs(f) {
		f.Add(packLZX(data[:min(len(data), 1000)], 15, false)[0])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		z, err := newLZX(15)
		if err != nil {
			t.Fatal(err)
		}
		out, err := z.block(nil, data, cabBlock)
		if err == nil && len(out) != cabBlock {
			t.Errorf("%d bytes", len(out))
		}
		z.translate(out)
	})
}
