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

// This file has what the tests on a clock share: a server without a network, and reads of it as Terraform starts them.

// answers is a server that answers with a status, and with Retry-After if after is positive. It returns an error for no
// answer.
type answers func(req *http.Request) (status int, after time.Duration, err error)

// counting counts the requests to a server and notes when they came.
type counting struct {
	answers answers
	latency time.Duration // of every answer
	began   time.Time

	mu    sync.Mutex
	times []time.Duration
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.times = append(c.times, time.Since(c.began))
	c.mu.Unlock()
	select {
	case <-time.After(c.latency):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	status, after, err := c.answers(req)
	if err != nil {
		return nil, err
	}
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`)), Request: req}
	if after > 0 {
		resp.Header.Set("Retry-After", strconv.Itoa(int(after/time.Second)))
	}
	return resp, nil
}

func (c *counting) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.times)
}

// onAClock runs a test on a clock of its own, with a client of a server.
func onAClock(t *testing.T, answers answers, test func(t *testing.T, server *counting, api *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := &counting{answers: answers, latency: 50 * time.Millisecond, began: time.Now()}
		test(t, server, New(Config{
			APIKey: "rt_test_key", BaseURL: mustParse(t, "https://api.retab.example"), RequestTimeout: 30 * time.Second, MaxRetries: 4, RoundTripper: server,
		}))
	})
}

// read is one read, bounded as Terraform's are by default.
func read(t *testing.T, api *Client) error {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	_, err := api.Get(ctx, Request{Segments: []string{"result"}}, readAll(io.Discard))
	return err
}

// plan makes a number of reads as Terraform does, ten at a time, and returns their errors in the order in which they ended.
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

// failing is a server that answers a number of requests with a status, and then as another one.
func failing(times, status int, then answers) answers {
	return func(req *http.Request) (int, time.Duration, error) {
		if times--; times >= 0 {
			return status, 0, nil
		}
		return then(req)
	}
}
