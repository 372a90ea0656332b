package main

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

var archCalls []uintptr

// openingCalls are the calls that open a file, with the number of the argument that holds the flags.
var openingCalls = map[uintptr]uint32{unix.SYS_OPENAT: 2}
