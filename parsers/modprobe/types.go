// Package modprobe reads what /etc/modprobe.conf and modprobe.d say of the bonding module.
package modprobe

// Line is one "options" or "alias" line that concerns bonding, or an "install" line that loads the driver with options.
type Line struct {
	Line    int    // the first one, when backslashes continue it
	Text    string // with its continuation lines
	Module  string // "bonding", or the alias that the options are for, for example "bond0"
	Alias   bool   // "alias bond0 bonding": Module is the alias
	Options []Option
}

// Option is one option of an options line.
type Option struct {
	Name  string
	Value string
}
