package store

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// biggest is how much memory the JSON of one host may take, in bytes: a database may be another's.
const biggest = 1 << 30

var encoder = sync.OnceValue(func() *zstd.Encoder {
	// A report is tens of kilobytes: a big window would only cost memory. The fastest level keeps a save well under a millisecond.
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<18), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(biggest), zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// pack makes compressed JSON.
func pack(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return encoder().EncodeAll(text, make([]byte, 0, len(text)/4)), nil
}

// unpack reads compressed JSON.
func unpack(body []byte, v any) error {
	text, err := decoder().DecodeAll(body, nil)
	if err != nil {
		return fmt.Errorf("a report is damaged: %w", err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("a report is not what this sosbond writes: %w", err)
	}
	return nil
}
