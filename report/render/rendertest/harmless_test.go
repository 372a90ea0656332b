package rendertest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestGoldenFilesAreHarmless reads every byte of every golden report, those on whole hosts and those of single formats.
func TestGoldenFilesAreHarmless(t *testing.T) {
	for pattern, least := range map[string]int{"../../../testdata/golden/*": 100, "../../*/testdata/golden/*": 20} {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(files) < least {
			t.Fatalf("%d files of %s: %v", len(files), pattern, err)
		}
		for _, name := range files {
			t.Run(filepath.Base(name), func(t *testing.T) {
				data, err := os.ReadFile(name)
				if err != nil || len(data) == 0 {
					t.Fatalf("%d bytes: %v", len(data), err)
				}
				if filepath.Ext(name) == ".ansi" { // in color; that colors are all that it adds is tested where they are written
					data = colors.ReplaceAll(data, nil)
				}
				CheckHarmless(t, string(data))
			})
		}
	}
}
