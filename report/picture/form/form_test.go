package form_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture/form"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// TestForms writes every document in every form: the names of the hosts and bonds are there, nothing acts on who reads it, and the bytes are the
// same each time.
func TestForms(t *testing.T) {
	for _, d := range rendertest.Documents() {
		for _, name := range form.Names() {
			for _, all := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s %t", d.Name, name, all), func(t *testing.T) {
					hosts := d.Doc.Hosts
					if form.DrawsOne(name) && len(hosts) != 1 {
						checkRefused(t, name, hosts)
						return
					}
					var first, second bytes.Buffer
					if err := errors.Join(form.Write(&first, name, hosts, form.Options{Width: 80, All: all}), form.Write(&second, name, hosts, form.Options{Width: 80, All: all})); err != nil {
						t.Fatal(err)
					}
					if first.String() != second.String() {
						t.Error("the output changes from run to run")
					}
					rendertest.CheckHarmless(t, first.String())
					checkNames(t, first.String(), hosts)
				})
			}
		}
	}
}

func checkRefused(t *testing.T, name string, hosts []report.Host) {
	t.Helper()
	var b bytes.Buffer
	if err := form.Write(&b, name, hosts, form.Options{}); err == nil || b.Len() > 0 {
		t.Errorf("%d hosts: error %v, %d bytes", len(hosts), err, b.Len())
	}
}

var plainName = regexp.MustCompile(`^[a-z0-9]{1,20}$`)

func checkNames(t *testing.T, text string, hosts []report.Host) {
	t.Helper()
	for _, h := range hosts {
		if len(hosts) > 1 && plainName.MatchString(h.Name) && !strings.Contains(text, h.Name) {
			t.Errorf("no host %s", h.Name)
		}
		for _, b := range h.Bonds {
			if plainName.MatchString(b.Name) && !strings.Contains(text, b.Name) {
				t.Errorf("no bond %s", b.Name)
			}
		}
	}
}

func TestTree(t *testing.T) {
	var b bytes.Buffer
	if err := form.Write(&b, "tree", rendertest.ALB().Hosts, form.Options{Width: 60}); err != nil {
		t.Fatal(err)
	}
	want := `── ✗ hv01 ──────────────────────────────────────────────────
┌─ eth0  up  10 Gb/s          52:53:00:03:03:04
│    3 link failures  ! SB205
├─ eth1  up  10 Gb/s  active  52:53:00:1a:8f:5a
bond0  ✗ NOT WORKING  balance-alb (mode 6)  miimon 100 ms
│    set up by ifcfg file
└─ br0  bridge  2 guests  ✗ SB103
   ├─ web01  VM  vnet0  52:54:00:aa:00:01
   └─ web02  VM  vnet1  52:54:00:aa:00:02  off
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := form.Write(&b, "tree", rendertest.ALB().Hosts, form.Options{Width: 60, Color: true}); err != nil || !strings.Contains(b.String(), "\x1b[") {
		t.Errorf("no colors: %v", err)
	}
}

func TestOfBonds(t *testing.T) {
	hosts := rendertest.Hosts().Hosts
	var got []string
	for _, h := range form.OfBonds(hosts, []string{"team0", "bond-storage0", "none"}) {
		for _, b := range h.Bonds {
			got = append(got, h.Name+" "+b.Name)
		}
	}
	if want := []string{"hv05 bond-storage0", "hv05 team0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n := len(hosts[2].Bonds); n != 3 {
		t.Errorf("the host itself has %d bonds now", n)
	}
}

// TestTooLarge: what Mermaid would not draw is an error that says what to do; with All it is what was asked for.
func TestTooLarge(t *testing.T) {
	h := rendertest.ALB().Hosts[0]
	for i := range 200 {
		b := h.Bonds[0]
		b.Name = fmt.Sprintf("bond%d", i)
		h.Bonds = append(h.Bonds, b)
	}
	var b bytes.Buffer
	if err := form.Write(&b, "mermaid", []report.Host{h}, form.Options{}); err == nil || !strings.Contains(err.Error(), "--bond") || b.Len() > 0 {
		t.Errorf("error %v, %d bytes", err, b.Len())
	}
	if err := form.Write(&b, "mermaid", []report.Host{h}, form.Options{All: true}); err != nil || strings.Count(b.String(), "{{") < 200 {
		t.Errorf("error %v, %d bytes", err, b.Len())
	}
}

func TestNames(t *testing.T) {
	if err := form.Write(&bytes.Buffer{}, "png", nil, form.Options{}); err == nil {
		t.Error("an unknown form was accepted")
	}
}
