package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Open opens the database that dsn names, makes it where it is not there yet, and brings its schema up to date: postgres:// and postgresql:// stand
// for a PostgreSQL server, anything else is the path of an SQLite file.
func Open(ctx context.Context, dsn string) (Store, error) {
	return open(ctx, dsn, false)
}

// OpenExisting opens a database to read from it. It makes and changes nothing, so that it also works where the user may not write.
func OpenExisting(ctx context.Context, dsn string) (Store, error) {
	return open(ctx, dsn, true)
}

func open(ctx context.Context, dsn string, reading bool) (Store, error) {
	var b backend
	var err error
	switch {
	case dsn == "":
		return nil, errors.New("no database is named: give the path of a file, or postgres://HOST/NAME")
	case IsPostgres(dsn):
		b, err = openPostgres(ctx, dsn, reading)
	case strings.Contains(dsn, "://"):
		scheme, _, _ := strings.Cut(dsn, "://")
		return nil, fmt.Errorf("a database %s:// is not known: give the path of a file, or postgres://HOST/NAME", scheme)
	default:
		b, err = openSQLite(ctx, dsn, reading)
	}
	if err != nil {
		return nil, err
	}
	return &database{backend: b}, nil
}

// IsPostgres reports whether the database is on a PostgreSQL server, which several machines can share.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Files lists the files that SQLite keeps at that path, none for PostgreSQL. A program that has the database open must not open and close them by
// other means: on POSIX systems that drops SQLite's locks.
func Files(dsn string) []string {
	if dsn == "" || IsPostgres(dsn) {
		return nil
	}
	return []string{dsn, dsn + "-wal", dsn + "-shm", dsn + "-journal"}
}
