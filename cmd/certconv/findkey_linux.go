package main

import (
	"math"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// virtualFileSystem tells the file systems that hold what the system says of
// itself, and no files.
func virtualFileSystem(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && slices.Contains([]int64{
		unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
		unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.DEVPTS_SUPER_MAGIC, unix.BPF_FS_MAGIC,
	}, int64(st.Type))
}

// adviseSequential has the system read ahead.
func adviseSequential(f *os.File, size int64) {
	if size > 4<<20 {
		_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_SEQUENTIAL)
	}
}

// isSparse reports whether a file takes less of the disk than it has bytes.
func isSparse(f *os.File) bool {
	var st unix.Stat_t
	return unix.Fstat(int(f.Fd()), &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG && st.Blocks*512 < st.Size
}

// nextData finds the next part of a sparse file that is there, after offset.
func nextData(f *os.File, offset, size int64) (data, hole int64) {
	fd := int(f.Fd())
	data, err := unix.Seek(fd, offset, unix.SEEK_DATA)
	switch {
	case err == unix.ENXIO && offset < size: // all the rest is a hole
		return size, size
	case err != nil || data < offset:
		return offset, math.MaxInt64
	}
	if hole, err = unix.Seek(fd, data, unix.SEEK_HOLE); err != nil || hole <= data {
		hole = math.MaxInt64
	}
	return data, hole
}
