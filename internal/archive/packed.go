package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"io"
)

// Packed reads what a compressed file holds, to the end of the last of its streams.
type Packed struct {
	r     *counter
	buf   *bufio.Reader
	gzip  *gzip.Reader
	bzip2 *bzip2Source
	z     io.Reader
	ended bool
}

// Unpack begins to read a compressed file. The error is that of its header.
func Unpack(r io.Reader, kind Kind) (*Packed, error) {
	p := &Packed{r: &counter{r: r}}
	p.buf = bufio.NewReader(p.r)
	if kind == Bzip2 {
		p.bzip2 = &bzip2Source{Reader: p.buf}
		p.z = bzip2.NewReader(p.bzip2)
		return p, nil
	}
	z, err := gzip.NewReader(p.buf)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	p.gzip, p.z = z, z
	return p, nil
}

// Read unpacks.
func (p *Packed) Read(b []byte) (int, error) {
	if p.ended {
		return 0, io.EOF
	}
	n, err := p.z.Read(b)
	switch {
	case err == nil:
		return n, nil
	case p.gzip == nil:
		if err != io.EOF && p.bzip2.endedBefore() > 0 {
			err = io.EOF
		}
	case err == io.EOF && p.follows():
		if err = p.gzip.Reset(p.buf); err == nil {
			p.gzip.Multistream(false)
		}
	}
	p.ended = err == io.EOF
	return n, err
}

// Close implements io.Closer.
func (p *Packed) Close() error { return nil }

// follows reports whether another stream of gzip follows.
func (p *Packed) follows() bool {
	head, _ := p.buf.Peek(3)
	return KindOf(head) == Gzip
}

// End is where the compressed file ends in what was read, and Rest the bytes behind it;
// they are known when all is unpacked, and Rest is nil before.
func (p *Packed) End() (end int64, rest io.Reader) {
	if !p.ended {
		return p.r.n, nil
	}
	end, rest = p.r.n-int64(p.buf.Buffered()), p.buf
	if p.bzip2 != nil {
		back := p.bzip2.endedBefore()
		end, rest = end-int64(back), io.MultiReader(p.bzip2.tail(back), p.buf)
	}
	return end, rest
}

// counter counts what was read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// bzip2Source remembers the bytes that bzip2 took last: it takes some of what follows its
// end, to see whether that is another stream.
type bzip2Source struct {
	*bufio.Reader
	last []byte
}

// ReadByte implements io.ByteReader.
func (s *bzip2Source) ReadByte() (byte, error) {
	const most = 64
	c, err := s.Reader.ReadByte()
	if err != nil {
		return c, err
	}
	if len(s.last) == most {
		s.last = append(s.last[:0], s.last[most/2:]...)
	}
	s.last = append(s.last, c)
	return c, nil
}

// tail is the last n bytes that were taken.
func (s *bzip2Source) tail(n int) io.Reader { return bytes.NewReader(s.last[len(s.last)-n:]) }

// endedBefore is how many bytes behind the end of the last stream were taken, 0 if there
// is no such end. It is a number of 48 bits and a checksum of 32, up to the next byte.
func (s *bzip2Source) endedBefore() int {
	const (
		magic = 0x177245385090
		size  = 11 // bytes, with up to 7 bits before and behind
		head  = 4  // of another stream
	)
	for back := 1; back <= head; back++ {
		if len(s.last) < back+size {
			break
		}
		var n uint64
		end := s.last[:len(s.last)-back]
		for _, c := range end[len(end)-size : len(end)-4] { // the number ends in the last two of these
			n = n<<8 | uint64(c)
		}
		for pad := range 8 {
			if n>>pad&(1<<48-1) == magic {
				return back
			}
		}
	}
	return 0
}
