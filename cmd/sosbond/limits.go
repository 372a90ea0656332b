package main

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// limitFlags adds the flags of the limits for untrusted input, with their defaults.
func limitFlags(cmd *cobra.Command, opt *analyzer.Options) {
	lim, lay := &opt.Layout.Limits, &opt.Layout
	add := func(v limit, flag, def, usage string) {
		f := cmd.Flags().VarPF(v, strings.TrimPrefix(flag, "--"), "", usage)
		f.DefValue = def
	}
	size := func(p *int64, flag string, def int64, usage string) {
		add(byteSize{p}, flag, byteSize{&def}.String(), usage)
	}
	count := func(p *int64, flag string, def int64, usage string) {
		add(number[int64]{p}, flag, strconv.FormatInt(def, 10), usage)
	}
	few := func(p *int, flag string, def int, usage string) { add(number[int]{p}, flag, strconv.Itoa(def), usage) }
	count(&lim.Members, archive.FlagMembers, archive.DefaultMembers, "most members of all archives of an input, or entries of its directories")
	size(&lim.Total, archive.FlagTotal, archive.DefaultTotal, "most that is decompressed or read of an input")
	count(&lim.Ratio, archive.FlagRatio, archive.DefaultRatio, "most decompressed bytes for a compressed one")
	few(&lim.Depth, archive.FlagDepth, archive.DefaultDepth, "deepest nesting of archives")
	size(&lim.Zip, archive.FlagZip, archive.DefaultZip, "largest zip file that is held in memory; for the list of its members an eighth")
	size(&lim.Window, archive.FlagWindow, archive.DefaultWindow, "largest window of compressed data (the dictionary of xz)")
	few(&lay.Hosts, layout.FlagHosts, layout.DefaultHosts, "most reports in an input")
	size(&lay.File, layout.FlagFile, layout.DefaultMax, "most that is kept of a file; for some formats the default is 1MiB to 64MiB")
	size(&lay.Keep, layout.FlagKeep, layout.DefaultKeep, "most memory for the wanted files of a report")
	size(&lay.KeepAll, layout.FlagKeepAll, layout.DefaultKeepAll, "most memory for the wanted files of all reports of an input, or of a must-gather")
	size(&opt.Objects, parsers.FlagObjects, parsers.DefaultObjects, "most memory for the text of a cluster's objects")
	few(&opt.Records, parsers.FlagRecords, parsers.DefaultRecords, "most interfaces, guests, addresses and so on of a host, of each kind")
	few(&opt.Bonds, analyzer.FlagBonds, analyzer.DefaultBonds, "most bonds of a host")
}

// limit is the value of such a flag. That of one that was not given, or is 0, is 0: the default, which is that of where the limit is kept.
type limit interface {
	Set(text string) error
	String() string
	Type() string
}

// byteSize is a flag's number of bytes: 1048576, 1MiB, 1M.
type byteSize struct{ n *int64 }

// binaryUnits are the units, each 1,024 times the one before.
const binaryUnits = "KMGT"

var errSize = errors.New("it takes a number of bytes, such as 1048576, 64MiB or 2GiB")

func (s byteSize) Set(text string) error {
	digits := strings.TrimRight(text, "KMGTkmgtiB")
	unit := strings.ToUpper(text[len(digits):])
	shift := 0
	if unit != "" {
		shift = 10 * (strings.Index(binaryUnits, unit[:1]) + 1)
		if shift == 0 || !slices.Contains([]string{"", "B", "IB"}, unit[1:]) {
			return errSize
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64>>shift {
		return errSize
	}
	*s.n = n << shift
	return nil
}

func (s byteSize) String() string {
	if s.n == nil {
		return ""
	}
	n, unit := *s.n, ""
	for i := 0; i < len(binaryUnits) && n >= 1024 && n%1024 == 0; i++ {
		n, unit = n/1024, binaryUnits[i:i+1]+"iB"
	}
	return strconv.FormatInt(n, 10) + unit
}

func (s byteSize) Type() string { return "size" }

// number is a flag's number of things.
type number[T int | int64] struct{ n *T }

func (n number[T]) Set(text string) error {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 0 || int64(T(v)) != v {
		return errors.New("it takes a number")
	}
	*n.n = T(v)
	return nil
}

func (n number[T]) String() string {
	if n.n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n.n), 10)
}

func (n number[T]) Type() string { return "number" }
