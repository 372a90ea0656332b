package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// postgresServer is a database of a PostgreSQL server. It is read through database/sql as SQLite is, and written through pgx, which sends all
// statements of a report at once.
type postgresServer struct {
	name    string // without a password
	reading bool
	pool    *pgxpool.Pool
	db      *sql.DB // the same connections
	texts   sync.Map
}

func openPostgres(ctx context.Context, dsn string, reading bool) (backend, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the address of the database is not right: %w", err) // pgx leaves out the password
	}
	c := config.ConnConfig
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "sosbond"
	}
	p := &postgresServer{name: fmt.Sprintf("database %s on %s", c.Database, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))), reading: reading}
	if p.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	p.db = stdlib.OpenDBFromPool(p.pool)
	if err := p.check(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// check tells what would go wrong later, and brings the schema up to date.
func (p *postgresServer) check(ctx context.Context) error {
	var encoding string
	if err := p.pool.QueryRow(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return fmt.Errorf("%s cannot be reached: %w", p.name, err)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("%s has the encoding %s, which cannot hold every report: make one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0", p.name, encoding)
	}
	if p.reading {
		return checkVersion(ctx, p.db, p.name)
	}
	return migrate(ctx, p.db, goose.DialectPostgres, p.name)
}

// dollars numbers the arguments of a statement as PostgreSQL wants it: $1, $2.
func (p *postgresServer) dollars(text string) string {
	if done, ok := p.texts.Load(text); ok {
		return done.(string)
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	p.texts.Store(text, b.String())
	return b.String()
}

// atOnce is how many statements are sent before their results are read.
const atOnce = 2000

func (p *postgresServer) replace(ctx context.Context, first statement, then func(id int64) ([]statement, error)) error {
	return p.again(ctx, isPassing, func() error {
		return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
			var id int64
			if err := tx.QueryRow(ctx, p.dollars(first.text), first.args...).Scan(&id); err != nil {
				return err
			}
			list, err := then(id)
			if err != nil {
				return err
			}
			for len(list) > 0 {
				n := min(len(list), atOnce)
				var batch pgx.Batch
				for _, one := range list[:n] {
					batch.Queue(p.dollars(one.text), one.args...)
				}
				if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
					return err
				}
				list = list[n:]
			}
			return nil
		})
	})
}

func (p *postgresServer) one(ctx context.Context, one statement) (n int64, err error) {
	err = p.again(ctx, isUndone, func() error { return p.pool.QueryRow(ctx, p.dollars(one.text), one.args...).Scan(&n) })
	return n, err
}

func (p *postgresServer) exec(ctx context.Context, one statement) (n int64, err error) {
	err = p.again(ctx, isPassing, func() error {
		tag, err := p.pool.Exec(ctx, p.dollars(one.text), one.args...)
		n = tag.RowsAffected()
		return err
	})
	return n, err
}

// again tries for half a minute while the server is away or has asked to try again: it may have been started anew.
func (p *postgresServer) again(ctx context.Context, passing func(error) bool, f func() error) error {
	if p.reading {
		return fmt.Errorf("%s was opened to be read only", p.name)
	}
	for wait := 250 * time.Millisecond; ; wait *= 2 {
		err := f()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !passing(err) || wait > 20*time.Second {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// isPassing reports whether what failed may succeed later, done or not.
func isPassing(err error) bool {
	var network net.Error
	return isUndone(err) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// isUndone reports whether what failed may succeed later, and surely was not done.
func isUndone(err error) bool {
	var connect *pgconn.ConnectError
	var server *pgconn.PgError
	switch {
	case pgconn.SafeToRetry(err):
		return true
	case errors.As(err, &server):
		switch server.Code {
		case "40001", "40P01", // serialization, deadlock
			"53300",                   // too many connections
			"57P01", "57P02", "57P03": // shut down, crashed, starting
			return true
		}
		return strings.HasPrefix(server.Code, "08") // connection
	}
	return errors.As(err, &connect)
}

func (p *postgresServer) query(ctx context.Context, one statement) (*sql.Rows, error) {
	r, err := p.db.QueryContext(ctx, p.dollars(one.text), one.args...)
	return r, p.explain(err)
}

func (p *postgresServer) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, err)
}

func (p *postgresServer) snapshot(ctx context.Context, f func(reader) error) error {
	tx, err := p.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return p.explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(postgresSnapshot{p, tx})
}

type postgresSnapshot struct {
	*postgresServer
	tx *sql.Tx
}

func (t postgresSnapshot) query(ctx context.Context, one statement) (*sql.Rows, error) {
	r, err := t.tx.QueryContext(ctx, t.dollars(one.text), one.args...)
	return r, t.explain(err)
}

func (p *postgresServer) Close() error {
	err := p.db.Close()
	p.pool.Close()
	return err
}
