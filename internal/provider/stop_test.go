package provider_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// hang is a transport that answers no request.
var hang = providertest.TransportFunc(func(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
})

// TestStop_endsEveryRead stops the provider, as Ctrl-C does, during a request, and checks that every kind of read ends at
// once. A goroutine that outlives its read fails the test, because synctest waits for it.
func TestStop_endsEveryRead(t *testing.T) {
	t.Parallel()
	all := serve(t).Readings(t)
	all["action"] = providertest.Reading{Do: func(ctx context.Context, t *testing.T, s server) (attributes, string) {
		t.Helper()
		_, problem := s.Invoke(ctx, t, waitType, values{"run_id": "exprun_2"})
		return nil, problem
	}}
	for name, reading := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, setting := range []string{"run_scoped", "flat", "auto"} {
				synctest.Test(t, func(t *testing.T) {
					s := serve(t, provider.WithTransport(hang), provider.WithBackoff(transport.Backoff{}))
					if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": "https://retab.example", "api_edition": setting}); problem != "" {
						t.Fatal(problem)
					}
					began := time.Now()
					time.AfterFunc(10*time.Second, func() {
						if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
							t.Error(err)
						}
					})
					_, problem := reading.Do(t.Context(), t, s.server)
					if !strings.Contains(problem, "was interrupted") {
						t.Errorf("%s: got %s", setting, problem)
					}
					wantElapsed(t, time.Since(began), 10*time.Second, 10*time.Second)
				})
			}
		})
	}
}
