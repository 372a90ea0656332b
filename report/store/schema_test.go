package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
)

const (
	columnsSQLite = `SELECT m.name || '.' || c.name || ' ' || CASE WHEN c.name IN ('whole', 'dir', 'complete', 'active', 'running') THEN 'boolean'
	WHEN c.type = 'INTEGER' THEN 'bigint' WHEN c.type = 'BLOB' THEN 'bytea' ELSE lower(c.type) END || CASE WHEN c."notnull" OR c.pk THEN '' ELSE ' null' END AS c
FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sosbond%' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid`
	columnsPostgres = `SELECT table_name || '.' || column_name || ' ' || data_type || CASE WHEN is_nullable = 'YES' THEN ' null' ELSE '' END AS c
FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'sosbond%' ORDER BY table_name COLLATE "C", ordinal_position`
	indicesSQLite = `SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%' ORDER BY name`
	indices       = `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%key' ORDER BY indexname COLLATE "C"`
	cascades      = `SELECT count(*) FROM information_schema.referential_constraints WHERE delete_rule = 'CASCADE'`
	cascadeSQLite = `SELECT count(*) FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE f.on_delete = 'CASCADE'`
)

func TestSchemaIsTheSame(t *testing.T) {
	file, server := filepath.Join(t.TempDir(), "reports.db"), storetest.Postgres(t)
	open(t, file)
	open(t, server)
	sqlite, postgres := raw(t, file), raw(t, server)
	for _, c := range [][2]string{{columnsSQLite, columnsPostgres}, {indicesSQLite, indices}} {
		a, b := lines(t, sqlite, c[0]), lines(t, postgres, c[1])
		if d := cmp.Diff(a, b); d != "" || len(a) < 5 {
			t.Error(d, len(a))
		}
	}
	if a, b := count(t, sqlite, cascadeSQLite), count(t, postgres, cascades); a != b || a != 9 {
		t.Errorf("%d and %d foreign keys", a, b)
	}
}

// Every table and column is explained.
func TestSchemaIsDocumented(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reports.db")
	open(t, file)
	text := store.Schema()
	for _, table := range lines(t, raw(t, file), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sosbond%' AND name NOT LIKE 'sqlite%'")[1:] {
		if !strings.Contains(text, "\n-- "+table+": ") || !strings.Contains(text, "CREATE TABLE "+table+" (") {
			t.Errorf("%s is not explained", table)
		}
	}
}

func TestNewerSchema(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		open(t, dsn)
		db := raw(t, dsn)
		if _, err := db.ExecContext(t.Context(), "INSERT INTO sosbond_schema (version_id, is_applied) VALUES (99, true)"); err != nil {
			t.Fatal(err)
		}
		for _, f := range openers {
			if _, err := f(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "newer sosbond (schema 99, this one knows 1)") {
				t.Errorf("got %v", err)
			}
		}
		if _, err := db.ExecContext(t.Context(), "DELETE FROM sosbond_schema WHERE version_id > 0"); err != nil {
			t.Fatal(err)
		}
		if _, err := store.OpenExisting(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "older sosbond (schema 0, this one needs 1)") {
			t.Errorf("got %v", err)
		}
	})
}

// TestQuestions asks the questions of the README of a small set of reports.
func TestQuestions(t *testing.T) {
	text, err := os.ReadFile("testdata/questions.sql")
	if err != nil {
		t.Fatal(err)
	}
	questions := regexp.MustCompile(`(?m);\n`).Split(strings.TrimSpace(string(text))+"\n", -1)
	questions = slices.DeleteFunc(questions, func(q string) bool { return strings.TrimSpace(q) == "" })
	if len(questions) != 10 {
		t.Fatalf("%d questions", len(questions))
	}
	onBoth(t, func(t *testing.T, dsn string) {
		save(t, open(t, dsn), small()...)
		db := raw(t, dsn)
		var b strings.Builder
		for _, q := range questions {
			comment, _, ok := strings.Cut(strings.TrimSpace(q), "\n")
			answer := lines(t, db, q)
			if !ok || !strings.HasPrefix(comment, "-- ") || len(answer) < 2 {
				t.Errorf("no question, or no answer:\n%s", q)
			}
			fmt.Fprintf(&b, "%s\n%s\n\n", strings.TrimPrefix(comment, "-- "), strings.Join(answer, "\n"))
		}
		goldie.New(t, goldie.WithNameSuffix(".txt")).Assert(t, "answers", []byte(b.String()))
	})
}

// small is what the questions are asked of.
func small() []entry.Entry {
	alb := host("hv01", "balance-alb", "not-working", "web01", "db01", "web02")
	alb.Findings = []report.Finding{finding("SB103", "critical", ""), finding("SB111", "warning", "SB103"), finding("SB113", "info", "")}
	tlb := host("hv02", "balance-tlb", "not-working", "mail01")
	tlb.OS, tlb.Findings = "Red Hat Enterprise Linux 8.10", []report.Finding{finding("SB104", "critical", ""), finding("SB121", "warning", "")}
	slow := host("hv03", "802.3ad", "recommended", "ci01")
	slow.Bonds[0].LACP = &report.LACP{PartnerMAC: "00:1c:73:00:00:01", Ports: 2, Rate: "fast"}
	slow.Bonds[0].Slaves[1].SpeedMbps, slow.Bonds[0].Slaves[1].LinkFailures = 1000, 14
	lacp := host("hv04", "802.3ad", "recommended", "ci02")
	lacp.Bonds[0].LACP = &report.LACP{PartnerMAC: "00:1c:73:00:00:01", Ports: 2}
	lacp.Bonds[0].Slaves[0].LinkFailures = 3
	silent := host("hv05", "802.3ad", "partial", "ci03")
	silent.Bonds[0].LACP = &report.LACP{PartnerMAC: "00:00:00:00:00:00", Ports: 1}
	silent.Findings = []report.Finding{finding("SB121", "warning", "")}
	before, after := host("hv06", "balance-alb", "not-working", "old01"), host("hv06", "active-backup", "partial", "old01")
	before.Collected, after.Collected = "2026-10-01T08:00:00Z", "2026-11-01T08:00:00Z"
	before.Findings = []report.Finding{finding("SB103", "critical", "")}
	blind := host("hv07", "", "unknown")
	blind.Bonds, blind.Coverage = nil, []report.Coverage{
		{Datum: "bonding", Status: "not-collected", Ask: "cat /proc/net/bonding/*"}, {Datum: "ip link", Status: "failed", Ask: "ip -d link"}, {Datum: "brctl", Status: "empty"},
	}
	half := analyzed("/archive/4711/sosreport-hv07.tar.xz", blind)
	half.Status, half.Errors, half.Kinds = entry.Partial, []string{"the archive ends early: unexpected EOF"}, []string{"damaged"}
	return []entry.Entry{
		analyzed("/archive/4711/sosreport-hv01.tar.xz", alb), analyzed("/archive/4711/sosreport-hv02.tar.xz", tlb),
		analyzed("/archive/4712/sos-collector.tar", slow, lacp, silent), analyzed("/archive/4713/hv06-before.tar.xz", before),
		analyzed("/archive/4713/hv06-after.tar.xz", after), half,
		failed("/archive/4714/photo.jpg", "not-a-report", "neither a sosreport nor a must-gather"),
		failed("/archive/4715/sosreport.tar.xz.gpg", "encrypted", "encrypted with GnuPG: decrypt it first, gpg --decrypt"),
	}
}
