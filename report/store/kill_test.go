package store_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sosbond/sosbond/report/store"
)

// saveForever names the database that this program, when it is run by a test, saves to until it is killed.
const saveForever = "SOSBOND_STORE_TEST_SAVE"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(saveForever); dsn != "" {
		fmt.Fprintln(os.Stderr, saveUntilKilled(dsn, os.Getenv(saveForever+"_ROUND")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// inputs is how many inputs a child saves, again and again.
const inputs = 7

// saveUntilKilled says what was saved: path and the number of the save, which stands in the rows as well.
func saveUntilKilled(dsn, round string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		e := analyzed(fmt.Sprintf("/in/%d.tar", i%inputs), host("a", "802.3ad", "recommended", "g1", "g2"), host("b", "802.3ad", "recommended", "g1"))
		number := fmt.Sprintf("%s%06d", round, i) // rises from round to round
		e.Version = number
		for j := range e.Document.Hosts {
			e.Document.Hosts[j].Kernel = number
		}
		if _, err := s.Begin(ctx, e.Input); err != nil {
			return err
		}
		if err := s.Save(ctx, e); err != nil {
			return err
		}
		if _, err := fmt.Println(e.Path, number); err != nil {
			return err
		}
	}
}

func TestKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // moments
		saved := map[string]string{}
		for round := 1; round <= 10 || len(saved) < inputs && round < 90; round++ { // more on a machine that is too busy to save much
			before := len(marks(t, dsn))
			killWhileSaving(t, dsn, round, time.Duration(random.IntN(60))*time.Millisecond, saved)
			awaitServer(t, dsn)
			checkSaved(t, dsn, saved)
			if m := marks(t, dsn); len(m) > before+1 {
				t.Errorf("round %d: %q are marked, and one was at work", round, m)
			}
		}
		if len(saved) != inputs {
			t.Fatalf("%d of %d inputs were saved at all", len(saved), inputs)
		}
	})
}

// checkSaved compares the database with what was said to be saved.
func checkSaved(t *testing.T, dsn string, saved map[string]string) {
	t.Helper()
	checkWhole(t, dsn, len(saved))
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it only read
	for path, number := range saved {
		e, ok, err := s.Known(t.Context(), path)
		if err != nil || !ok || e.Version < number {
			t.Fatalf("%s was saved as %s and is %q: %v, %v", path, number, e.Version, ok, err)
		}
	}
	if _, docs := documents(t, s, store.Selection{}); len(docs) < 2*len(saved) {
		t.Errorf("%d reports of %d inputs", len(docs), len(saved))
	}
}

// marks are the inputs that were started and not ended.
func marks(t *testing.T, dsn string) []string {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return lines(t, raw(t, dsn), "SELECT path FROM started")[1:]
}

// awaitServer waits until a server has noticed that its clients are gone; until then it goes on with what they sent last.
func awaitServer(t *testing.T, dsn string) {
	t.Helper()
	if !store.IsPostgres(dsn) {
		return
	}
	db := raw(t, dsn)
	for count(t, db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sosbond'") > 0 {
		time.Sleep(5 * time.Millisecond)
	}
}

// killWhileSaving runs a child, lets it save for a moment, kills it, and notes what it said it had saved.
func killWhileSaving(t *testing.T, dsn string, round int, moment time.Duration, saved map[string]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this program
	cmd.Env = append(os.Environ(), saveForever+"="+dsn, saveForever+"_ROUND="+strconv.Itoa(100+round))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	first := true
	for {
		line, err := lines.ReadString('\n')
		if path, number, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " "); ok && strings.HasSuffix(line, "\n") {
			saved[path] = number
		}
		if first {
			first = false
			time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err == nil || said.Len() > 0 {
		t.Fatalf("the child ended by itself: %v, %s", err, said.String())
	}
}

// checkWhole looks for damage, and for what is doubled or half there.
func checkWhole(t *testing.T, dsn string, atLeast int) {
	t.Helper()
	db := raw(t, dsn)
	if !store.IsPostgres(dsn) {
		for _, check := range []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"} {
			if got := lines(t, db, check)[1:]; len(got) > 1 || len(got) == 1 && got[0] != "ok" {
				t.Fatalf("%s: %q", check, got)
			}
		}
	}
	archives := count(t, db, "SELECT count(*) FROM archive")
	if archives < atLeast || archives > inputs {
		t.Errorf("%d archives, and %d were saved", archives, atLeast)
	}
	for table, each := range map[string]int{"host": 2, "document": 2, "bond": 2, "slave": 4, "attachment": 2, "guest": 3} {
		if n := count(t, db, "SELECT count(*) FROM "+table); n != each*archives {
			t.Errorf("%d rows of %s for %d archives", n, table, archives)
		}
	}
	if n := count(t, db, "SELECT count(*) FROM host JOIN archive ON archive.id = host.archive_id WHERE host.kernel <> archive.version"); n > 0 {
		t.Errorf("%d hosts are not of the save that their archive is of", n)
	}
}

// Two programs on one database: nothing is lost, doubled or refused.
func TestTwoPrograms(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		saved := [2]map[string]string{{}, {}}
		done := make(chan bool)
		for i := range saved {
			go func() {
				defer func() { done <- true }()
				killWhileSaving(t, dsn, i+1, 300*time.Millisecond, saved[i])
			}()
		}
		for range saved {
			<-done
		}
		awaitServer(t, dsn)
		if len(saved[0]) == 0 || len(saved[1]) == 0 {
			t.Errorf("saved by each: %d, %d", len(saved[0]), len(saved[1]))
		}
		for path, number := range saved[1] { // of two saves either may be the last one
			saved[0][path] = min(number, cmp.Or(saved[0][path], number))
		}
		checkSaved(t, dsn, saved[0])
	})
}
