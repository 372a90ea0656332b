//go:build !unix

package storetest

import "os/exec"

func number(string) uint32 { return 0 }

func setUser(*exec.Cmd, uint32, uint32) {}
