package release

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// TestRelease_signature signs the checksums with a temporary key and the arguments of .goreleaser.yml, and verifies the signature.
// The registries require a detached, binary signature by an RSA key.
func TestRelease_signature(t *testing.T) {
	t.Parallel()
	d := open(t)
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip(err)
	}
	var config struct {
		Signs []struct {
			Artifacts, Signature string
			Args                 []string
		}
	}
	text, err := os.ReadFile(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &config); err != nil || len(config.Signs) != 1 || config.Signs[0].Artifacts != "checksum" {
		t.Fatal(err, config.Signs)
	}
	home, err := os.MkdirTemp("", "gpg") //nolint:usetesting // the path of gpg-agent's socket must be short
	if err != nil {
		t.Fatal(err)
	}
	gpg := func(arguments ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), "gpg", arguments...)
		command.Env = append(os.Environ(), "GNUPGHOME="+home, "LC_ALL=C")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("gpg %q: %v\n%s", arguments, err, output)
		}
		return string(output)
	}
	t.Cleanup(func() {
		command := exec.CommandContext(context.Background(), "gpgconf", "--kill", "all")
		command.Env = append(os.Environ(), "GNUPGHOME="+home)
		_ = command.Run()
		_ = os.RemoveAll(home)
	})
	gpg("--batch", "--passphrase", "", "--quick-generate-key", "nobody@example.com", "rsa2048", "sign")
	fingerprint := regexp.MustCompile(`(?m)^fpr:+([0-9A-F]{40}):`).FindStringSubmatch(gpg("--batch", "--list-secret-keys", "--with-colons"))
	if fingerprint == nil {
		t.Fatal("gpg created no key")
	}
	sums := filepath.Join(home, d.file("SHA256SUMS"))
	write(t, sums, string(d.read(t, d.file("SHA256SUMS"))))
	fill := strings.NewReplacer("${artifact}", sums, "${signature}", sums+".sig", "{{ .Env.GPG_FINGERPRINT }}", fingerprint[1])
	if signature := fill.Replace(config.Signs[0].Signature); signature != sums+".sig" {
		t.Errorf("the signature is written to %s", signature)
	}
	var arguments []string
	for _, argument := range config.Signs[0].Args {
		arguments = append(arguments, fill.Replace(argument))
	}
	gpg(arguments...)
	if output := gpg("--batch", "--verify", sums+".sig", sums); !strings.Contains(output, "Good signature") || !strings.Contains(output, "using RSA key") {
		t.Errorf("gpg printed:\n%s", output)
	}
	verifyAsDocumented(t, d, home)
	signature, err := os.ReadFile(sums + ".sig")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.HasPrefix(signature, []byte("-----")) {
		t.Error("the signature is armored")
	}
}

// verifyAsDocumented runs the commands of SECURITY, "Verify a release", in a folder with the signed checksums, which is also the home
// of gpg. The attestation is not verified, because only a published release has one.
func verifyAsDocumented(t *testing.T, d dist, folder string) {
	t.Helper()
	for _, program := range []string{"sh", "sha256sum", "unzip", "go"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	platform := runtime.GOOS + "_" + runtime.GOARCH
	archive := provider.archive(d, platform)
	write(t, filepath.Join(folder, archive), string(d.read(t, archive)))
	security, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```shell\n(.*?)```").FindSubmatch(security)
	if block == nil {
		t.Fatal("SECURITY has no commands")
	}
	toRelease := strings.NewReplacer(tfcli.PinnedVersion, d.version, "linux_amd64", platform)
	for line := range strings.Lines(toRelease.Replace(string(block[1]))) {
		if strings.HasPrefix(line, "gh attestation verify "+archive+" ") {
			continue
		}
		command := exec.CommandContext(t.Context(), "sh", "-c", line)
		command.Dir, command.Env = folder, append(os.Environ(), "GNUPGHOME="+folder)
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, output)
		}
	}
}
