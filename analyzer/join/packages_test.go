package join_test

import (
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers/packages"
)

// TestPackages: versions come from the short list of packages, from the long one where there is no short one, and from dpkg's.
func TestPackages(t *testing.T) {
	const (
		short = "NetworkManager-1.40.16-13.el8_9.x86_64                      Tue 12 Dec 2023 10:11:12 AM UTC\nNetworkManager-1.30.0-1.el8.x86_64                          Tue 12 Dec 2023 10:11:12 AM UTC\n"
		long  = "NetworkManager-1.52.0-1.el9_6.x86_64\tFri 06 Jun 2025 09:00:00 AM UTC\t1749200400\tRed Hat, Inc.\n"
		deb   = "ii  network-manager  1.42.4-1  amd64  network management framework\n"
	)
	for name, c := range map[string]struct {
		files   map[string]string
		version string
		file    string
	}{
		"short":    {map[string]string{"installed-rpms": short, "sos_commands/rpm/package-data": long}, "1.40.16", "installed-rpms"},
		"its file": {map[string]string{"sos_commands/rpm/sh_-c_rpm_--nodigest_-qa_--qf_-59_NVRA_INSTALLTIME_date_sort_-V": short}, "1.40.16", "sos_commands/rpm/sh_-c_rpm_--nodigest_-qa_--qf_-59_NVRA_INSTALLTIME_date_sort_-V"},
		"long":     {map[string]string{"sos_commands/rpm/package-data": long}, "1.52.0", "sos_commands/rpm/package-data"},
		"dpkg":     {map[string]string{"sos_commands/dpkg/dpkg_-l": deb}, "1.42.4", "sos_commands/dpkg/dpkg_-l"},
		"none":     {},
	} {
		t.Run(name, func(t *testing.T) {
			ar := &txtar.Archive{Files: []txtar.File{{Name: "etc/os-release", Data: []byte("ID=rhel\nVERSION_ID=9.4\n")}, {Name: "proc/1/net/bonding/bond0", Data: []byte("Ethernet Channel Bonding Driver: v5.14.0\n\nBonding Mode: transmit load balancing\n")}}}
			for path, text := range c.files {
				ar.Files = append(ar.Files, txtar.File{Name: path, Data: []byte(text)})
			}
			got := hosttest.Host(t, ar).Packages[packages.NetworkManager]
			if got.Value != c.version || got.Source.File != c.file {
				t.Errorf("%q of %q", got.Value, got.Source.File)
			}
		})
	}
}
