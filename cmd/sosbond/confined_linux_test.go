//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

func init() { commands["confined"] = confined }

// confined runs the program that its arguments name where the kernel ends it with SIGSYS for changing anything but by writing to what is open
// already, and where no regular file can be written to at all.
func confined() {
	runtime.LockOSThread() // the filter is the thread's, and execve makes its thread the process
	err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{})
	if err == nil {
		err = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	}
	if err == nil {
		filter := seccompFilter()
		prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
		err = unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&prog)), 0, 0)
	}
	if err == nil {
		err = unix.Exec(os.Args[1], os.Args[1:], os.Environ())
	}
	fmt.Fprintf(os.Stderr, "this kernel cannot confine a process: %v\n", err)
	os.Exit(confinedExit)
}

// Places in struct seccomp_data.
const (
	dataCall = 0
	dataArch = 4
	dataArgs = 16 // 8 bytes each, the low half first
)

// seccompFilter refuses the system calls that change files or use the network, and opening for anything but reading.
func seccompFilter() []unix.SockFilter {
	const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC | unix.O_APPEND
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	unless := func(op uint16, k uint32, skip uint8) unix.SockFilter { // skips instructions unless the comparison holds
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | op, K: k, Jf: skip}
	}
	end := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	kill, allow := end(unix.SECCOMP_RET_KILL_PROCESS), end(unix.SECCOMP_RET_ALLOW)

	isArch := unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | unix.BPF_JEQ, K: auditArch, Jt: 1}
	filter := []unix.SockFilter{load(dataArch), isArch, kill, load(dataCall)}
	for _, nr := range slices.Concat(changingCalls, archCalls) {
		filter = append(filter, unless(unix.BPF_JEQ, uint32(nr), 1), kill)
	}
	for nr, arg := range openingCalls {
		filter = append(filter, unless(unix.BPF_JEQ, uint32(nr), 4), load(dataArgs+8*arg), unless(unix.BPF_JSET, writing, 1), kill, allow)
	}
	return append(filter, allow)
}

var changingCalls = []uintptr{
	unix.SYS_MKDIRAT, unix.SYS_MKNODAT, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
	unix.SYS_TRUNCATE, unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE, unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN,
	unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT, unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_MOUNT, unix.SYS_OPENAT2,
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_SENDTO, unix.SYS_IO_URING_SETUP, unix.SYS_PTRACE,
}
