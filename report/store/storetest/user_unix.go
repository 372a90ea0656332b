//go:build unix

package storetest

import (
	"os/exec"
	"strconv"
	"syscall"
)

func number(id string) uint32 {
	n, _ := strconv.ParseUint(id, 10, 32)
	return uint32(n)
}

// setUser makes a command run as that user, in a group of its own: an interrupt at the keyboard is for the test.
func setUser(cmd *exec.Cmd, uid, gid uint32) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}, Setpgid: true}
}
