package der

import (
	"fmt"
	"time"
)

// Time reads a UTCTime or GeneralizedTime (X.680, Sections 46 and 47)
// also in the forms that RFC 5280 forbids and old CAs wrote: without seconds,
// with fractions, with an offset, without a zone. Years of two digits are
// those of RFC 5280, Section 4.1.2.5.1: 1950 to 2049.
func (e Element) Time() (time.Time, error) {
	s := e.Content
	year, digits := 0, 4
	switch {
	case e.Is(TagUTCTime):
		digits = 2
	case e.Is(TagGeneralizedTime):
	default:
		return time.Time{}, &SyntaxError{Offset: e.Offset, Time: true, Msg: "not a time"}
	}
	bad := func() (time.Time, error) {
		return time.Time{}, &SyntaxError{Offset: e.Offset, Time: true, Msg: fmt.Sprintf("not a valid time (%.24q)", e.Content)}
	}
	year, s, ok := number(s, digits)
	if !ok {
		return bad()
	}
	if digits == 2 {
		if year += 1900; year < 1950 {
			year += 100
		}
	}
	var f [5]int // month, day, hour, minute, second
	i := 0
	for ; i < len(f) && len(s) > 0 && s[0] >= '0' && s[0] <= '9'; i++ {
		if f[i], s, ok = number(s, 2); !ok {
			return bad()
		}
	}
	if i < 3 || f[0] < 1 || f[0] > 12 || f[1] < 1 || f[1] > 31 || f[2] > 24 || f[3] > 59 || f[4] > 60 {
		return bad()
	}
	nanos, s := fraction(s, [...]time.Duration{3: time.Hour, 4: time.Minute, 5: time.Second}[i])
	offset, ok := zone(s)
	if !ok {
		return bad()
	}
	t := time.Date(year, time.Month(f[0]), f[1], f[2], f[3], f[4], 0, time.UTC)
	if t.Month() != time.Month(f[0]) && f[1] > 28 && f[2] < 24 {
		return bad() // 30 February
	}
	return t.Add(nanos - offset), nil
}

// number reads n decimal digits.
func number(s []byte, n int) (v int, rest []byte, ok bool) {
	if len(s) < n {
		return 0, s, false
	}
	for _, c := range s[:n] {
		if c < '0' || c > '9' {
			return 0, s, false
		}
		v = v*10 + int(c-'0')
	}
	return v, s[n:], true
}

// fraction reads a decimal fraction of unit; finer than nanoseconds is dropped.
func fraction(s []byte, unit time.Duration) (time.Duration, []byte) {
	if len(s) < 2 || s[0] != '.' && s[0] != ',' {
		return 0, s
	}
	var d time.Duration
	i := 1
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		unit /= 10
		d += unit * time.Duration(s[i]-'0')
	}
	return d, s[i:]
}

// zone reads what ends a time: Z, an offset, or nothing, which is taken for UTC.
func zone(s []byte) (time.Duration, bool) {
	if len(s) == 0 || len(s) == 1 && s[0] == 'Z' {
		return 0, true
	}
	sign := time.Duration(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	h, s, ok := number(s[1:], 2)
	if !ok {
		return 0, false
	}
	m := 0
	if len(s) > 0 {
		if m, s, ok = number(s, 2); !ok || len(s) > 0 {
			return 0, false
		}
	}
	return sign * (time.Duration(h)*time.Hour + time.Duration(m)*time.Minute), true
}
