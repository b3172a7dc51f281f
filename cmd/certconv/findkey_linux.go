package main

import (
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
