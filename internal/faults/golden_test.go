package faults_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// goldenFile has the complete text of every diagnostic of the fault tables, so that a review shows every text that changes.
// UPDATE_GOLDEN=1 go test ./internal/faults writes it.
const goldenFile = "testdata/diagnostics.golden.txt"

// golden has the texts of the file, and during an update the new texts, by situation and edition.
var golden = struct {
	sync.Mutex
	want map[string]string
	seen map[string]map[string]string
}{seen: map[string]map[string]string{}}

const goldenHeading = "=== "

func isGoldenUpdate() bool { return os.Getenv("UPDATE_GOLDEN") != "" }

// readGolden reads the file; TestMain calls it.
func readGolden() error {
	text, err := os.ReadFile(goldenFile)
	if err != nil && !isGoldenUpdate() {
		return err
	}
	golden.want = map[string]string{}
	for _, entry := range strings.Split(string(text), "\n"+goldenHeading)[1:] {
		heading, text, _ := strings.Cut(entry, "\n")
		golden.want[heading] = strings.TrimSpace(text)
	}
	return nil
}

// These expressions match what differs between editions and runs: addresses, the route, and the row of a list.
var (
	volatileURL  = regexp.MustCompile(`http://127\.0\.0\.1(:\d+)?/gateway/retab\S*`)
	volatileHost = regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`)
	volatileRow  = regexp.MustCompile(`\bdata\.0\.`)
)

func withoutVolatile(text string) string {
	text = volatileHost.ReplaceAllString(volatileURL.ReplaceAllString(text, "<url>"), "<address>")
	return strings.TrimSpace(volatileRow.ReplaceAllString(text, ""))
}

// wantGolden compares a diagnostic with the file. The text of a situation is the same in both editions unless the file has
// an entry for the edition.
func wantGolden(t *testing.T, edition, problem string) {
	t.Helper()
	situation := strings.TrimSuffix(strings.Join(strings.Split(t.Name(), "/")[1:], "/"), "/"+edition)
	text := withoutVolatile(problem)
	golden.Lock()
	defer golden.Unlock()
	if isGoldenUpdate() {
		if golden.seen[situation] == nil {
			golden.seen[situation] = map[string]string{}
		}
		golden.seen[situation][edition] = text
		return
	}
	want, found := golden.want[situation+" ("+edition+")"]
	if !found {
		want = golden.want[situation]
	}
	if text != want {
		t.Errorf("the diagnostic is not the one in %s.\ngot:\n%s\n\nwant:\n%s", goldenFile, text, want)
	}
}

// writeGolden writes the file after an update; TestMain calls it.
func writeGolden() error {
	if !isGoldenUpdate() {
		return nil
	}
	entries := map[string]string{}
	for situation, texts := range golden.seen {
		editions := slices.Sorted(maps.Keys(texts))
		first := texts[serverCases[0].Name]
		entries[situation] = first
		for _, edition := range editions {
			if texts[edition] != first {
				entries[situation+" ("+edition+")"] = texts[edition]
			}
		}
	}
	var file strings.Builder
	file.WriteString("Every diagnostic of the fault tables. See golden_test.go.\n")
	for _, heading := range slices.Sorted(maps.Keys(entries)) {
		file.WriteString("\n" + goldenHeading + heading + "\n" + entries[heading] + "\n")
	}
	return os.WriteFile(goldenFile, []byte(file.String()), 0o644) //nolint:gosec // a file of the repository
}
