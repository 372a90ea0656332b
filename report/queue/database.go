package queue

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/sosbond/sosbond/report/store"
)

// versions is the table of goose that says which version the queue's own tables have.
const versions = "sosbond_queue_schema"

// The keys of advisory locks of the server. Nobody else's begin with these letters: "sosb".
const (
	migrationLock = 0x736f736200000001
	fillLock      = 0x736f736200000002
)

// connections is the most that a process opens for the queue; River listens on one.
const connections = 6

//go:embed migrations
var migrations embed.FS

// database is the server with the queue.
type database struct {
	*pgxpool.Pool
	name string // without the password
	host string // this machine
}

// open connects and brings the tables up to date.
func open(ctx context.Context, dsn string) (*database, error) {
	if !store.IsPostgres(dsn) {
		return nil, errors.New("several machines can share a database of PostgreSQL only: --db postgres://USER@HOST/DATABASE")
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil { // whose text may hold pieces of the password
		return nil, errors.New("the address of the database is not right: it has the form postgres://USER:PASSWORD@HOST:PORT/DATABASE, " +
			"with % and two hexadecimal digits for each special character of the password")
	}
	c := config.ConnConfig
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "sosbond"
	}
	config.MaxConns = connections
	d := &database{name: fmt.Sprintf("database %s on %s", c.Database, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))))}
	d.host, _ = os.Hostname() // "" where it has none
	if d.Pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, d.explain(err)
	}
	if err := d.Ping(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("%s cannot be reached: %w", d.name, err)
	}
	if err := d.migrate(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("the queue in %s cannot be set up: %w", d.name, err)
	}
	return d, nil
}

// closeSoon ends the connections. It does not wait for one that is stuck: the server's machine may have gone without a word.
func (d *database) closeSoon() {
	closed := make(chan struct{})
	go func() {
		d.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(time.Second):
	}
}

// explain says which database an error is of.
func (d *database) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", d.name, err)
}

// migrate makes or changes the tables of River and our own, one process after the other. Should the process die, the lock ends with its connection.
func (d *database) migrate(ctx context.Context) error {
	return d.locked(ctx, migrationLock, func(pgx.Tx) error {
		river, err := rivermigrate.New(riverpgxv5.New(d.Pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return err
		}
		files, err := fs.Sub(migrations, "migrations")
		if err != nil {
			return err
		}
		db := stdlib.OpenDBFromPool(d.Pool)
		defer func() { _ = db.Close() }() // of the pool's connections it closes none
		own, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithTableName(versions), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
		if err != nil {
			return err
		}
		_, err = own.Up(ctx)
		return err
	})
}

// locked calls f in a transaction while no other process does so with the same key.
func (d *database) locked(ctx context.Context, key int64, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, d.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", key); err != nil {
			return err
		}
		return f(tx)
	})
}
