package client

import (
	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// Aliases of the objects of the API and of the errors of a request, so that package provider imports only package
// client.
//
//nolint:revive // each is documented where it is defined
type (
	ExperimentResult = retab.ExperimentResult
	ExperimentRun    = retab.ExperimentRun
	RunFilter        = retab.RunFilter
	Lifecycle        = retab.Lifecycle
	Timing           = retab.Timing
	Status           = retab.Status
	Artifact         = retab.Artifact
	Handle           = retab.Handle
	Experiment       = retab.Experiment
	Freshness        = retab.Freshness
	Drift            = retab.Drift
	EvalRun          = retab.EvalRun
	EvalRunFilter    = retab.EvalRunFilter
	EvalCounts       = retab.EvalCounts
	EvalScope        = retab.EvalScope
	EvalResult       = retab.EvalResult
	EvalVerdict      = retab.EvalVerdict
	Eval             = retab.Eval
	EvalRunSummary   = retab.EvalRunSummary
	Workflow         = retab.Workflow
	RunPlan          = retab.RunPlan
	Metrics          = retab.Metrics
	MetricsState     = retab.MetricsState
	DocumentScore    = retab.DocumentScore
	TargetScore      = retab.TargetScore
	Confusion        = retab.Confusion
	ArtifactRecord   = retab.ArtifactRecord

	Backoff        = transport.Backoff
	Certificates   = transport.Certificates
	RequestInfo    = transport.RequestInfo
	ArgumentError  = transport.ArgumentError
	APIError       = transport.APIError
	ResponseError  = transport.ResponseError
	TransportError = transport.Error
	ProxyError     = transport.ProxyError
)

// The statuses the vendor has published.
const (
	ScopeWorkflow = retab.ScopeWorkflow
	ScopeBlock    = retab.ScopeBlock
	ScopeEval     = retab.ScopeEval
	EvalPassed    = retab.EvalPassed
	EvalFailed    = retab.EvalFailed
	EvalBlocked   = retab.EvalBlocked

	StatusPending   = retab.StatusPending
	StatusQueued    = retab.StatusQueued
	StatusRunning   = retab.StatusRunning
	StatusCompleted = retab.StatusCompleted
	StatusError     = retab.StatusError
	StatusCancelled = retab.StatusCancelled
)

// The final statuses of a record.
const (
	RecordCompleted = retab.RecordCompleted
	RecordFailed    = retab.RecordFailed
	RecordCancelled = retab.RecordCancelled
)

// Words of a [Freshness] and a [Drift].
const (
	Fresh            = retab.Fresh
	UnknownFreshness = retab.UnknownFreshness
	NoDrift          = retab.NoDrift
)

// The states of metrics.
const (
	MetricsAvailable = retab.MetricsAvailable
	MetricsStale     = retab.MetricsStale
	MetricsMissing   = retab.MetricsMissing

	MetricsContradictory = retab.MetricsContradictory
)

// Causes of a [*TransportError].
var (
	ErrRequestTimeout      = transport.ErrRequestTimeout
	ErrBodyTooLarge        = transport.ErrBodyTooLarge
	ErrCrossOriginRedirect = transport.ErrCrossOriginRedirect
	ErrRedirectLoop        = transport.ErrRedirectLoop
	ErrProxyAddress        = transport.ErrProxyAddress
	ErrStaleAnswer         = transport.ErrStaleAnswer
)

// Checks of settings, errors and text; see packages transport and sanitize.
var (
	PlainText = sanitize.PlainText

	IsUnknownAuthority       = transport.IsUnknownAuthority
	IsOutsideValidity        = transport.IsOutsideValidity
	MayWantClientCertificate = transport.MayWantClientCertificate
)

// How requests are sent; see package transport.
var (
	NewRoundTripper = transport.NewRoundTripper
)
