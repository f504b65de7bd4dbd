package transport

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// This file has the helpers of tests with a fake clock: a server without a network, and reads of it as Terraform starts them.

// handler returns the status and the Retry-After header of a response, which has no such header if after is zero. It returns an
// error if there is no response.
type handler func(req *http.Request) (status int, after time.Duration, err error)

// countingServer is a server that counts its requests and records when they came.
type countingServer struct {
	handler handler
	latency time.Duration // of every response
	began   time.Time

	mu    sync.Mutex
	times []time.Duration
}

func (c *countingServer) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.times = append(c.times, time.Since(c.began))
	c.mu.Unlock()
	select {
	case <-time.After(c.latency):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	status, after, err := c.handler(req)
	if err != nil {
		return nil, err
	}
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`)), Request: req}
	if after > 0 {
		resp.Header.Set("Retry-After", strconv.Itoa(int(after/time.Second)))
	}
	return resp, nil
}

func (c *countingServer) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.times)
}

// withFakeClock runs a test with a fake clock, a server and its client.
func withFakeClock(t *testing.T, handler handler, test func(t *testing.T, server *countingServer, api *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := &countingServer{handler: handler, latency: 50 * time.Millisecond, began: time.Now()}
		test(t, server, newClient(t, Config{
			APIKey: "rt_test_key", BaseURL: "https://api.retab.example", RequestTimeout: 30 * time.Second, MaxRetries: 4, RoundTripper: server,
		}))
	})
}

// read makes one read, with the default timeout of a data source.
func read(t *testing.T, api *Client) error {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	_, err := api.Get(ctx, Request{Segments: []string{"result"}}, readAll(io.Discard))
	return err
}

// plan makes a number of reads as Terraform does, ten at a time. It returns their errors in the order in which the reads ended.
func plan(t *testing.T, api *Client, reads int) []error {
	var mu sync.Mutex
	var errs []error
	var running sync.WaitGroup
	slots := make(chan struct{}, 10)
	for range reads {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			err := read(t, api)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	running.Wait()
	return errs
}

// failed returns the errors that are not nil.
func failed(errs []error) []error {
	var failed []error
	for _, err := range errs {
		if err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

// failing responds to the first requests with a status, and to later ones as another handler.
func failing(times, status int, then handler) handler {
	return func(req *http.Request) (int, time.Duration, error) {
		if times--; times >= 0 {
			return status, 0, nil
		}
		return then(req)
	}
}
