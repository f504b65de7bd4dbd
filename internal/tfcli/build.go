package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// PinnedVersion is the version of the provider that the documents and examples pin.
const PinnedVersion = "0.1.0"

// BuildProvider compiles the provider of the module at root into dir, and returns the path of the binary. It compiles with
// Go's default flags, as make install and go test do, so that all of them share Go's build cache.
func BuildProvider(ctx context.Context, root, dir string) (string, error) {
	return build(ctx, root, dir, os.Environ())
}

// BuildRelease is like [BuildProvider] with the flags of a release.
func BuildRelease(ctx context.Context, root, dir string) (string, error) {
	return build(ctx, root, dir, append(os.Environ(), "CGO_ENABLED=0"), "-trimpath")
}

// build compiles the provider. Flags for the linker do not change the compiled packages.
func build(ctx context.Context, root, dir string, environment []string, flags ...string) (string, error) {
	binary := filepath.Join(dir, "terraform-provider-retab")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	command := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-ldflags=-s -w", "-o", binary, ".")...)
	command.Dir = root
	command.Env = environment
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return binary, nil
}

// BuildMirror compiles the provider as [BuildProvider] does, into a filesystem mirror at dir for [NewMirrorWorkspace].
func BuildMirror(ctx context.Context, engine Engine, root, dir string) error {
	folder := filepath.Join(dir, engine.Registry(), "retab-dev", "retab", PinnedVersion, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	_, err := BuildProvider(ctx, root, folder)
	return err
}
