package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// versions is the table of goose that says which version a database's schema has. Its own default name may be in use by another program.
const versions = "sosbond_schema"

// migrationLock is the key of the advisory lock that PostgreSQL holds while the schema is brought up to date: "sosbond".
const migrationLock = 0x736f73626f6e64

//go:embed migrations
var migrations embed.FS

var folders = map[goose.Dialect]string{goose.DialectSQLite3: "migrations/sqlite", goose.DialectPostgres: "migrations/postgres"}

// Schema is the schema in SQL as PostgreSQL has it, with a comment for each table and column; SQLite's differs in the names of types only.
func Schema() string {
	names, err := fs.Glob(migrations, folders[goose.DialectPostgres]+"/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	all := ""
	for _, name := range names { // sorted
		text, err := migrations.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		all += strings.TrimPrefix(string(text), "-- +goose Up\n\n")
	}
	return all
}

// migrate brings the schema up to date. name is the database's, for errors.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, name string) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("the schema of %s cannot be read: %w", name, err)
	}
	if current > target {
		return newer(name, current, target)
	}
	if _, upErr := provider.Up(ctx); upErr != nil {
		// Another program may have done the same step meanwhile; its mark undid ours.
		if current, _, err := provider.GetVersions(ctx); err == nil && current == target {
			return nil
		}
		return fmt.Errorf("the schema of %s cannot be brought up to date: %w", name, upErr)
	}
	return nil
}

func newProvider(db *sql.DB, dialect goose.Dialect) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, folders[dialect])
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithTableName(versions), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if dialect == goose.DialectPostgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock), lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, db, files, options...)
}

func newer(name string, current, target int64) error {
	return fmt.Errorf("%s was written by a newer sosbond (schema %d, this one knows %d): use that sosbond", name, current, target)
}

// checkVersion is for a database that is only read.
func checkVersion(ctx context.Context, db *sql.DB, name string) error {
	entries, err := fs.Glob(migrations, folders[goose.DialectSQLite3]+"/*.sql")
	if err != nil {
		return err
	}
	var current sql.NullInt64
	target := int64(len(entries)) // numbered from 1
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versions).Scan(&current); err != nil {
		if isMissing(err) {
			return fmt.Errorf("%s has no reports of sosbond: a scan with it makes them", name)
		}
		return err
	}
	switch {
	case current.Int64 > target:
		return newer(name, current.Int64, target)
	case current.Int64 < target:
		return fmt.Errorf("%s was written by an older sosbond (schema %d, this one needs %d): a scan with this one brings it up to date", name, current.Int64, target)
	}
	return nil
}

// isMissing reports whether a query failed because its table is not there.
func isMissing(err error) bool {
	var pg interface{ SQLState() string }
	return errors.As(err, &pg) && pg.SQLState() == "42P01" || errorCode(err) == 1 // SQLITE_ERROR
}
