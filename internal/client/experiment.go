package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Experiment is a block of a workflow with a fixed set of documents, over which it is run.
//
// API: "Get Experiment" (schemas ExperimentResponse, run-scoped edition, and WorkflowExperiment, flat edition).
type Experiment struct {
	ID         string `tfsdk:"-"`
	WorkflowID string `tfsdk:"-"`
	BlockID    string `tfsdk:"-"`
	Name       string `tfsdk:"-"` // not unique: a copy of an experiment can have the same name

	// BlockKind is extract, classifier, split, for_each, or a later value; nil when left out, like every pointer below.
	BlockKind     *string    `tfsdk:"block_kind"`
	NConsensus    *int64     `tfsdk:"n_consensus"` // how many times each document is executed: 3, 5 or 7
	DocumentCount *int64     `tfsdk:"document_count"`
	Status        string     `tfsdk:"status"`      // draft, processing, completed, failed, cancelled, a later value, or ""
	Score         *big.Float `tfsdk:"score"`       // of the newest run
	LastRunID     *string    `tfsdk:"last_run_id"` // nil when the experiment has never been run
	CreatedAt     *string    `tfsdk:"created_at"`  // RFC 3339, exactly as the server wrote it
	UpdatedAt     *string    `tfsdk:"updated_at"`

	Freshness Freshness `tfsdk:"freshness"`
	IsStale   bool      `tfsdk:"-"` // the server's older, second word about freshness; false when left out
	Drift     Drift     `tfsdk:"drift"`

	RunPlanMode         *string `tfsdk:"run_plan_mode"`             // what a new run would do, such as run or noop
	RerunnableDocuments *int64  `tfsdk:"rerunnable_document_count"` // how many documents a new run would compute
}

// The words of [Freshness.Status]. The API may send others; they pass through unchanged.
const (
	Fresh            = "fresh"
	Stale            = "stale"
	UnknownFreshness = "unknown"
)

// Freshness says whether the newest score is about the block and the documents as they are now.
//
// API: schema ArtifactFreshness, flat edition. In the run-scoped edition the status is derived, see derivedFreshness.
type Freshness struct {
	Status        string   `tfsdk:"status"`
	State         string   `tfsdk:"-"`               // freshness_state, the second status, or ""; flat edition only
	Reasons       []string `tfsdk:"reasons"`         // why it is not fresh, from both of its lists; flat edition only
	BaselineRunID *string  `tfsdk:"baseline_run_id"` // the run that the status is about; flat edition only
}

// NoDrift is the [Drift.Status] of a block whose schema has not changed since the newest run.
const NoDrift = "none"

// Drift says whether the schema of the block has changed since the newest run.
//
// API: schema ArtifactDrift (flat edition), or the members schema_drift and schema_drift_detail (both editions).
type Drift struct {
	// Status is none, drifted, broken or unknown (flat), none, partial, drifted or unknown (run-scoped), "" when left out.
	Status          string   `tfsdk:"status"`
	AffectedTargets []string `tfsdk:"affected_targets"` // flat edition only
	Detail          *string  `tfsdk:"detail"`
}

// Changed reports whether the status says that the schema has changed, or may say so: an unknown word counts as a change.
func (d Drift) Changed() bool {
	switch d.Status {
	case "", NoDrift, "unknown":
		return false
	default:
		return true
	}
}

// Experiment reads one experiment. workflowID may be "": the run-scoped edition, which needs it, then takes it from the
// newest run of the experiment. If there is none, the error unwraps to [ErrWorkflowNeeded].
//
// API: GET /v1/workflows/{workflow_id}/experiments/{experiment_id} in the run-scoped edition, GET
// /v1/workflows/experiments/{experiment_id} in the flat edition, both "Get Experiment". An experiment that provably does not
// exist, or not in this workflow, is an [*AbsentError].
func (c *Client) Experiment(ctx context.Context, experimentID, workflowID string, fresh bool) (Experiment, error) {
	ids := cmp.Or(CheckID("id", experimentID), checkOptionalID("workflow_id", workflowID))
	read := experimentRead{c, experimentID, workflowID, c.cache.freshnessOf(fresh)}
	experiment, err := inEdition(ctx, c, ownRoutes, ids, read.read, explained[Experiment](read.findAbsent))
	if err == nil && workflowID != "" && !sameID(experiment.WorkflowID, workflowID) {
		return Experiment{}, &AbsentError{
			Reason: NoSuchExperiment, ExperimentID: experimentID, WorkflowID: workflowID,
			Message: fmt.Sprintf("It belongs to workflow %q.", experiment.WorkflowID),
		}
	}
	return experiment, err
}

type experimentRead struct {
	client                   *Client
	experimentID, workflowID string
	needs                    freshness
}

// read reads the experiment. The flat edition needs no workflow. The run-scoped edition takes it from the newest run.
func (r experimentRead) read(ctx context.Context, edition Edition) (Experiment, error) {
	workflowID := r.workflowID
	if edition == EditionRunScoped && workflowID == "" {
		var err error
		if workflowID, err = r.client.workflowOf(ctx, r.experimentID, r.needs); err != nil {
			return Experiment{}, err
		}
	}
	experiment, err := r.client.experiment(ctx, edition, workflowID, r.experimentID, r.needs)
	if err != nil || edition == EditionFlat { // whose experiments have the run plan
		return experiment, err
	}
	return r.client.withRunPlan(ctx, experiment, r.needs)
}

func (c *Client) experiment(ctx context.Context, edition Edition, workflowID, experimentID string, needs freshness) (Experiment, error) {
	request := experimentRoute.request(edition, values{"workflow_id": workflowID, "experiment_id": experimentID}, nil).about(experimentID, "")
	return get(ctx, c, request, needs, never, checked(convertExperiment, func(experiment Experiment) error {
		ids := []idMatch{{"id", experimentID, experiment.ID}}
		if edition == EditionRunScoped {
			ids = append(ids, idMatch{"workflow_id", workflowID, experiment.WorkflowID})
		}
		return verifyIDs(ids...)
	}))
}

// withRunPlan adds the run plan to an experiment of the run-scoped edition. Without that route, which later versions
// of the edition lack, the plan is unknown. What its count of documents means for a plan that runs nothing is not
// documented.
//
// API: "Get Experiment Run Plan" (schema ExperimentRunPlanResponse), run-scoped edition only.
func (c *Client) withRunPlan(ctx context.Context, experiment Experiment, needs freshness) (Experiment, error) {
	of := values{"workflow_id": experiment.WorkflowID, "experiment_id": experiment.ID}
	request := runPlanRoute.request(EditionRunScoped, of, nil).about(experiment.ID, "run-plan")
	plan, err := cached(ctx, c.cache, request.key(), needs, never, func(ctx context.Context) (wire.RunPlan, error) {
		plan, _, err := send(ctx, c, request, func(body wire.RunPlan) (wire.RunPlan, error) {
			return body, requireMembers(member{"mode", body.Mode})
		})
		if isMissingRoute(err) || transport.StatusOf(err) == http.StatusForbidden {
			return wire.RunPlan{}, nil
		}
		return plan, err
	})
	if err != nil {
		return Experiment{}, err
	}
	experiment.RunPlanMode = plan.Mode.Pointer()
	switch plan.Mode.String() {
	case "run":
		experiment.RerunnableDocuments = (*int64)(&plan.DocumentCount)
	case "noop":
		experiment.RerunnableDocuments = new(int64(0))
	}
	return experiment, nil
}

// workflowOf returns the workflow of an experiment, from its newest run in the run-scoped edition. A run that does
// not name this experiment is ignored.
func (c *Client) workflowOf(ctx context.Context, experimentID string, needs freshness) (string, error) {
	runs, err := runsList(EditionRunScoped, RunFilter{ExperimentID: experimentID}).first(ctx, c, needs)
	if err != nil {
		return "", err
	}
	for _, run := range runs.Rows {
		if run.ExperimentID != nil && sameID(*run.ExperimentID, experimentID) && run.WorkflowID != nil && CheckID("workflow_id", *run.WorkflowID) == nil {
			return *run.WorkflowID, nil
		}
	}
	return "", ErrWorkflowNeeded
}

// findAbsent returns an [*AbsentError] if an experiment does not exist: no list has it, and the route answers for
// another experiment, if there is one.
func (r experimentRead) findAbsent(ctx context.Context, edition Edition, notFound error) error {
	if !IsNotFound(notFound) {
		return notFound
	}
	after := r.client.cache.freshnessOf(true)
	other, err := r.otherExperiment(ctx, edition, notFound, after)
	switch {
	case err != nil:
	case !isAPINotFound(notFound):
		err = notFound
	case other == "":
		err = unlessSaid(notFound, r.experimentID, "experiment")
	default:
		_, err = experimentRead{r.client, other, r.workflowID, after}.read(ctx, edition)
	}
	return AbsentError{Reason: NoSuchExperiment, ExperimentID: r.experimentID, WorkflowID: r.workflowID}.unless(err, notFound)
}

// otherExperiment returns another experiment of the workflow or, if the workflow is not known, of the newest run, ""
// if there is none. It returns the 404 if a list has the experiment: that of its workflow or, if the workflow is not
// known, that of its runs.
func (r experimentRead) otherExperiment(ctx context.Context, edition Edition, notFound error, after freshness) (string, error) {
	runs, err := runsList(edition, RunFilter{ExperimentID: r.experimentID}).first(ctx, r.client, after) // has the best error for a bad key
	switch {
	case err != nil:
		return "", err
	case r.workflowID != "":
		list, err := r.client.experiments(ctx, edition, r.workflowID, after)
		if slices.ContainsFunc(list, func(row Experiment) bool { return sameID(row.ID, r.experimentID) }) {
			err = notFound
		}
		if err != nil || len(list) == 0 {
			return "", err
		}
		return list[0].ID, nil
	case !runs.IsEnvelope || len(runs.Rows) > 0 || runs.GoesOn(0, 1):
		return "", notFound
	}
	runs, err = runsList(edition, RunFilter{}).first(ctx, r.client, after)
	if err != nil || len(runs.Rows) == 0 {
		return "", err
	}
	return OrZero(runs.Rows[0].ExperimentID), nil
}

// convertExperiment checks the required members and merges the two spellings.
func convertExperiment(b wire.Experiment) (Experiment, error) {
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"block_id", b.BlockID})
	if err == nil && b.Name == nil { // it may be empty, and have any character that a person can type
		err = errors.New("name is missing")
	}
	experiment := Experiment{
		ID:                  b.ID.String(),
		WorkflowID:          b.WorkflowID.String(),
		BlockID:             b.BlockID.String(),
		Name:                b.Name.String(),
		BlockKind:           blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:          b.NConsensus.Pointer(),
		DocumentCount:       (*int64)(b.DocumentCount),
		Status:              b.Status.String(),
		Score:               b.Score.Float(),
		LastRunID:           firstPresent(b.LastRunID),
		CreatedAt:           b.CreatedAt.Pointer(),
		UpdatedAt:           b.UpdatedAt.Pointer(),
		Freshness:           convertFreshness(b),
		IsStale:             b.IsStale != nil && *b.IsStale,
		Drift:               convertDrift(b.SchemaDrift, b.SchemaDriftDetail, b.Drift),
		RunPlanMode:         b.RunPlanMode.Pointer(),
		RerunnableDocuments: (*int64)(b.Rerunnable),
	}
	return experiment, err
}

// convertFreshness returns the flat edition's freshness. The run-scoped edition has none, so there the status is derived.
func convertFreshness(b wire.Experiment) Freshness {
	freshness := Freshness{
		Status:        cmp.Or(b.Freshness.Status.String(), b.FreshnessState.String(), derivedFreshness(b)),
		State:         b.FreshnessState.String(),
		Reasons:       texts(b.Freshness.Reasons),
		BaselineRunID: firstPresent(b.Freshness.BaselineRunID),
	}
	for _, reason := range texts(b.FreshnessReasons) {
		if !slices.Contains(freshness.Reasons, reason) {
			freshness.Reasons = append(freshness.Reasons, reason)
		}
	}
	return freshness
}

// derivedFreshness returns fresh only if the server says all three: it is not stale, its schema has not changed, and it has
// been run.
func derivedFreshness(b wire.Experiment) string {
	switch {
	case b.IsStale != nil && *b.IsStale:
		return Stale
	case b.IsStale != nil && b.SchemaDrift.String() == NoDrift && b.LastRunID.String() != "":
		return Fresh
	default:
		return UnknownFreshness
	}
}

// convertDrift returns the flat edition's drift, or that of the schema, which both editions have. If only one of the two statuses
// contradicts freshness, that one counts.
func convertDrift(schemaDrift *wire.Text, detail wire.Note, b wire.Drift) Drift {
	drift := Drift{
		Status:          schemaDrift.String(),
		AffectedTargets: texts(b.AffectedTargets),
		Detail:          firstPresent(b.Detail.Text, detail.Text),
	}
	own := Drift{Status: b.Status.String()}
	if own.Changed() || own.Status != "" && !drift.Changed() {
		drift.Status = own.Status
	}
	return drift
}
