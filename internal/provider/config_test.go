package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// Tests that set environment variables cannot be parallel.

func TestConfigure_invalidSettings(t *testing.T) {
	tests := map[string]struct {
		environment map[string]string
		arguments   values
		want        []string
	}{
		"no key": {
			want: []string{`ERROR: Missing Retab API key`, "attribute api_key", "environment variable RETAB_API_KEY"},
		},
		"an empty key": {
			environment: map[string]string{"RETAB_API_KEY": "rt_test_other"},
			arguments:   values{"api_key": ""},
			want:        []string{`ERROR: Missing Retab API key`, "set to an empty text", "RETAB_API_KEY was not consulted", "remove the attribute"},
		},
		"a key with a line break": {
			arguments: values{"api_key": "rt_test\n_1"},
			want:      []string{`ERROR: Invalid Retab API key`, "a line break", "attribute api_key", "environment variable RETAB_API_KEY"},
		},
		"a header instead of a key": {
			arguments: values{"api_key": "bearer rt_test_1"},
			want:      []string{"Invalid Retab API key", "The value of the attribute api_key starts with Bearer; write the key alone."},
		},
		"a key in quotes": {
			arguments: values{"api_key": `"rt_test_1"`},
			want:      []string{"Invalid Retab API key", "The value of the attribute api_key is in quotes; remove them."},
		},
		"a variable in quotes, with white space": {
			environment: map[string]string{"RETAB_API_KEY": " 'rt_test_1'\n"},
			want:        []string{"Invalid Retab API key", "The value of the environment variable RETAB_API_KEY is in quotes"},
		},
		"a variable with a line break": {
			environment: map[string]string{"RETAB_API_KEY": "rt_test\r_1"},
			want:        []string{"Invalid Retab API key", "environment variable RETAB_API_KEY"},
		},
		"a key of spaces": {
			arguments: values{"api_key": "  "},
			want:      []string{"Invalid Retab API key", "The value of the attribute api_key is empty"},
		},
		"a base URL without a scheme": {
			arguments: values{"api_key": "k", "base_url": "api.retab.com"},
			want:      []string{`ERROR: Invalid Retab base URL`, "has no scheme; it must start with https://", "attribute base_url", "RETAB_API_BASE_URL or RETAB_BASE_URL"},
		},
		"a loopback address without a scheme": {
			arguments: values{"api_key": "k", "base_url": "127.0.0.1:8080/x"},
			want:      []string{"Invalid Retab base URL", "has no scheme; it must start with http://, since it names this machine"},
		},
		"another version of the API": {
			arguments: values{"api_key": "k", "base_url": "https://api.retab.com/v2"},
			want:      []string{"Invalid Retab base URL", "ends with /v2, and this provider reads version 1 of the API; leave the version out"},
		},
		"an empty base URL": {
			arguments: values{"api_key": "k", "base_url": ""},
			want:      []string{"Invalid Retab base URL", "has no scheme"},
		},
		"a base URL of another protocol": {
			environment: map[string]string{"RETAB_BASE_URL": "ftp://api.retab.com"},
			arguments:   values{"api_key": "k"},
			want:        []string{"Invalid Retab base URL", "The value of the environment variable RETAB_BASE_URL has the scheme ftp", "RETAB_API_BASE_URL or RETAB_BASE_URL"},
		},
		"plain http to another machine": {
			arguments: values{"api_key": "k", "base_url": "http://api.retab.com"},
			want:      []string{"Invalid Retab base URL", "in clear to api.retab.com; use https"},
		},
		"an unknown edition": {
			arguments: values{"api_key": "k", "api_edition": "v2"},
			want: []string{
				`ERROR: Invalid Retab API edition`, `The value of the attribute api_edition is "v2"; it must be auto, run_scoped or flat.`,
				"attribute api_edition", "environment variable RETAB_API_EDITION",
			},
		},
		"an empty edition": {
			arguments: values{"api_key": "k", "api_edition": ""},
			want:      []string{"Invalid Retab API edition"},
		},
		"a variable with an unknown edition": {
			environment: map[string]string{"RETAB_API_EDITION": "Flat"},
			arguments:   values{"api_key": "k"},
			want:        []string{"Invalid Retab API edition", `The value of the environment variable RETAB_API_EDITION is "Flat"`},
		},
		"a timeout without a unit": {
			arguments: values{"api_key": "k", "request_timeout": "30"},
			want:      []string{`AttributeName("request_timeout"): Invalid duration`, `The value of request_timeout is "30", which is not a duration above zero`, `"30s"`},
		},
		"a timeout of zero": {
			arguments: values{"api_key": "k", "request_timeout": "0s"},
			want:      []string{`AttributeName("request_timeout"): Invalid duration`},
		},
		"a negative number of retries": {
			arguments: values{"api_key": "k", "max_retries": -1},
			want:      []string{`AttributeName("max_retries")`, "The value of max_retries is -1; it must be a whole number from 0 to 20."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			s := serve(t)
			got := s.Configure(t, test.arguments)
			if got == "" { // the first read reports problems of these settings
				_, got = s.Read(t.Context(), t, "retab_experiment_result", seedArguments)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in:\n%s", want, got)
				}
			}
			for _, quoted := range []string{"api_key", "base_url", "api_edition"} {
				if strings.Contains(got, `AttributeName("`+quoted) {
					t.Errorf("Terraform would quote the source of %s for:\n%s", quoted, got)
				}
			}
			if key, isText := test.arguments["api_key"].(string); isText && len(key) > 1 && strings.Contains(got, strings.TrimSpace(key)) && strings.TrimSpace(key) != "" {
				t.Errorf("the key is in:\n%s", got)
			}
		})
	}
}

// TestConfigure_sources reads with combinations of attributes and variables; the journal shows which one was used.
func TestConfigure_sources(t *testing.T) {
	right, wrong := startServer(t), startServer(t)
	tests := map[string]struct {
		environment map[string]string
		arguments   values
	}{
		"attributes": {arguments: values{"api_key": fakeapi.Key, "base_url": right.URL}},
		"variables":  {environment: map[string]string{"RETAB_API_KEY": fakeapi.Key, "RETAB_API_BASE_URL": right.URL}},
		"the second variable": {
			environment: map[string]string{"RETAB_API_KEY": fakeapi.Key, "RETAB_BASE_URL": right.URL},
		},
		"both variables": {
			environment: map[string]string{"RETAB_API_KEY": fakeapi.Key, "RETAB_API_BASE_URL": right.URL, "RETAB_BASE_URL": wrong.URL},
		},
		"an empty first variable": {
			environment: map[string]string{"RETAB_API_KEY": fakeapi.Key, "RETAB_API_BASE_URL": "", "RETAB_BASE_URL": right.URL},
		},
		"attributes and variables": {
			environment: map[string]string{"RETAB_API_KEY": "other", "RETAB_API_BASE_URL": wrong.URL},
			arguments:   values{"api_key": fakeapi.Key, "base_url": right.URL},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			s := serve(t)
			if problem := s.Configure(t, test.arguments); problem != "" {
				t.Fatal(problem)
			}
			if _, problem := s.Read(t.Context(), t, "retab_experiment_result", seedArguments); problem != "" {
				t.Error(problem)
			}
		})
	}
	if got := len(wrong.Journal()); got != 0 {
		t.Errorf("%d requests went to the wrong server", got)
	}
}

// TestConfigure_editionSources reads from a server with both editions.
func TestConfigure_editionSources(t *testing.T) {
	for name, test := range map[string]struct {
		variable string
		argument any
		wantFlat bool
	}{
		"default":                {"", nil, true},
		"variable":               {"flat", nil, true},
		"attribute and variable": {"flat", "run_scoped", false},
		"attribute":              {"", "flat", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("RETAB_API_EDITION", test.variable)
			e := serverCase{Serves: fakeapi.Both}.Start(t)
			s := serve(t)
			if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": test.argument}); problem != "" {
				t.Fatal(problem)
			}
			if _, problem := s.Read(t.Context(), t, "retab_experiment_result", seedArguments); problem != "" {
				t.Fatal(problem)
			}
			askedRunScoped := slices.ContainsFunc(e.Journal(), func(r fakeapi.Request) bool { return r.Path != flatResultsPath })
			if askedRunScoped == test.wantFlat {
				t.Errorf("requests: %v", e.Journal())
			}
		})
	}
}

func TestConfigure_makesNoRequest(t *testing.T) {
	t.Parallel()
	e := startServer(t)
	e.Connect(t)
	if got := len(e.Journal()); got != 0 {
		t.Errorf("%d requests", got)
	}
}

func TestConfigure_unknownSettings(t *testing.T) {
	t.Parallel()
	s := serve(t)
	problem := s.Configure(t, values{
		"api_key": unknownString, "base_url": unknownString, "request_timeout": unknownString, "api_edition": unknownString,
		"max_retries": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue),
	})
	if problem != "" {
		t.Fatalf("Configure failed: %s", problem)
	}
	_, got := s.Read(t.Context(), t, "retab_experiment_result", seedArguments)
	for _, want := range []string{
		`ERROR: Provider setting is not known yet`, "is only known after apply", "RETAB_API_KEY",
		`ERROR: Provider setting is not known yet`, "RETAB_API_BASE_URL or RETAB_BASE_URL",
		"its attribute request_timeout", "its attribute max_retries", "its attribute api_edition", "RETAB_API_EDITION", "-target",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}

func TestConfigure_userAgent(t *testing.T) { //nolint:paralleltest // sets a variable
	for addition, want := range map[string]string{" ci/7 ": " ci/7", "ci/7\r\nX-Evil: 1\x01": " ci/7 X-Evil: 1", "\n": ""} {
		e := startServer(t)
		t.Setenv("TF_APPEND_USER_AGENT", addition)
		if _, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", seedArguments); problem != "" {
			t.Fatal(problem)
		}
		want = "terraform-provider-retab/test Terraform/1.11.4" + want
		if got := e.Journal()[0].Header.Get("User-Agent"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
