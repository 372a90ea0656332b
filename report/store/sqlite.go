package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	sqlitedriver "modernc.org/sqlite"
	sqlitecode "modernc.org/sqlite/lib"
)

// patience is how long another program may keep the database from being written.
const patience = 30 * time.Second

// applicationID stands in the header of sosbond's databases: "sosb".
const applicationID = 0x736f7362

// Settings of a connection. In WAL mode synchronous=NORMAL leaves out the fsync of each commit: what was committed is in the operating system's hands,
// where a program that is killed loses nothing; when the machine itself dies the last commits may be missing, whole, and are analyzed again.
// The log is merged into the file, which does take an fsync, each 16 MB.
const settings = "&_foreign_keys=1&_synchronous=NORMAL&_txlock=immediate&_dqs=0&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-8000)"

// sqliteFile is an SQLite database. One connection writes, since SQLite has one writer at a time; others read at the same time.
type sqliteFile struct {
	path     string
	read     *sql.DB
	prepared sync.Map // text of a query to *sql.Stmt of read

	write  *sql.DB
	turn   chan struct{} // holds one element while nobody writes
	conn   *sql.Conn     // of write
	writes map[string]*sql.Stmt
}

func openSQLite(ctx context.Context, path string, reading bool) (backend, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkPlace(path, reading); err != nil {
		return nil, err
	}
	// Without this, a file of the database that some other code of this program opens and closes would lose its locks. Linux only.
	_, _ = sqlitedriver.OFDLocking(true)
	s := &sqliteFile{path: path, turn: make(chan struct{}, 1), writes: map[string]*sql.Stmt{}}
	s.turn <- struct{}{}
	if reading {
		err = s.openToRead(ctx)
	} else {
		err = s.openToWrite(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.explain(err), s.Close())
	}
	return s, nil
}

// checkPlace finds what SQLite would report as "unable to open database file".
func checkPlace(path string, reading bool) error {
	if name := networkFileSystem(filepath.Dir(path)); name != "" && !reading {
		return fmt.Errorf("%s is on a network file system (%s), where SQLite's log does not work between machines: keep the database on a local disk, "+
			"or use PostgreSQL", path, name)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a directory: name a file in it for the database", path)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file: name another one for the database", path)
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the database cannot be opened: %w", err)
	case reading:
		return fmt.Errorf("there is no database %s: a scan with it makes it", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("the folder %s of the database is not there: make it, or name another place", filepath.Dir(path))
	}
	return nil
}

// address is the file as the driver wants it, whatever characters its name has.
func (s *sqliteFile) address(options string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(s.path)}
	return "file:" + u.EscapedPath() + "?_busy_timeout=1000" + options
}

func (s *sqliteFile) openToRead(ctx context.Context) (err error) {
	options := "&mode=ro&_dqs=0"
	if s.read, err = sql.Open("sqlite", s.address(options)); err != nil {
		return err
	}
	err = s.checkIdentity(ctx, s.read)
	if code := errorCode(err); code == sqlitecode.SQLITE_CANTOPEN || code == sqlitecode.SQLITE_READONLY {
		// Where nothing can be written, SQLite cannot make the files that it shares with a writer. Without a log there is none.
		if log, statErr := os.Stat(s.path + "-wal"); statErr != nil || log.Size() == 0 {
			if err := s.read.Close(); err != nil {
				return err
			}
			if s.read, err = sql.Open("sqlite", s.address(options+"&immutable=1")); err != nil {
				return err
			}
			err = s.checkIdentity(ctx, s.read)
		}
	}
	if err != nil {
		return err
	}
	return checkVersion(ctx, s.read, s.path)
}

func (s *sqliteFile) openToWrite(ctx context.Context) (err error) {
	if s.write, err = sql.Open("sqlite", s.address(settings)); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := s.checkIdentity(ctx, s.write); err != nil {
		return err
	}
	for _, pragma := range []string{fmt.Sprintf("PRAGMA application_id = %d", applicationID), "PRAGMA journal_mode = WAL"} {
		if err := s.whileBusy(ctx, func() error { _, err := s.write.ExecContext(ctx, pragma); return err }); err != nil {
			return err
		}
	}
	if err := s.whileBusy(ctx, func() error { return migrate(ctx, s.write, goose.DialectSQLite3, s.path) }); err != nil {
		return err
	}
	if s.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	s.read, err = sql.Open("sqlite", s.address(settings+"&_query_only=1"))
	return err
}

// checkIdentity refuses a database of another program, before anything is written to it.
func (s *sqliteFile) checkIdentity(ctx context.Context, db *sql.DB) error {
	var id, tables int64
	err := s.whileBusy(ctx, func() error {
		return db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_master)").Scan(&id, &tables)
	})
	if err != nil {
		return err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return fmt.Errorf("%s is a database of another program: name another file", s.path)
	}
	return nil
}

// whileBusy tries again while another program has the database.
func (s *sqliteFile) whileBusy(ctx context.Context, f func() error) error {
	for end := time.Now().Add(patience); ; {
		err := f()
		if errorCode(err) != sqlitecode.SQLITE_BUSY || time.Now().After(end) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// errorCode is the primary result code of SQLite, 0 for none.
func errorCode(err error) int {
	var e *sqlitedriver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// explain says what to do about an error of SQLite.
func (s *sqliteFile) explain(err error) error {
	var e *sqlitedriver.Error
	if !errors.As(err, &e) {
		return err
	}
	why := ""
	switch e.Code() & 0xff {
	case sqlitecode.SQLITE_FULL:
		why = "the disk is full: make room and run again, what was saved is kept"
	case sqlitecode.SQLITE_READONLY, sqlitecode.SQLITE_PERM:
		why = "it may not be written: check the rights to the file and its folder"
	case sqlitecode.SQLITE_CANTOPEN:
		why = "it cannot be opened: check the rights to the file and its folder, where SQLite keeps a log beside it"
	case sqlitecode.SQLITE_NOTADB:
		why = "it is no SQLite database: name another file"
	case sqlitecode.SQLITE_CORRUPT:
		why = "it is damaged: restore it from a copy, or move it away and scan again"
	case sqlitecode.SQLITE_BUSY:
		why = fmt.Sprintf("another program has kept it from being written for %v: end that one, or wait", patience)
	case sqlitecode.SQLITE_PROTOCOL:
		why = onNetwork
	case sqlitecode.SQLITE_IOERR:
		why = "the disk reports an error"
		switch e.Code() {
		case sqlitecode.SQLITE_IOERR_LOCK, sqlitecode.SQLITE_IOERR_RDLOCK, sqlitecode.SQLITE_IOERR_SHMOPEN, sqlitecode.SQLITE_IOERR_SHMLOCK,
			sqlitecode.SQLITE_IOERR_SHMMAP, sqlitecode.SQLITE_IOERR_SHMSIZE:
			why = onNetwork
		}
	}
	if why == "" {
		return fmt.Errorf("database %s: %w", s.path, err)
	}
	return fmt.Errorf("database %s: %s (%w)", s.path, why, err)
}

const onNetwork = "its locks do not work, as on some network file systems: keep it on a local disk, or use PostgreSQL"

func (s *sqliteFile) replace(ctx context.Context, first statement, then func(id int64) ([]statement, error)) error {
	return s.transaction(ctx, func(ctx context.Context) error {
		id, err := s.number(ctx, first)
		if err != nil {
			return err
		}
		list, err := then(id)
		if err != nil {
			return err
		}
		for _, one := range list {
			if _, err := s.run(ctx, one); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *sqliteFile) one(ctx context.Context, one statement) (n int64, err error) {
	err = s.transaction(ctx, func(ctx context.Context) (err error) { n, err = s.number(ctx, one); return err })
	return n, err
}

func (s *sqliteFile) exec(ctx context.Context, one statement) (n int64, err error) {
	err = s.transaction(ctx, func(ctx context.Context) (err error) { n, err = s.run(ctx, one); return err })
	return n, err
}

// transaction writes. Once it has its turn it is not interrupted: it takes less than a millisecond.
func (s *sqliteFile) transaction(ctx context.Context, f func(context.Context) error) (err error) {
	if s.conn == nil {
		return fmt.Errorf("database %s was opened to be read only", s.path)
	}
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	whole := context.WithoutCancel(ctx) // which also saves a goroutine for each statement
	if err := s.whileBusy(ctx, func() error { _, err := s.run(whole, begins); return err }); err != nil {
		return s.explain(err)
	}
	if err = f(whole); err == nil {
		_, err = s.run(whole, commits)
	}
	if err != nil {
		_, _ = s.run(whole, rollsBack) // after a full disk SQLite has done so itself
	}
	return s.explain(err)
}

var begins, commits, rollsBack = newStatement("BEGIN IMMEDIATE"), newStatement("COMMIT"), newStatement("ROLLBACK")

// writing prepares a statement once.
func (s *sqliteFile) writing(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := s.writes[text]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, text)
	if err == nil {
		s.writes[text] = st
	}
	return st, err
}

func (s *sqliteFile) run(ctx context.Context, one statement) (int64, error) {
	st, err := s.writing(ctx, one.text)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(ctx, one.args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (s *sqliteFile) number(ctx context.Context, one statement) (n int64, err error) {
	st, err := s.writing(ctx, one.text)
	if err != nil {
		return 0, err
	}
	err = st.QueryRowContext(ctx, one.args...).Scan(&n)
	return n, err
}

func (s *sqliteFile) query(ctx context.Context, one statement) (*sql.Rows, error) {
	st, err := s.reading(ctx, one.text)
	if err != nil {
		return nil, s.explain(err)
	}
	r, err := st.QueryContext(ctx, one.args...)
	return r, s.explain(err)
}

// reading prepares a query once; database/sql does so for each connection.
func (s *sqliteFile) reading(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := s.prepared.Load(text); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := s.read.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if old, loaded := s.prepared.LoadOrStore(text, st); loaded {
		return old.(*sql.Stmt), st.Close()
	}
	return st, nil
}

func (s *sqliteFile) snapshot(ctx context.Context, f func(reader) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(sqliteSnapshot{s, tx, map[string]*sql.Stmt{}})
}

// sqliteSnapshot is for one goroutine. What it prepares is closed with its transaction.
type sqliteSnapshot struct {
	*sqliteFile
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

func (t sqliteSnapshot) query(ctx context.Context, one statement) (*sql.Rows, error) {
	st := t.prepared[one.text]
	if st == nil {
		var err error
		if st, err = t.tx.PrepareContext(ctx, one.text); err != nil {
			return nil, t.explain(err)
		}
		t.prepared[one.text] = st
	}
	r, err := st.QueryContext(ctx, one.args...)
	return r, t.explain(err)
}

// Close merges the log into the file when no other program has it open. SQLite does so only when all statements are closed.
func (s *sqliteFile) Close() error {
	var errs []error
	s.prepared.Range(func(_, st any) bool {
		errs = append(errs, st.(*sql.Stmt).Close())
		return true
	})
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	for _, st := range s.writes {
		errs = append(errs, st.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}
