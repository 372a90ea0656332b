package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// The part of Kubernetes' objects that the manifest uses, by the names of its API (batch/v1, core/v1). Fields that are not here are errors.
type (
	object struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   metadata
		Spec       yaml.Node
	}
	metadata struct {
		Name   string
		Labels map[string]string
	}
	claimSpec struct {
		AccessModes []string `yaml:"accessModes"`
		Resources   resources
	}
	jobSpec struct {
		Parallelism             int
		CompletionMode          string `yaml:"completionMode"`
		BackoffLimit            int    `yaml:"backoffLimit"`
		TTLSecondsAfterFinished int    `yaml:"ttlSecondsAfterFinished"`
		Template                struct {
			Metadata metadata
			Spec     podSpec
		}
	}
	podSpec struct {
		RestartPolicy                 string `yaml:"restartPolicy"`
		TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
		AutomountServiceAccountToken  *bool  `yaml:"automountServiceAccountToken"`
		TopologySpreadConstraints     []struct {
			MaxSkew           int    `yaml:"maxSkew"`
			TopologyKey       string `yaml:"topologyKey"`
			WhenUnsatisfiable string `yaml:"whenUnsatisfiable"`
			LabelSelector     struct {
				MatchLabels map[string]string `yaml:"matchLabels"`
			} `yaml:"labelSelector"`
		} `yaml:"topologySpreadConstraints"`
		SecurityContext struct {
			RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
			RunAsUser      int64                 `yaml:"runAsUser"`
			RunAsGroup     int64                 `yaml:"runAsGroup"`
			SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
		} `yaml:"securityContext"`
		Containers []container
		Volumes    []struct {
			Name                  string
			PersistentVolumeClaim struct {
				ClaimName string `yaml:"claimName"`
				ReadOnly  bool   `yaml:"readOnly"`
			} `yaml:"persistentVolumeClaim"`
		}
	}
	container struct {
		Name, Image string
		Args        []string
		Env         []struct {
			Name, Value string
			ValueFrom   struct {
				SecretKeyRef struct{ Name, Key string } `yaml:"secretKeyRef"`
			} `yaml:"valueFrom"`
		}
		Resources       resources
		SecurityContext struct {
			AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
			ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
			Capabilities             struct{ Drop []string }
		} `yaml:"securityContext"`
		VolumeMounts []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
			ReadOnly  bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
	}
	resources struct{ Requests, Limits map[string]string }
)

var deployDir = filepath.Join("..", "..", "testdata", "deploy")

// strictly decodes YAML whose fields must all be known.
func strictly(t *testing.T, n yaml.Node, into any) {
	t.Helper()
	text, err := yaml.Marshal(&n)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Error(err)
	}
}

func TestKubernetesManifest(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployDir, "kubernetes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, variable := range []string{"${SOSBOND_IMAGE}", "${SOSBOND_RUN}"} {
		if !strings.Contains(text, variable) {
			t.Errorf("%s is no parameter", variable)
		}
	}
	text = strings.NewReplacer("${SOSBOND_IMAGE}", "registry.example/sosbond:1.0", "${SOSBOND_RUN}", "2026-11-22").Replace(text)
	if rest := regexp.MustCompile(`(?m)^[^#\n]*\$.*`).FindString(text); rest != "" {
		t.Errorf("unknown parameter: %s", rest)
	}
	claims, jobs := map[string]bool{}, map[string]jobSpec{}
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	for {
		var o object
		if err := d.Decode(&o); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`).MatchString(o.Metadata.Name) {
			t.Errorf("%s: no name for %s", o.Metadata.Name, o.Kind)
		}
		switch o.APIVersion + " " + o.Kind {
		case "v1 PersistentVolumeClaim":
			var spec claimSpec
			strictly(t, o.Spec, &spec)
			claims[o.Metadata.Name] = true
			if !slices.Equal(spec.AccessModes, []string{"ReadOnlyMany"}) || !quantity(spec.Resources.Requests["storage"]) {
				t.Errorf("%+v", spec)
			}
		case "batch/v1 Job":
			var spec jobSpec
			strictly(t, o.Spec, &spec)
			jobs[o.Metadata.Name] = spec
		default:
			t.Errorf("%s %s is not known", o.APIVersion, o.Kind)
		}
	}
	if len(jobs) != 2 || len(claims) != 1 {
		t.Fatalf("%d jobs, %d claims", len(jobs), len(claims))
	}
	for name, j := range jobs {
		t.Run(name, func(t *testing.T) { checkJob(t, j, claims, text) })
	}
	work := jobs["sosbond-work-2026-11-22"]
	if work.Parallelism < 2 || work.CompletionMode != "NonIndexed" || work.Template.Spec.TerminationGracePeriodSeconds < 30 {
		t.Errorf("%+v", work)
	}
}

func quantity(s string) bool { return regexp.MustCompile(`^[0-9]+(m|[KMGT]i)?$`).MatchString(s) }

func checkJob(t *testing.T, j jobSpec, claims map[string]bool, text string) {
	p := j.Template.Spec
	if p.RestartPolicy != "OnFailure" && p.RestartPolicy != "Never" || j.BackoffLimit == 0 || len(p.Containers) != 1 {
		t.Fatalf("restarts %q, back-off %d, %d containers", p.RestartPolicy, j.BackoffLimit, len(p.Containers))
	}
	if s := p.SecurityContext; !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" ||
		p.AutomountServiceAccountToken == nil || *p.AutomountServiceAccountToken {
		t.Errorf("the pod may do too much: %+v", s)
	}
	volumes := map[string]bool{}
	for _, v := range p.Volumes {
		volumes[v.Name] = v.PersistentVolumeClaim.ReadOnly
		if !claims[v.PersistentVolumeClaim.ClaimName] {
			t.Errorf("there is no claim %s", v.PersistentVolumeClaim.ClaimName)
		}
	}
	for _, s := range p.TopologySpreadConstraints {
		for key, value := range s.LabelSelector.MatchLabels {
			if j.Template.Metadata.Labels[key] != value {
				t.Errorf("pods have no label %s: %s", key, value)
			}
		}
	}
	checkContainer(t, p.Containers[0], volumes, text)
}

func checkContainer(t *testing.T, c container, volumes map[string]bool, text string) {
	s := c.SecurityContext
	if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || !s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
		t.Errorf("the container may do too much: %+v", s)
	}
	for _, q := range []string{c.Resources.Requests["cpu"], c.Resources.Requests["memory"], c.Resources.Limits["memory"]} {
		if !quantity(q) {
			t.Errorf("%q is no quantity", q)
		}
	}
	mounted := ""
	for _, m := range c.VolumeMounts {
		if readOnly, ok := volumes[m.Name]; !ok || !readOnly || !m.ReadOnly {
			t.Errorf("%s is no volume, or can be written to", m.Name)
		}
		mounted = m.MountPath
	}
	ref := c.Env[0].ValueFrom.SecretKeyRef
	if c.Env[0].Name != databaseVariable || !strings.Contains(text, "secret generic "+ref.Name+" --from-literal="+ref.Key+"=") {
		t.Errorf("the secret %+v is not the one that the comment makes", ref)
	}
	paths := takenBy(t, c.Args, "postgres://db/sosbond")
	if len(paths) > 1 || len(paths) == 1 && paths[0] != mounted {
		t.Errorf("the paths %q are not mounted", paths)
	}
}

// takenBy gives arguments to the command that they are for, without running it, and returns those that are no flags.
func takenBy(t *testing.T, args []string, db string) []string {
	t.Helper()
	a := &app{}
	cmd, rest, err := a.command().Find(args)
	if err != nil || cmd.Name() != "scan" {
		t.Fatalf("%q: %v", args, err)
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	paths := cmd.Flags().Args()
	if err := queueFlagsOf(cmd).check(db, len(paths) > 0); err != nil {
		t.Errorf("%q: %v", args, err)
	}
	return paths
}

// queueFlagsOf reads the flags of the queue back from a command.
func queueFlagsOf(cmd *cobra.Command) (f queueFlags) {
	fl := cmd.Flags()
	for name, to := range map[string]*bool{"enqueue": &f.enqueue, "work": &f.work, "status": &f.status, "keep-working": &f.keep} {
		*to, _ = fl.GetBool(name)
	}
	f.run, _ = fl.GetString("run")
	f.mounts, _ = fl.GetStringArray("mount")
	return f
}

func TestSystemdUnit(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployDir, "sosbond-worker@.service"))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			settings[key] = value
		}
	}
	for key, want := range map[string]string{
		"DynamicUser": "yes", "ProtectSystem": "strict", "ReadOnlyPaths": "/archive", "EnvironmentFile": "/etc/sosbond/%i.env", "Restart": "on-failure",
		"NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
	} {
		if got, ok := settings[key]; !ok || got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	program, flags, _ := strings.Cut(settings["ExecStart"], " ")
	flags, _ = strings.CutSuffix(flags, " $SOSBOND_FLAGS")
	_, example, ok := strings.Cut(string(data), "# SOSBOND_FLAGS=")
	example, _, _ = strings.Cut(example, "\n")
	if paths := takenBy(t, strings.Fields(flags+" "+example), "postgres://db/sosbond"); len(paths) > 0 || !ok {
		t.Errorf("the worker gets the paths %q", paths)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	unit := filepath.Join(t.TempDir(), "sosbond-worker@.service")
	self, err := os.Executable() // verify wants a program that is there
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(unit, bytes.ReplaceAll(data, []byte(program), []byte(self)), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput()
	if strings.Contains(string(out), "Failed to") && !strings.Contains(string(out), filepath.Base(unit)) {
		t.Skipf("systemd-analyze does not work here: %s", out)
	}
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
