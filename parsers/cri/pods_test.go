package cri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const podsTable = `POD ID              CREATED             STATE               NAME                                 NAMESPACE           ATTEMPT             RUNTIME
2dee5c34ee734       47 hours ago        Ready               prometheus-server-574dbc6996-4j9j9   default             0                   (default)
5ae1b6597f5d4       About an hour ago   NotReady            kube-proxy-rstsz                     kube-system         0                   (default)
`

func TestParsePods(t *testing.T) {
	pod := func(line int, id, name, namespace string, ready bool) Pod {
		return Pod{Line: line, ID: id, Name: name, Namespace: namespace, Ready: text.Of(ready, line)}
	}
	for _, c := range []struct {
		name, text string
		want       []Pod
	}{
		{"crictl of 2023", podsTable, []Pod{
			pod(2, "2dee5c34ee734", "prometheus-server-574dbc6996-4j9j9", "default", true), pod(3, "5ae1b6597f5d4", "kube-proxy-rstsz", "kube-system", false)}},
		{"CRLF", strings.ReplaceAll(podsTable, "\n", "\r\n"), []Pod{
			pod(2, "2dee5c34ee734", "prometheus-server-574dbc6996-4j9j9", "default", true), pod(3, "5ae1b6597f5d4", "kube-proxy-rstsz", "kube-system", false)}},
		{"crictl of 2018, no runtime", `POD ID              CREATED             STATE               NAME                        NAMESPACE           ATTEMPT
9a304a19557f7       2 hours ago         Ready               kube-dns-864b8bdc77-c5vc2   kube-system         0
`, []Pod{pod(2, "9a304a19557f7", "kube-dns-864b8bdc77-c5vc2", "kube-system", true)}},
		{"names made longer by obfuscation", strings.ReplaceAll(podsTable, "kube-proxy-rstsz", "obfuscatedword0-obfuscatedword1-obfuscatedword2"), []Pod{
			pod(2, "2dee5c34ee734", "prometheus-server-574dbc6996-4j9j9", "default", true),
			pod(3, "5ae1b6597f5d4", "obfuscatedword0-obfuscatedword1-obfuscatedword2", "kube-system", false)}},
		{"cut behind the namespace", until(podsTable, "kube-system") + "kube-system", []Pod{
			pod(2, "2dee5c34ee734", "prometheus-server-574dbc6996-4j9j9", "default", true), pod(3, "5ae1b6597f5d4", "kube-proxy-rstsz", "kube-system", false)}},
		{"none", until(podsTable, "2dee"), nil},
		{"empty", "", nil},
	} {
		got, problems := ParsePods([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestPodsDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		pods, line int
		why        string
	}{
		{"stderr", `time="2024-02-01T10:00:00Z" level=fatal msg="connect: connect endpoint 'unix:///var/run/dockershim.sock', make sure you are running as root"` + "\n", 0, 1, "not a table"},
		{"a message before", "WARN[0000] runtime connect using default endpoints: [unix:///run/crio/crio.sock].\n" + podsTable, 2, 1, "not a table"},
		{"cut", until(podsTable, "kube-proxy") + "kube", 1, 3, "not a row"},
		{"a message behind", podsTable + "timeout: x\n", 2, 4, "not a row"},
		{"invalid UTF-8", "POD ID  STATE  NAME  NAMESPACE\na  Ready  b\xff  c\n\xfe\n", 1, 3, "not a row"},
		{"no name", "POD ID  STATE\na  Ready\n", 0, 2, "not a row"},
	} {
		got, problems := ParsePods([]byte(c.text))
		if len(got) != c.pods {
			t.Errorf("%s: %+v", c.name, got)
		}
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q in line %d", c.name, problems, c.why, c.line)
		}
	}
}

func FuzzParsePods(f *testing.F) {
	for _, s := range []string{podsTable, "POD ID  NAME\nPOD ID\n\na  b\n", "\n\n x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParsePods(data)
		within(t, data, problems)
		for _, p := range list {
			within(t, data, nil, p.Line)
			if p.Name == "" || p.Namespace == "" || !p.Ready.Found() {
				t.Errorf("%+v", p)
			}
		}
	})
}
