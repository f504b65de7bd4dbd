package client

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// This file decides what a 404 proves. Its text alone proves nothing: a gateway, a wrong base URL and a missing route
// answer 404, too. An object is absent only if the API itself says so, if lists agree, and if the same route has
// answered 200 for another object with the same key. If there is no other object to request, the vendor's published
// words for this object are the proof. Any other 404 is returned as it is.

// provedAbsent returns absent if err is the 404 of a run that does not exist: the list of runs comes in the API's own
// shape and does not have it, and the route of one run answers for the newest run of the list.
func provedAbsent[Body, Row any](
	ctx context.Context, c *Client, err error, absent AbsentError, runs list[Body, Row], readOther func(id string, after freshness) error,
) error {
	if !isAPINotFound(err) {
		return err
	}
	after := c.cache.freshnessOf(true)
	newest, otherErr := runs.first(ctx, c, after)
	switch {
	case otherErr != nil:
	case !newest.IsEnvelope || slices.ContainsFunc(newest.Rows, func(row Row) bool { return sameID(runs.id(row), absent.RunID) }):
		otherErr = err
	case len(newest.Rows) > 0:
		otherErr = readOther(runs.id(newest.Rows[0]), after)
	case newest.GoesOn(0, 1):
		otherErr = err
	}
	return absent.unless(otherErr, err)
}

// unless returns the absence if a request for another object was answered, or else the error of [confirmed].
func (e AbsentError) unless(err, notFound error) error {
	if err = confirmed(err, notFound); err != nil {
		return err
	}
	api := transport.HasStatus(notFound, http.StatusNotFound)
	e.RequestInfo, e.Message = api.RequestInfo, api.Message
	return &e
}

// confirmed returns nil if a request for another object was answered. Otherwise it returns the error of that request
// if it says more than that its route may be missing, or else the 404.
func confirmed(err, notFound error) error {
	if err == nil || isDecisive(err) {
		return err
	}
	return notFound
}

// orKeyRefused returns the refusal of the key in place of a 404: the routes of runs give the best error for a bad key. It
// returns any other error, such as an [*AbsentError], as it is.
func (c *Client) orKeyRefused(ctx context.Context, edition Edition, err error) error {
	if !IsNotFound(err) {
		return err
	}
	if _, runsErr := runsList(edition, RunFilter{}).first(ctx, c, freshness{}); isKeyRefused(runsErr) {
		return runsErr
	}
	return err
}

// unlessSaid returns nil if a 404 is in the words that the vendor has published for a missing object, such as
// "Experiment not found: exp_abc". Where they have an id, it must be that of the object. Otherwise it returns the 404.
func unlessSaid(notFound error, id string, nouns ...string) error {
	api := transport.HasStatus(notFound, http.StatusNotFound)
	if api == nil || !api.IsJSON {
		return notFound
	}
	noun, about, isPublished := strings.Cut(strings.ToLower(strings.TrimSuffix(api.Message, ".")), " not found")
	if isPublished && slices.Contains(nouns, noun) && (about == "" || strings.HasSuffix(about, strings.ToLower(id))) {
		return nil
	}
	return notFound
}
