package der

// Prefix reads the first element of data also where the input ends within it:
// Full and Content are then what is there, and cut is true. Nothing inside a
// definite-length element is looked at. ok is false where no element starts.
func Prefix(data []byte) (e Element, rest []byte, cut, ok bool) {
	h, err := readHeader(data, 0)
	if err != nil {
		return Element{}, nil, false, false
	}
	e = Element{Class: h.class, Tag: h.tag, Constructed: h.constructed, Indefinite: h.indefinite}
	end := h.size + h.length
	if h.indefinite {
		if end, err = skipIndefinite(data, h.size, 0); err != nil {
			e.Full, e.Content = data, data[h.size:]
			return e, nil, true, true
		}
		e.Full, e.Content = data[:end:end], data[h.size:end-2:end-2]
		return e, data[end:], false, true
	}
	if end > len(data) {
		e.Full, e.Content = data, data[h.size:]
		return e, nil, true, true
	}
	e.Full, e.Content = data[:end:end], data[h.size:end:end]
	return e, data[end:], false, true
}
