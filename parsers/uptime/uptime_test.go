package uptime

import "testing"

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in      string
		minutes int
		found   bool
	}{
		{" 06:44:01 up 2 min,  0 users,  load average: 1.32, 0.61, 0.23\n", 2, true},
		{" 06:44:01 up 0 min,  1 user,  load average: 1.32, 0.61, 0.23\n", 0, true},
		{" 10:12:44 up 12:34,  3 users,  load average: 0.00, 0.01, 0.05\n", 754, true},
		{" 10:12:44 up 1 day, 3 min,  3 users,  load average: 0.00, 0.01, 0.05\n", 1443, true},
		{" 10:12:44 up 312 days,  2:01, 12 users,  load average: 0.00, 0.01, 0.05\n", 312*1440 + 121, true},
		{" 10:12:44 up 5 min,  load average: 0.00, 0.01, 0.05\r\n", 5, true},
		{"bash: uptime: command not found\n", 0, false},
		{"", 0, false},
	} {
		got, problems := Parse([]byte(c.in))
		if got.Value != c.minutes || got.Found() != c.found {
			t.Errorf("Parse(%q) = %+v, want %d minutes", c.in, got, c.minutes)
		}
		if !c.found && c.in != "" && len(problems) != 1 {
			t.Errorf("Parse(%q): problems %v, want one", c.in, problems)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(" 06:44:01 up 2 min,  0 users,  load average: 1.32, 0.61, 0.23\n"))
	f.Add([]byte("up 999999 days, 99:99, 1 user"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, _ := Parse(data); got.Value < 0 {
			t.Errorf("negative uptime %d", got.Value)
		}
	})
}
