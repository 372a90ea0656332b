package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // driver pgx
	_ "modernc.org/sqlite"             // driver sqlite

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
)

// onBoth runs a test on an empty database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "reports.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

func open(t testing.TB, dsn string) store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func save(t testing.TB, s store.Store, entries ...entry.Entry) {
	t.Helper()
	for _, e := range entries {
		if err := s.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// raw is a connection beside the store's.
func raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgres(dsn) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// lines are the rows of a query, columns separated by a bar.
func lines(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%v:\n%s", err, query)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{strings.Join(columns, " | ")}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, v := range values {
			cells = append(cells, fmt.Sprint(v))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func count(t testing.TB, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%v:\n%s", err, query)
	}
	return n
}

// input is an input without content.
func input(path string) entry.Input {
	return entry.Input{Path: path, Size: 1000, Modified: 1_700_000_000_000_000_000, Sum: "5e55104"}
}

// analyzed is the entry of hosts.
func analyzed(path string, hosts ...report.Host) entry.Entry {
	doc := report.Document{Schema: report.Schema, Tool: report.Tool{Name: "sosbond", Version: "v1"}, Hosts: hosts}
	report.Filter{}.Apply(&doc)
	return entry.Entry{Input: input(path), Status: entry.Analyzed, Errors: []string{}, Kinds: []string{}, Version: "v1", Millis: 7, Document: &doc}
}

// failed is the entry of an input that could not be read.
func failed(path, kind, why string) entry.Entry {
	return entry.Entry{Input: input(path), Status: entry.Failed, Errors: []string{why}, Kinds: []string{kind}, Version: "v1"}
}

// host has one bond below a bridge with guests.
func host(name, mode, verdict string, guests ...string) report.Host {
	a := report.Attachment{Kind: "bridge", Name: "br0", Path: []string{"bond0", "br0"}, Verdict: verdict, Summary: "br0.", Conditions: []string{}, Guests: []report.Guest{}}
	for i, g := range guests {
		a.Guests = append(a.Guests, report.Guest{Name: g, Kind: "vm", Interface: fmt.Sprint("vnet", i), MAC: fmt.Sprintf("52:54:00:00:00:%02x", i), Running: i%2 == 0})
	}
	b := report.Bond{
		Name: "bond0", Kind: "kernel", Mode: mode, Monitoring: report.Monitoring{MIIMonMS: 100}, MIIStatus: "up", Configured: "nmcli", Verdict: verdict, Summary: "bond0.",
		Slaves: []report.Slave{
			{Name: "eth0", MIIStatus: "up", Active: true, PermanentMAC: "02:00:00:00:00:01", SpeedMbps: 10000},
			{Name: "eth1", MIIStatus: "up", PermanentMAC: "02:00:00:00:00:02", SpeedMbps: 10000},
		},
		Attachments: []report.Attachment{a},
	}
	return report.Host{
		Name: name, Source: report.Source{Path: name + ".tar.xz", Kind: "sosreport", Root: name, Complete: true, Notes: []string{}}, OS: "CentOS Stream 9",
		Kernel: "5.14.0-362.el9.x86_64", Platform: "libvirt", Collected: "2026-11-22T05:57:00Z", Verdict: verdict,
		Bonds: []report.Bond{b}, Findings: []report.Finding{}, Coverage: []report.Coverage{},
	}
}

// finding is one on bond0.
func finding(rule, severity, explainedBy string) report.Finding {
	return report.Finding{
		Rule: rule, Title: "What " + rule + " found", Severity: severity, ExplainedBy: explainedBy, Subject: report.Subject{Bond: "bond0", Bridge: "br0"},
		Cause: "A cause.", Evidence: []report.Evidence{{File: "proc/net/bonding/bond0", Line: 3, Text: "Bonding Mode: adaptive load balancing"}},
		Remediation: []report.Remediation{}, Verification: []string{}, References: []report.Reference{},
	}
}

// golden returns the reports that the analysis of the test hosts makes.
func golden(t testing.TB) map[string]report.Document {
	t.Helper()
	names, err := filepath.Glob("../../testdata/golden/*.json")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d golden reports: %v", len(names), err)
	}
	docs := map[string]report.Document{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc report.Document
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		docs[strings.TrimSuffix(filepath.Base(name), ".json")] = doc
	}
	return docs
}
