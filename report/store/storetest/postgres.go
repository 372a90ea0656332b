// Package storetest gives tests a PostgreSQL server.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the address of a fresh, empty database, which is dropped at the end of the test. The server is the one that SOSBOND_TEST_POSTGRES
// names, else one that is started from the programs of PostgreSQL found here, once for all tests of the process. Where there are none the test is
// skipped; with SOSBOND_NEED_POSTGRES=1 it fails.
func Postgres(t testing.TB) string {
	t.Helper()
	admin, err := server()
	if err != nil {
		if os.Getenv("SOSBOND_NEED_POSTGRES") == "1" {
			t.Fatalf("no PostgreSQL to test with, and SOSBOND_NEED_POSTGRES=1 asks for one: %v", err)
		}
		t.Skipf("no PostgreSQL to test with: %v", err)
	}
	name := "sosbond_test_" + strings.ToLower(rand.Text()[:12])
	run(t, admin, "CREATE DATABASE "+name+" ENCODING 'UTF8' TEMPLATE template0")
	t.Cleanup(func() { run(t, admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// run executes a statement on the server.
func run(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatalf("connecting to PostgreSQL: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // its use is over
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// server is the address of a server's administrator.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("SOSBOND_TEST_POSTGRES"); dsn != "" {
		return dsn, nil
	}
	programs, err := findPrograms()
	if err != nil {
		return "", err
	}
	return start(programs)
})

// findPrograms returns the folder of initdb and postgres.
func findPrograms() (string, error) {
	var folders []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	packaged, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // Debian; sorted
	slices.Reverse(packaged)
	folders = append(append(folders, packaged...), "/usr/pgsql-18/bin", "/usr/pgsql-17/bin", "/usr/pgsql-16/bin")
	for _, f := range folders {
		if isProgram(filepath.Join(f, "initdb")) && isProgram(filepath.Join(f, "postgres")) {
			return f, nil
		}
	}
	return "", errors.New("initdb and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin, and SOSBOND_TEST_POSTGRES names no server")
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// keeper makes a database cluster, runs its server, and ends it and removes the folder when its standard input is closed: that happens however the
// test process ends.
const keeper = `
cd "$2" || exit 1
"$1/initdb" -D data -U sosbond -A trust -E UTF8 --locale=C --no-sync >initdb.log 2>&1 || { cat initdb.log; cd /; rm -rf "$2"; exit 1; }
"$1/postgres" -D data -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=16MB >server.log 2>&1 </dev/null &
server=$!
trap '' HUP INT TERM
i=0
while ! [ -S .s.PGSQL.5432 ] && kill -0 $server 2>/dev/null && [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done
if [ -S .s.PGSQL.5432 ]; then echo ready; else cat server.log; fi
exec >/dev/null
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
cd /
rm -rf "$2"
`

// start runs a server of its own, which ends with this process.
func start(programs string) (string, error) {
	dir, err := os.MkdirTemp("/tmp", "sosbond-pg-") // a socket's path may have about 100 bytes only
	if err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "sh", programs, dir)
	if err := asUser(cmd, dir); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	stdin, err := cmd.StdinPipe() // never closed by us
	if err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	said, err := io.ReadAll(stdout)
	if err != nil {
		return "", err
	}
	if !bytes.Contains(said, []byte("ready")) {
		return "", fmt.Errorf("PostgreSQL in %s does not start: %s", programs, bytes.TrimSpace(said))
	}
	kept.stdin = stdin
	return (&url.URL{Scheme: "postgres", User: url.User("sosbond"), Path: "/postgres", RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}).String(),
		awaitConnections(dir)
}

// kept keeps the pipe open that the server lives by: one that is out of reach would be closed by the garbage collector.
var kept struct{ stdin io.Closer }

// awaitConnections waits until the server answers: its socket is there a moment before.
func awaitConnections(dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, "user=sosbond dbname=postgres host="+dir)
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// asUser makes a command run as postgres, or nobody, when we are root: PostgreSQL refuses to run as root.
func asUser(cmd *exec.Cmd, dir string) error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, gid := number(u.Uid), number(u.Gid)
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return err
		}
		setUser(cmd, uid, gid)
		return nil
	}
	return errors.New("there is neither a user postgres nor nobody, and PostgreSQL does not run as root")
}
