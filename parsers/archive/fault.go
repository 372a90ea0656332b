package archive

import (
	"errors"
	"io/fs"
	"syscall"
)

// Fault says what is wrong with an input, or with a part of it. Texts are worded for people and may change; programs tell faults apart by this.
type Fault string

// The faults.
const (
	FaultMissing    Fault = "missing"      // there is no such file
	FaultUnreadable Fault = "unreadable"   // no right to read it, or the disk failed
	FaultEncrypted  Fault = "encrypted"    // it, or an archive in it
	FaultEmpty      Fault = "empty"        // no bytes, or no members
	FaultNoReport   Fault = "not-a-report" // something else than an archive, or an archive of something else
	FaultDamaged    Fault = "damaged"      // cut off or corrupt
	FaultLimit      Fault = "limit"        // it exceeds one of Limits
	FaultNoXZ       Fault = "no-xz"        // the xz program was asked for and is not there
	FaultLeftOut    Fault = "left-out"     // members were left out: names that lead outside, forms that are not supported, too many reports
)

// FaultOf returns what is the matter in an error of Walk, "" when it is none of them.
func FaultOf(err error) Fault {
	var refused *Refused
	var limit *LimitError
	var damaged *Damaged
	var disk syscall.Errno
	switch {
	case errors.As(err, &refused):
		return refused.Fault
	case errors.As(err, &limit):
		return FaultLimit
	case errors.As(err, &disk), errors.Is(err, fs.ErrPermission):
		return FaultUnreadable
	case errors.As(err, &damaged):
		return FaultDamaged
	}
	return ""
}

// faultOf is FaultOf for what ended one archive, whose data are damaged when nothing else is the matter.
func faultOf(err error) Fault {
	if f := FaultOf(err); f != "" {
		return f
	}
	return FaultDamaged
}
