package client

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestEditions_order checks which edition is asked first, and whether it is known to be the server's.
func TestEditions_order(t *testing.T) {
	t.Parallel()
	flat := func(isKnown bool) []candidate { return []candidate{{EditionFlat, isKnown}, {EditionRunScoped, false}} }
	runScoped := func(isKnown bool) []candidate {
		return []candidate{{EditionRunScoped, isKnown}, {EditionFlat, false}}
	}
	for name, test := range map[string]struct {
		configured  Edition
		own, common Edition // which have answered
		wantOwn     []candidate
		wantCommon  []candidate
	}{
		"configured":               {EditionFlat, "", EditionRunScoped, flat(true)[:1], flat(true)[:1]},
		"nothing has answered":     {EditionAuto, "", "", flat(false), flat(false)},
		"an own route, run-scoped": {EditionAuto, EditionRunScoped, "", runScoped(true), runScoped(true)},
		"an own route, flat":       {EditionAuto, EditionFlat, "", flat(true), flat(true)},
		"a common route":           {EditionAuto, "", EditionRunScoped, runScoped(false), runScoped(true)},
		"each in its own edition":  {EditionAuto, EditionRunScoped, EditionFlat, runScoped(true), flat(true)},
		"the other way round":      {EditionAuto, EditionFlat, EditionRunScoped, flat(true), runScoped(true)},
	} {
		known := editions{configured: test.configured, answered: [2]Edition{ownRoutes: test.own, commonRoutes: test.common}}
		if got := known.order(ownRoutes); !slices.Equal(got, test.wantOwn) {
			t.Errorf("%s: got %v for own routes", name, got)
		}
		if got := known.order(commonRoutes); !slices.Equal(got, test.wantCommon) {
			t.Errorf("%s: got %v for common routes", name, got)
		}
	}
}

// TestInEdition_diagnosesEachEditionOnce checks that, if no edition answers a read, the error of each is
// diagnosed once.
func TestInEdition_diagnosesEachEditionOnce(t *testing.T) {
	t.Parallel()
	notFound := &transport.APIError{StatusCode: 404}
	for name, answered := range map[string]Edition{"no edition is known": "", "the flat one is known": EditionFlat} {
		api := newAPI(t, nil)
		api.editions.answered[ownRoutes] = answered
		var diagnosed []Edition
		got, err := inEdition(t.Context(), api, ownRoutes, nil, func(context.Context, Edition) (string, error) {
			return "", notFound
		}, func(_ context.Context, edition Edition, err error) (string, error) {
			diagnosed = append(diagnosed, edition)
			if edition == EditionRunScoped {
				return "found in another way", nil
			}
			return "", err
		})
		if got != "found in another way" || err != nil || !slices.Equal(diagnosed, []Edition{EditionFlat, EditionRunScoped}) {
			t.Errorf("%s: got %q, %v, diagnosed in %v", name, got, err, diagnosed)
		}
	}
}

// TestIsKeyRefused checks which answers mean that the server did not accept the credential.
func TestIsKeyRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status  int
		message string
		want    bool
	}{
		{401, "", true},
		{401, "Invalid API key", true},
		{403, "Not authenticated", true},
		{403, "not authenticated.", true},
		{403, "", false},
		{403, "Forbidden", false},
		{404, "Not authenticated", false},
		{404, "", false},
		{500, "", false},
	} {
		if got := isKeyRefused(&transport.APIError{StatusCode: test.status, Message: test.message}); got != test.want {
			t.Errorf("status %d, %q: got %v", test.status, test.message, got)
		}
	}
	if isKeyRefused(nil) || isKeyRefused(errors.New("Not authenticated")) {
		t.Error("no answer refuses the key")
	}
}
