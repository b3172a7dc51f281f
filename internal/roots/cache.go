package roots

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/site"
)

// Cached is a file that Windows has fetched and kept.
type Cached struct {
	Folder  string // the CryptnetUrlCache that it is in
	Name    string // of both files
	Content string // paths; "" for the one that is not there
	Meta    string
	Entry   *lists.CacheEntry
	Bundle  *convert.Bundle // what Content holds; nil if it is not there
	Err     error           // why it cannot be read

	found map[string]fs.FileInfo // the files at the paths, as they were when they were found
}

// Unread is what kept a file of the entry from being read, nil if nothing did: a MetaData of an unknown
// form was.
func (c *Cached) Unread() error {
	if errors.Is(c.Err, lists.ErrNotCacheEntry) {
		return nil
	}
	return c.Err
}

// Whole reports whether all that makes an entry of a cache is there, under its own name.
func (c *Cached) Whole() bool {
	return c.Entry != nil && c.Meta != "" && strings.EqualFold(c.Name, lists.CacheName(c.Entry.URL))
}

// Found is the file at a path of the entry as it was before it was read, nil if it could not be looked at.
func (c *Cached) Found(path string) fs.FileInfo { return c.found[path] }

// Where Windows keeps the caches of its accounts, below the root of the disk; * is any folder.
var cacheFolders = []string{
	"Users/*/AppData/LocalLow/Microsoft/CryptnetUrlCache",
	"Windows/ServiceProfiles/*/AppData/LocalLow/Microsoft/CryptnetUrlCache",
	"Windows/System32/config/systemprofile/AppData/LocalLow/Microsoft/CryptnetUrlCache",
	"Windows/SysWOW64/config/systemprofile/AppData/LocalLow/Microsoft/CryptnetUrlCache",
	"Documents and Settings/*/Application Data/Microsoft/CryptnetUrlCache",
	"Windows/System32/config/systemprofile/Application Data/Microsoft/CryptnetUrlCache",
}

// Caches finds the caches at path: itself, or those of all accounts where it is the root of a disk with
// Windows, or the profile of an account. It hands the failures of folders that may not be looked
// into to unread.
func Caches(files site.Files, path string, unread func(error)) []string {
	if child(files, path, "MetaData") != "" {
		return []string{path}
	}
	if own := child(files, path, "CryptnetUrlCache"); own != "" && child(files, own, "MetaData") != "" {
		return []string{own}
	}
	told := map[string]bool{} // patterns begin with the same folders
	once := func(err error) {
		if !told[err.Error()] {
			told[err.Error()] = true
			unread(err)
		}
	}
	var list []string
	for _, pattern := range append(slices.Clone(cacheFolders), "AppData/LocalLow/Microsoft/CryptnetUrlCache") {
		for _, dir := range walk(files, path, strings.Split(pattern, "/"), once) {
			if child(files, dir, "MetaData") != "" && !slices.Contains(list, dir) {
				list = append(list, dir)
			}
		}
	}
	return list
}

// walk goes down the folders of a pattern, whatever their case.
func walk(files site.Files, dir string, pattern []string, unread func(error)) []string {
	if len(pattern) == 0 {
		return []string{dir}
	}
	entries, err := files.ReadDir(dir)
	if err != nil {
		unread(fault.Reading(dir, err))
		return nil
	}
	var list []string
	for _, e := range entries {
		if e.IsDir() && (pattern[0] == "*" || strings.EqualFold(e.Name(), pattern[0])) {
			list = append(list, walk(files, filepath.Join(dir, e.Name()), pattern[1:], unread)...)
		}
	}
	return list
}

// child is the folder in dir that has a name, in upper or lower case; "" if there is none. A link is
// none.
func child(files site.Files, dir, name string) string {
	entries, err := files.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.IsDir() && strings.EqualFold(e.Name(), name) {
			return filepath.Join(dir, e.Name())
		}
	}
	return ""
}

// ReadCache reads the entries of a cache, in the order of their names. Files that have no name of an
// entry are passed over; the failure of a folder is handed to unread.
func ReadCache(r *site.Reader, folder string, unread func(error)) []*Cached {
	found := map[string]*Cached{}
	var list []*Cached
	each := func(sub string, set func(*Cached, string)) {
		dir := child(r.Files, folder, sub)
		if dir == "" {
			return
		}
		entries, err := r.Files.ReadDir(dir)
		if err != nil {
			unread(fault.Reading(dir, err))
		}
		for _, e := range entries {
			if len(list) >= maxFiles || !isCacheName(e) {
				continue
			}
			c := found[strings.ToUpper(e.Name())]
			if c == nil {
				c = &Cached{Folder: folder, Name: e.Name(), found: map[string]fs.FileInfo{}}
				found[strings.ToUpper(e.Name())] = c
				list = append(list, c)
			}
			path := filepath.Join(dir, e.Name())
			if info, err := e.Info(); err == nil {
				c.found[path] = info
			}
			set(c, path)
		}
	}
	each("MetaData", func(c *Cached, path string) { c.Meta = path })
	each("Content", func(c *Cached, path string) { c.Content = path })
	slices.SortFunc(list, func(a, b *Cached) int { return strings.Compare(strings.ToUpper(a.Name), strings.ToUpper(b.Name)) })
	for _, c := range list {
		c.read(r)
	}
	return list
}

// isCacheName reports whether a file has the name of an entry: an MD5 in hexadecimal.
func isCacheName(e fs.DirEntry) bool {
	return e.Type().IsRegular() && len(e.Name()) == 32 && strings.Trim(strings.ToUpper(e.Name()), "0123456789ABCDEF") == ""
}

func (c *Cached) read(r *site.Reader) {
	if c.Meta != "" {
		data, err := r.Read(c.Meta, nil)
		if err == nil {
			c.Entry, err = lists.ParseCacheEntry(data)
		}
		c.Err = err
	}
	if c.Content == "" {
		return
	}
	data, err := r.Read(c.Content, nil)
	if err != nil {
		c.Err = err
		return
	}
	c.Bundle, _ = r.Decode(c.Content, data)
}
