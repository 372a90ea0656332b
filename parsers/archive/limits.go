package archive

import "fmt"

// The command line's flags that set the limits. Error texts name them, so they are named here and nowhere else.
const (
	FlagMembers = "--max-members"
	FlagTotal   = "--max-total"
	FlagRatio   = "--max-ratio"
	FlagDepth   = "--max-depth"
	FlagZip     = "--max-zip"
	FlagWindow  = "--max-window"
	FlagXZ      = "--xz"
)

// The default limits. They are far from what real reports need and near enough to end a bomb in minutes and without exhausting memory.
const (
	// A sosreport has 5,000 to 60,000 members, a must-gather of a large cluster some 500,000.
	DefaultMembers = 2_000_000
	// Reports decompress to 0.1 to 5 GB, of which a quarter is read (var/log comes last), must-gathers to 1 to 10 GB. What is built to stay below
	// the ratio ends here: after two minutes for xz, one for gzip and zstd.
	DefaultTotal = 16 << 30
	// Whole reports compress 5 to 15 times, their logs 10 to 50 times, one that repeats a line some hundred times. Bombs start at 1,000:
	// that is deflate's bound (of which what was read ahead takes a part), xz reaches 7,000, bzip2 and zstd more than 10,000.
	DefaultRatio = 500
	// A case's tar file with a sos collect bundle with reports in it is two archives deep.
	DefaultDepth = 4
	// A zip file can only be read from its end, so one that is no file on disk is held in memory. Reports are rarely zipped; 256 MiB hold
	// a zipped must-gather.
	DefaultZip = 256 << 20
	// xz -9 needs 64 MiB, zstd --ultra --long=27 128 MiB; a window is held in memory, and may be asked for by a file of a few bytes.
	DefaultWindow = 256 << 20
)

// ratioFrom is the number of decompressed bytes from which the ratio counts: small files may compress to nothing.
const ratioFrom = 64 << 20

// wholeRatioFrom is the same for all archives of the input together: several bombs in it are left out one by one before that.
const wholeRatioFrom = 1 << 30

// zipIndexShare is the part of Limits.Zip that a zip file's list of members may take: in memory it takes several times its size.
const zipIndexShare = 8

func (l Limits) withDefaults() Limits {
	set := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.Members, DefaultMembers)
	set(&l.Total, DefaultTotal)
	set(&l.Ratio, DefaultRatio)
	set(&l.Zip, DefaultZip)
	set(&l.Window, DefaultWindow)
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	return l
}

// LimitError says which limit an input exceeds. It comes inside a *Damaged, a *Refused, or as the text of a Problem.
type LimitError struct {
	What string // what there is too much of, as a clause: "it holds more than 2,000,000 members"
	Flag string // the flag that raises the limit
	// ofOne is true for limits of a single archive: the walk goes on with the others.
	ofOne bool
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s (raise the limit with %s if you trust it)", e.What, e.Flag)
}

func membersLimit(n int64) *LimitError {
	return &LimitError{What: fmt.Sprintf("it holds more than %s members", thousands(n)), Flag: FlagMembers}
}

func totalLimit(n int64) *LimitError {
	return &LimitError{What: fmt.Sprintf("it decompresses to more than %s", Bytes(n)), Flag: FlagTotal}
}

// wholeRatioLimit is ratioLimit for all layers and archives of the input together, so that it ends the walk.
func wholeRatioLimit(n int64) *LimitError {
	limit := ratioLimit(n)
	limit.ofOne = false
	return limit
}

func windowLimit(n int64) *LimitError {
	what := fmt.Sprintf("to decompress it takes a window of more than %s of memory", Bytes(n))
	return &LimitError{What: what, Flag: FlagWindow, ofOne: true}
}

func ratioLimit(n int64) *LimitError {
	what := fmt.Sprintf("its data decompress to more than %s times their size, as those of a decompression bomb do", thousands(n))
	return &LimitError{What: what, Flag: FlagRatio, ofOne: true}
}

func depthLimit(n int) *LimitError {
	return &LimitError{What: fmt.Sprintf("it lies inside more than %d other archives", n), Flag: FlagDepth, ofOne: true}
}

func zipLimit(n int64) *LimitError {
	what := fmt.Sprintf("the zip file would take more than %s of memory", Bytes(n))
	return &LimitError{What: what, Flag: FlagZip, ofOne: true}
}

func zipIndexLimit(n int64) *LimitError {
	what := fmt.Sprintf("the zip file's list of members is larger than %s", Bytes(n))
	return &LimitError{What: what, Flag: FlagZip, ofOne: true}
}
