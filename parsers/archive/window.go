package archive

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
)

// windowShare is the part of a window that counts as decompressed: to make room for it takes about the time in which zstd decompresses so much. A
// thousand archives of a hundred bytes each may all ask for the largest one.
const windowShare = 4

// windowOf is how many bytes a decompressor will have to look back at, as the start of the data tells; 0 where it does not, or where that is little.
func windowOf(f form, head []byte) int64 {
	switch f {
	case formXZ:
		return xzDictionary(head)
	case formZstd:
		var h zstd.Header
		if h.Decode(head) != nil {
			return 0
		}
		return int64(min(h.WindowSize, 1<<62))
	}
	return 0
}

// xzDictionary reads the size of the dictionary from the header of the first block (the .xz file format, 3.1 and 5.3.1).
func xzDictionary(head []byte) int64 {
	const streamHeader, lzma2 = 12, 0x21
	if len(head) < streamHeader+2 || head[streamHeader] == 0 { // an index: there is no block
		return 0
	}
	flags, rest := head[streamHeader+1], head[streamHeader+2:]
	for _, sizes := range []byte{0x40, 0x80} {
		if flags&sizes != 0 {
			_, rest = varint(rest)
		}
	}
	for range flags&3 + 1 {
		var id, size uint64
		id, rest = varint(rest)
		size, rest = varint(rest)
		if size > uint64(len(rest)) {
			return 0
		}
		if id == lzma2 && size == 1 && rest[0] < 40 {
			return int64(2|rest[0]&1) << (rest[0]/2 + 11)
		}
		if id == lzma2 {
			return 1<<32 - 1
		}
		rest = rest[size:]
	}
	return 0
}

// varint takes a number of the .xz format (1.2); what is none is 0.
func varint(b []byte) (uint64, []byte) {
	v, n := binary.Uvarint(b)
	return v, b[max(n, 0):]
}
