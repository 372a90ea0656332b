package archive

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"
)

// headSize is how much of a stream decides what it is: one tar block.
const headSize = 512

// form is what the first bytes of a stream say that it is.
type form int

const (
	formNone form = iota
	formTar
	formZip
	formXZ
	formGzip
	formBzip2
	formZstd
	formZeros // an empty tar file is nothing else
	formPGP
)

// names of the compressions in messages; what is not in here is no compression.
var compressions = map[form]string{formXZ: "xz", formGzip: "gzip", formBzip2: "bzip2", formZstd: "zstd"}

// Recognized reports whether a file that starts with these bytes, up to 512 of them, is an archive, or an encrypted message that may hold one.
func Recognized(head []byte) bool { return identify(head) != formNone && identify(head) != formZeros }

// identify tells what a stream is by its first bytes. archiver.Identify is not used: it asks its formats in map order, and its brotli and
// zlib matchers accept bytes of other formats, so that the same file could be taken for different things on different runs.
func identify(head []byte) form {
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("\xfd7zXZ\x00"):
		return formXZ
	case has("\x1f\x8b"):
		return formGzip
	case has("\x28\xb5\x2f\xfd"), isZstdSkippable(head):
		return formZstd
	case isBzip2(head):
		return formBzip2
	case has("PK\x03\x04"), has("PK\x05\x06"), has("PK\x07\x08PK\x03\x04"):
		return formZip
	case isTarHeader(head):
		return formTar
	case len(head) == headSize && bytes.Count(head, []byte{0}) == headSize:
		return formZeros
	case isPGP(head):
		return formPGP
	}
	return formNone
}

// isZstdSkippable: pzstd and zstd --seekable put such frames first.
func isZstdSkippable(head []byte) bool {
	if len(head) < 12 || head[0]&0xf0 != 0x50 || !bytes.Equal(head[1:4], []byte{0x2a, 0x4d, 0x18}) {
		return false
	}
	skip := 8 + uint64(binary.LittleEndian.Uint32(head[4:]))
	return skip+4 <= uint64(len(head)) && bytes.HasPrefix(head[skip:], []byte{0x28, 0xb5, 0x2f, 0xfd})
}

// isBzip2 looks for the block's magic (or that of the end) too, since text may start with "BZh".
func isBzip2(head []byte) bool {
	if len(head) < 10 || !bytes.HasPrefix(head, []byte("BZh")) || head[3] < '1' || head[3] > '9' {
		return false
	}
	magic := string(head[4:10])
	return magic == "\x31\x41\x59\x26\x53\x59" || magic == "\x17\x72\x45\x38\x50\x90"
}

// isTarHeader checks the header's checksum, the only thing that all tar formats have (POSIX pax, "ustar Interchange Format"); some old
// tars summed signed bytes.
func isTarHeader(head []byte) bool {
	if len(head) < headSize {
		return false
	}
	field := strings.Trim(string(head[148:156]), " \x00")
	want, err := strconv.ParseInt(field, 8, 64)
	if err != nil {
		return false
	}
	var unsigned, signed int64
	for i, c := range head[:headSize] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		unsigned += int64(c)
		signed += int64(int8(c))
	}
	return head[0] != 0 && (want == unsigned || want == signed)
}

// isPGP recognizes an encrypted OpenPGP message: an armored one, or one that starts with a session key packet (RFC 9580, 5.1 and 5.3)
// of a known version.
func isPGP(head []byte) bool {
	if bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n\ufeff"), []byte("-----BEGIN PGP MESSAGE-----")) {
		return true
	}
	if len(head) < 16 {
		return false
	}
	tag, body := pgpPacket(head)
	if body <= 0 || body >= len(head) {
		return false
	}
	version := head[body]
	switch tag {
	case 1: // session key encrypted to a public key
		return version == 3 || version == 6
	case 3: // session key encrypted with a passphrase
		return version >= 4 && version <= 6
	}
	return false
}

// pgpPacket returns the type of the packet that head starts with and where its body starts.
func pgpPacket(head []byte) (tag, body int) {
	c := head[0]
	switch c & 0xc0 {
	case 0xc0: // new format; the length takes 1, 2 or 5 bytes
		switch l := head[1]; {
		case l < 192:
			return int(c & 0x3f), 2
		case l < 224:
			return int(c & 0x3f), 3
		case l == 255:
			return int(c & 0x3f), 6
		}
	case 0x80: // old format; the length takes 1, 2 or 4 bytes, 3 means "to the end"
		if l := c & 3; l < 3 {
			return int(c>>2) & 0xf, 1 + 1<<l
		}
	}
	return 0, 0
}

// likeness is what a stream that is no archive looks like, and what to do about it when that follows.
type likeness struct{ what, do string }

const unpackFirst = "unpack it and name the directory"

var known = []struct {
	magic string
	likeness
}{
	{"7z\xbc\xaf\x27\x1c", likeness{"a 7-Zip archive, which is not supported", unpackFirst}},
	{"Rar!\x1a\x07", likeness{"a RAR archive, which is not supported", unpackFirst}},
	{"\x04\x22\x4d\x18", likeness{"lz4 data, which are not supported", "decompress them first (lz4 -d)"}},
	{"LZIP", likeness{"lzip data, which are not supported", "decompress them first (lzip -d)"}},
	{"\x5d\x00\x00", likeness{"LZMA data, which are not supported", "decompress them first (unlzma)"}},
	{"\x1f\x9d", likeness{"data of compress(1), which are not supported", "decompress them first (uncompress)"}},
	{"070701", likeness{"a cpio archive, which is not supported", unpackFirst}},
	{"\xed\xab\xee\xdb", likeness{"an RPM package", ""}},
	{"!<arch>\n", likeness{"a Debian package or library", ""}},
	{"\x7fELF", likeness{"a program", ""}},
	{"%PDF-", likeness{"a PDF document", ""}},
	{"SQLite format 3\x00", likeness{"an SQLite database", ""}},
	{"{\\rtf", likeness{"an RTF document", ""}},
}

// liken describes what is no archive.
func liken(head []byte) likeness {
	for _, k := range known {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.likeness
		}
	}
	lower := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\ufeff"))
	switch {
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")):
		return likeness{"an HTML page", "a download that needs a login often ends as one; download it again"}
	case bytes.HasPrefix(lower, []byte("<?xml")), bytes.HasPrefix(lower, []byte("<error>")):
		return likeness{"an XML document", "a download that failed often ends as one; download it again"}
	case isChecksum(head):
		return likeness{"a checksum, which lies beside a report", "name the report itself"}
	case isText(head):
		return likeness{"plain text", ""}
	}
	return likeness{"binary data of an unknown kind", ""}
}

// isChecksum recognizes the side file that sos writes: the digest in hex and nothing else.
func isChecksum(head []byte) bool {
	digest := bytes.TrimSpace(head)
	if len(digest) != 32 && len(digest) != 40 && len(digest) != 64 {
		return false
	}
	_, err := hex.DecodeString(string(digest))
	return err == nil
}

func isText(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 && utf8.FullRune(head) || r < ' ' && !strings.ContainsRune("\t\r\n\f\x1b", r) {
			return false
		}
		head = head[n:]
	}
	return true
}
