package lists

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf16"
)

// ErrNotCacheEntry is the error for what is no entry of a CryptnetUrlCache.
var ErrNotCacheEntry = errors.New("not an entry of a CryptnetUrlCache")

// CacheEntry is what Windows notes in the folder MetaData beside a file that it
// has fetched.
type CacheEntry struct {
	URL      string
	Fetched  time.Time // zero if it is not known
	Modified time.Time // as the server says
	ETag     string
	Size     int64 // of the file in the folder Content
}

// cacheHeader is the size of what stands before the URL.
const cacheHeader = 0x74

// ParseCacheEntry reads a file of MetaData. The places of its fields are those that forensic
// tools have found; Microsoft has not described it. The error wraps ErrNotCacheEntry.
func ParseCacheEntry(data []byte) (*CacheEntry, error) {
	if len(data) < cacheHeader {
		return nil, ErrNotCacheEntry
	}
	u32 := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	url, tag := u32(0x0c), u32(0x64)
	rest := data[cacheHeader:]
	if url < 4 || url%2 != 0 || url > len(rest) {
		return nil, ErrNotCacheEntry
	}
	e := &CacheEntry{
		URL: utf16Text(rest[:url]), Fetched: filetime(data[0x10:0x18]), Modified: filetime(data[0x58:0x60]),
		Size: int64(u32(0x70)),
	}
	if rest = rest[url:]; tag <= len(rest) {
		e.ETag = strings.Trim(utf16Text(rest[:tag]), `"`)
	}
	scheme, _, ok := strings.Cut(e.URL, ":")
	if !ok || strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz") != "" {
		return nil, ErrNotCacheEntry
	}
	return e, nil
}

// CacheName is the name of the two files of a URL in a cache: the MD5 of the URL in
// UTF-16.
func CacheName(url string) string {
	var text []byte
	for _, u := range utf16.Encode([]rune(url)) {
		text = binary.LittleEndian.AppendUint16(text, u)
	}
	sum := md5.Sum(text)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
