package acceptance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestSecrets_settingsAreNotQuoted checks that no diagnostic about a setting makes Terraform print a secret. Terraform quotes
// the configuration line of a diagnostic, and a provider block on one line contains the secret. Each case has a secret in a
// form that people paste by mistake.
func TestSecrets_settingsAreNotQuoted(t *testing.T) {
	t.Parallel()
	const pasted = "sk_live_51f0c3"
	for name, test := range map[string]struct {
		argument    string
		environment string // a variable, as NAME=value
		want        []string
	}{
		"a header instead of a key":    {`api_key = "Bearer ` + pasted + `"`, "", []string{"Invalid Retab API key", "the attribute api_key", "starts with Bearer"}},
		"a blank in the key":           {`api_key = "` + pasted + ` ` + pasted + `"`, "", []string{"Invalid Retab API key", "the attribute api_key contains a space"}},
		"a line break in the key":      {`api_key = "` + pasted + `\n` + pasted + `"`, "", []string{"Invalid Retab API key", "a line break"}},
		"a client key of one line":     {`client_key_pem = "` + pasted + `"`, "RETAB_CLIENT_CERT_PEM=" + pasted, []string{"Invalid client certificate", "RETAB_CLIENT_CERT_PEM is not PEM"}},
		"quotes around the key":        {`api_key = "\"` + pasted + `\""`, "", []string{"Invalid Retab API key", "is in quotes"}},
		"quotes in a variable":         {"", "RETAB_API_KEY='" + pasted + "'", []string{"Invalid Retab API key", "the environment variable RETAB_API_KEY is in quotes"}},
		"a password in the base URL":   {`base_url = "https://user:` + pasted + `@api.example.com"`, "", []string{"Invalid Retab base URL", "the attribute base_url", "user name or password"}},
		"a password without a scheme":  {`base_url = "user:` + pasted + `@api.example.com:8080/x"`, "", []string{"Invalid Retab base URL", "has no scheme"}},
		"a password that ends the URL": {`base_url = "https://user:` + pasted + `#1@api.example.com"`, "", []string{"Invalid Retab base URL"}},
		"a token in the base URL":      {`base_url = "https://api.example.com/?token=` + pasted + `"`, "", []string{"Invalid Retab base URL", "a query"}},
		"a key in place of a base URL": {`base_url = "` + pasted + `"`, "", []string{"Invalid Retab base URL", "has no scheme"}},
		"a key that is not known yet":  {`api_key = "` + pasted + `${terraform_data.later.id}"`, "", []string{"Provider setting is not known yet", "its attribute api_key"}},
		"a URL that is not known yet":  {`base_url = "https://u:` + pasted + `@${terraform_data.later.id}"`, "", []string{"Provider setting is not known yet", "its attribute base_url"}},
		"a good key and a bad URL":     {`api_key = "` + pasted + `"`, "RETAB_API_BASE_URL=ftp://api.example.com", []string{"Invalid Retab base URL", "the environment variable RETAB_API_BASE_URL"}},
		"a good key and a bad edition": {
			`api_key = "` + pasted + `"`, "RETAB_API_EDITION=v2", []string{"Invalid Retab API edition", "the environment variable RETAB_API_EDITION"},
		},
		"an empty key and a password": {`base_url = "https://user:` + pasted + `@api.example.com"`, "RETAB_API_KEY=", []string{"Missing Retab API key"}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			for form, block := range map[string]string{
				"-no-color": "provider \"retab\" {\n  " + test.argument + "\n}\n", "-json": "provider \"retab\" { " + test.argument + " }\n",
			} {
				w := newWorkspace(t)
				w.Setenv(test.environment)
				w.write(t, "main.tf", requiredProviders+block+`
resource "terraform_data" "later" {}

data "retab_experiment_result" "page" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}
`)
				output := w.terraform(t, 1, "plan", form)
				wantText(t, output, test.want...)
				if strings.Contains(output, pasted) {
					t.Errorf("with %s, the secret is in:\n%s", form, output)
				}
			}
		})
	}
}

// TestSettings_noKeyWithoutReads checks that a configuration that reads nothing from Retab needs no key.
func TestSettings_noKeyWithoutReads(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.Setenv("RETAB_API_KEY=")
	w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_result" "page" {
  count       = 0
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}

resource "terraform_data" "release" {
  input = length(data.retab_experiment_result.page)
}
`)
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.terraform(t, 0, "destroy", "-no-color", "-auto-approve")
}

// TestSettings_accessToken checks that an access token is sent in the header of the flat edition, and that every request is a GET.
func TestSettings_accessToken(t *testing.T) {
	t.Parallel()
	const token = "acctk_for_tests_only" //nolint:gosec // a made-up token
	w := newWorkspaceIn(t, fakeapi.Flat)
	w.fake.SetKey(token)
	w.Setenv("RETAB_API_KEY=" + token)
	w.example(t, "quickstart")
	wantText(t, w.terraform(t, 0, "plan", "-no-color"), `+ status = "completed"`)
	accepted := 0
	for _, request := range w.fake.Journal() {
		if request.Method != http.MethodGet {
			t.Errorf("%s %s was sent", request.Method, request.Path)
		}
		if request.Header.Get("Authorization") == "Bearer "+token && request.Status == http.StatusOK {
			accepted++
		}
	}
	if accepted == 0 {
		t.Error("no request with the token succeeded")
	}
}
