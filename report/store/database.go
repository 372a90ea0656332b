package store

import (
	"context"
	"database/sql"
)

// database is a Store in terms of what SQLite and PostgreSQL have in common.
type database struct {
	backend
}

// backend is what differs between the databases. Statements are written with ? for their arguments.
type backend interface {
	reader
	// snapshot calls f with a transaction that sees one state of the database, to read from.
	snapshot(ctx context.Context, f func(reader) error) error
	// replace runs first, which returns a number, then what makes of it, all in one transaction. It may be tried again, so running it twice must
	// come to the same.
	replace(ctx context.Context, first statement, then func(id int64) ([]statement, error)) error
	// one runs a statement that returns a number.
	one(ctx context.Context, s statement) (int64, error)
	// exec runs a statement and returns how many rows it concerned.
	exec(ctx context.Context, s statement) (int64, error)
	// Close ends all connections.
	Close() error
}

// reader is a database, or a transaction, to read from.
type reader interface {
	query(ctx context.Context, s statement) (*sql.Rows, error)
}

// statement is one statement with its arguments.
type statement struct {
	text string
	args []any
}

func newStatement(text string, args ...any) statement { return statement{text: text, args: args} }

// each calls f for each row of a query.
func each(ctx context.Context, r reader, s statement, f func(scan func(...any) error) error) error {
	rows, err := r.query(ctx, s)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
