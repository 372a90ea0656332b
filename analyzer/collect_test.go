package analyzer

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"testing"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/parsers/archive"
)

// TestCollect packs reports of different platforms as `sos collect` does: each host of the bundle gets the verdict that it has alone.
func TestCollect(t *testing.T) {
	names := []string{"netplan", "ovs-openstack", "rhv-vdsm", "suse-xen", "team-lacp"}
	var bundle bytes.Buffer
	tw := tar.NewWriter(&bundle)
	for _, name := range names {
		root := "sosreport-" + name + "-2026-11-22-abcdefg"
		var packed bytes.Buffer
		gz := gzip.NewWriter(&packed)
		if err := hosttest.WriteTar(gz, hosttest.Archive(t, name), root); err != nil {
			t.Fatal(err)
		}
		if err := gz.Close(); err != nil {
			t.Fatal(err)
		}
		hdr := &tar.Header{Name: "sos-collector-lab-2026-11-22-abcde/" + root + ".tar.gz", Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(packed.Len())}
		if err := tw.WriteHeader(hdr); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := Analyze(context.Background(), archive.Input{Path: "-", Stdin: &bundle}, Options{})
	if err != nil || len(got.Errors) > 0 {
		t.Fatal(err, got.Errors)
	}
	if len(got.Hosts) != len(names) {
		t.Fatalf("%d hosts, want %d", len(got.Hosts), len(names))
	}
	for i, name := range names {
		alone := Judge(hosttest.Host(t, hosttest.Archive(t, name)))
		if got.Hosts[i].Verdict != alone.Verdict || got.Hosts[i].Verdict == rules.Undecided || len(got.Hosts[i].Bonds) != len(alone.Bonds) {
			t.Errorf("%s: %s in the bundle, %s alone", name, got.Hosts[i].Verdict, alone.Verdict)
		}
	}
}
