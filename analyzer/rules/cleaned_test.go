package rules

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

var anyMAC = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b`)

// TestCleaned replaces every MAC address of each host as `sos clean` does: the same one by the same one, zeros and the broadcast address kept. The
// report must see the same guests, and come to the same verdict, since guests are joined to their ports by device.
func TestCleaned(t *testing.T) {
	// What cannot be told without real addresses, with the reason.
	known := map[string]string{}
	for _, name := range hosttest.Names(t) {
		if strings.Contains(name, "obfuscated") {
			continue
		}
		ar := hosttest.Archive(t, name)
		before := hosttest.Host(t, ar)
		seen := map[string]string{}
		for i := range ar.Files {
			ar.Files[i].Data = anyMAC.ReplaceAllFunc(ar.Files[i].Data, func(mac []byte) []byte {
				m := strings.ToLower(string(mac))
				if strings.HasPrefix(m, "00:00:00:00") || m == "ff:ff:ff:ff:ff:ff" {
					return mac
				}
				if seen[m] == "" {
					seen[m] = fmt.Sprintf("53:4f:53:00:%02x:%02x", len(seen)/256, len(seen)%256)
				}
				return []byte(seen[m])
			})
		}
		after := hosttest.Host(t, ar)
		if got, want := hostVerdict(after), hostVerdict(before); got != want && known[name] == "" {
			t.Errorf("%s: %s, with real addresses %s", name, got, want)
		}
		if len(after.Bonds) != len(before.Bonds) {
			t.Errorf("%s: %d bonds, with real addresses %d", name, len(after.Bonds), len(before.Bonds))
			continue
		}
		for i, b := range before.Bonds {
			for _, a := range b.Attachments {
				guests := 0
				for _, x := range after.Bonds[i].Attachments {
					if x.Name == a.Name {
						guests += len(x.Guests)
					}
				}
				if guests < len(a.Guests) && known[name] == "" {
					t.Errorf("%s: %d guests on %s, with real addresses %d", name, guests, a.Name, len(a.Guests))
				}
			}
		}
	}
}
