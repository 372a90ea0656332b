package store_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
	"github.com/sosbond/sosbond/report/summary"
)

var openers = []func(context.Context, string) (store.Store, error){store.Open, store.OpenExisting}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	if _, err := raw(t, foreign).ExecContext(t.Context(), "CREATE TABLE moz_places (id INTEGER PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	report := file("a.tar.xz", "\xfd7zXZ"+strings.Repeat("not a database ", 500))
	for _, c := range []struct{ name, dsn, want string }{
		{"none", "", "no database is named"},
		{"other server", "mysql://host/db", "a database mysql:// is not known"},
		{"directory", dir, "is a directory: name a file in it"},
		{"no folder", filepath.Join(dir, "no", "reports.db"), "the folder " + filepath.Join(dir, "no") + " of the database is not there"},
		{"below a file", filepath.Join(report, "reports.db"), "not a directory"},
		{"device", os.DevNull, "is no regular file"},
		{"not a database", report, "it is no SQLite database: name another file"},
		{"another program's", foreign, "is a database of another program"},
		{"bad address", "postgres://user:secret@host:port/db", "the address of the database is not right"},
		{"nobody there", "postgres://user:secret@127.0.0.1:1/db?connect_timeout=2", "database db on 127.0.0.1:1 cannot be reached"},
	} {
		before, _ := os.ReadFile(c.dsn)
		_, err := store.Open(t.Context(), c.dsn)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", c.name, err)
		}
		if after, _ := os.ReadFile(c.dsn); !slices.Equal(before, after) {
			t.Errorf("%s: the file was changed", c.name)
		}
	}
	missing := filepath.Join(dir, "missing.db")
	if _, err := store.OpenExisting(t.Context(), missing); err == nil || !strings.Contains(err.Error(), "there is no database "+missing) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a database was made to read from")
	}
	if _, err := store.OpenExisting(t.Context(), file("empty.db", "")); err == nil || !strings.Contains(err.Error(), "has no reports of sosbond") {
		t.Errorf("got %v", err)
	}
}

func TestFileNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a b?c=d&_pragma=x.db", "100%25.db", "#é;'\".db", "file:x", "\xff.db"} {
		path := filepath.Join(dir, name)
		save(t, open(t, path), failed("/in/a.tar", "empty", "it is empty"))
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestFiles(t *testing.T) {
	if got := store.Files("a.db"); !slices.Equal(got, []string{"a.db", "a.db-wal", "a.db-shm", "a.db-journal"}) {
		t.Error(got)
	}
	if got := store.Files("postgres://host/db"); got != nil {
		t.Error(got)
	}
	// What is there while a database is open is among them.
	path := filepath.Join(t.TempDir(), "reports.db")
	save(t, open(t, path), failed("/in/a.tar", "empty", "it is empty"))
	there, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(there) < 2 {
		t.Fatal(there, err)
	}
	for _, f := range there {
		if !slices.Contains(store.Files(path), f) {
			t.Errorf("%s is not known", f)
		}
	}
}

func TestOpenExisting(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		if _, err := store.OpenExisting(t.Context(), dsn); err == nil {
			t.Fatal("an empty database was opened to read")
		}
		writer := open(t, dsn)
		save(t, writer, analyzed("/in/a.tar", host("a", "802.3ad", "recommended")))
		s, err := store.OpenExisting(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // it only reads
		save(t, writer, analyzed("/in/b.tar", host("b", "802.3ad", "recommended")))
		if names, _ := documents(t, s, store.Selection{}); len(names) != 2 {
			t.Error(names)
		}
		if err := s.Save(t.Context(), failed("/in/c.tar", "empty", "it is empty")); err == nil || !strings.Contains(err.Error(), "opened to be read only") {
			t.Errorf("got %v", err)
		}
	})
}

func TestPostgresEncoding(t *testing.T) {
	dsn := storetest.Postgres(t)
	db := raw(t, dsn)
	name := strings.TrimPrefix(must(url.Parse(dsn)).Path, "/") + "_latin1"
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name+" ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u := must(url.Parse(dsn))
	u.Path = "/" + name
	if _, err := store.Open(t.Context(), u.String()); err == nil || !strings.Contains(err.Error(), "has the encoding LATIN1") {
		t.Errorf("got %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The server ends all connections, as when it is started anew: nothing is to be seen of it but a delay.
func TestPostgresLosesConnections(t *testing.T) {
	dsn := storetest.Postgres(t)
	s := open(t, dsn)
	db := raw(t, dsn)
	for i := range 5 {
		save(t, s, analyzed(fmt.Sprintf("/in/%d.tar", i), host("a", "802.3ad", "recommended")))
		if n := count(t, db, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sosbond'"); n == 0 {
			t.Fatal("there was no connection to end")
		}
		if n, err := s.Begin(t.Context(), input(fmt.Sprintf("/in/b%d.tar", i))); err != nil || n != 0 {
			t.Errorf("%d crashes: %v", n, err)
		}
	}
	to := summary.New(report.Tool{}, summary.Filter{})
	if err := s.Fill(t.Context(), nil, to); err != nil || to.Summary().Hosts != 5 {
		t.Errorf("%d hosts: %v", to.Summary().Hosts, err)
	}
}

// Beside the tables of another program, such as a job queue, nothing is in the way.
func TestPostgresBesideOthers(t *testing.T) {
	dsn := storetest.Postgres(t)
	db := raw(t, dsn)
	for _, s := range []string{"CREATE TABLE river_job (id bigint)", "CREATE TABLE goose_db_version (id bigint)", "INSERT INTO goose_db_version VALUES (7)"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	save(t, open(t, dsn), entry.Entry{Input: input("/in/a.tar"), Status: entry.Crashed, Errors: []string{"it ended the program"}})
	if n := count(t, db, "SELECT count(*) FROM archive, goose_db_version"); n != 1 {
		t.Errorf("%d rows", n)
	}
}
