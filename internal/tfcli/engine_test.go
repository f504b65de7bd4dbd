package tfcli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"Terraform v1.11.4\non linux_amd64\n":                       "Terraform 1.11.4",
		"OpenTofu v1.12.6\non linux_amd64\n":                        "OpenTofu 1.12.6",
		"Terraform v1.16.0-rc1\non windows_amd64\n":                 "Terraform 1.16.0-rc1",
		"\nWarning: something\n\nTerraform v1.0.11\non linux_386\n": "Terraform 1.0.11",
		"GNU Make 4.4": "",
		"":             "",
	} {
		engine, err := identify("cli", output)
		if want == "" {
			if err == nil {
				t.Errorf("%q: got %s, want an error", output, engine)
			}
			continue
		}
		if err != nil || engine.String() != want {
			t.Errorf("%q: got %s, %v", output, engine, err)
		}
	}
}

func TestEngine_check(t *testing.T) {
	t.Parallel()
	const (
		plain     = "data \"retab_experiment_result\" \"x\" {\n  run_id = \"ephemeral\"\n}\n"
		gate      = "data \"x\" \"y\" {\n  lifecycle {\n    postcondition {\n    }\n  }\n}\n"
		ephemeral = "ephemeral \"retab_experiment_result\" \"x\" {\n}\n"
		variable  = "variable \"key\" {\n  type      = string\n  ephemeral = true\n}\n"
		action    = "action \"retab_experiment_run_wait\" \"x\" {\n}\n"
		test      = "run \"passes\" {\n  command = plan\n}\n"
		mock      = "mock_provider \"retab\" {\n}\n"
		writeOnly = "resource \"x\" \"y\" {\n  data_json_wo         = 1\n  data_json_wo_version = 1\n}\n"
		version   = "resource \"x\" \"y\" {\n  data_json_wo_version = 1\n}\n"
	)
	for _, test := range []struct{ engine, configuration, want string }{
		{"Terraform v1.0.0", plain, ""},
		{"Terraform v1.1.9", gate, "preconditions and postconditions"},
		{"Terraform v1.2.0", gate, ""},
		{"Terraform v1.9.8", ephemeral, "ephemeral resources"},
		{"Terraform v1.10.0-rc1", ephemeral, ""},
		{"Terraform v1.9.8", variable, "ephemeral variables"},
		{"OpenTofu v1.10.9", ephemeral, "ephemeral resources"},
		{"OpenTofu v1.11.0", ephemeral, ""},
		{"Terraform v1.13.5", action, "actions"},
		{"Terraform v1.14.0", action, ""},
		{"OpenTofu v1.12.6", action, "actions"},
		{"Terraform v1.5.7", test, "tests"},
		{"Terraform v1.6.0", test, ""},
		{"OpenTofu v1.7.0", mock, "mocked providers"},
		{"OpenTofu v1.8.0", mock, ""},
		{"Terraform v1.10.5", writeOnly, "write-only arguments"},
		{"Terraform v1.11.0", writeOnly, ""},
		{"OpenTofu v1.10.9", writeOnly, "write-only arguments"},
		{"Terraform v1.10.5", version, ""},
	} {
		engine, err := identify("cli", test.engine)
		if err != nil {
			t.Fatal(err)
		}
		var unsupported *UnsupportedFeatureError
		if err := engine.Check(test.configuration); errors.As(err, &unsupported) != (test.want != "") || unsupported != nil && unsupported.Feature != test.want {
			t.Errorf("%s: got %v for:\n%s", engine, err, test.configuration)
		}
	}
}

func TestUnsupportedFeatureError_namesEngines(t *testing.T) {
	t.Parallel()
	engine, err := identify("cli", "Terraform v1.3.10")
	if err != nil {
		t.Fatal(err)
	}
	for configuration, want := range map[string]string{
		`resource "terraform_data" "x" {}`: "Terraform 1.3.10 does not support terraform_data: use Terraform 1.4 or OpenTofu 1.6, or later",
		`action "x" "y" {}`:                "Terraform 1.3.10 does not support actions: use Terraform 1.14, or later",
	} {
		if err := engine.Check(configuration); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestFind_byVariable checks that the variable can have a path or a name on PATH, and that the error names a missing CLI.
func TestFind_byVariable(t *testing.T) {
	want, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(want.Path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{want.Path, filepath.Base(want.Path)} {
		t.Setenv(PathVariable, name)
		if got, err := Find(t.Context()); err != nil || got.Path != want.Path || got.String() != want.String() {
			t.Errorf("%s is %s at %s, %v", name, got, got.Path, err)
		}
	}
	t.Setenv(PathVariable, "no-such-cli")
	if _, err := Find(t.Context()); err == nil || !strings.Contains(err.Error(), "no-such-cli") || !strings.Contains(err.Error(), PathVariable) {
		t.Errorf("got %v", err)
	}
}
