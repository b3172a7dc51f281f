// Package archive opens archives that other people made: ZIP, whole in memory or large
// ones of which any part can be read; tar, and what gzip and bzip2 packed, in memory.
//
// It gives the files of an archive with names in UTF-8, and what stands before the
// archive, behind it or in its comment, tells what locks a file, and says in words why
// one cannot be unpacked. The list of files is bounded
// before it is read, because it costs more memory than it takes in the file.
// What comes out of a file is not bounded here: the caller knows how much it
// wants.
//
// It does not look into what it unpacks, and knows no other kind of archive.
package archive
