package acceptance

import "slices"

// evidence is a member of an answer that a gate needs: with this value, or with null, the gate must fail.
type evidence struct{ noun, member, value string } // value is JSON

func (e evidence) String() string { return e.noun + "." + e.member + "=" + e.value }

// evidenceOf has the evidences of every attribute that a documented gate reads in a condition.
var evidenceOf = map[string][]evidence{
	"experiment_result.succeeded": resultEvidences,
	"experiment_result.exists":    {{"result", "absent", "true"}},
	"experiment_result.artifact":  {{"result", "artifact", "null"}},

	"experiment_results.all_succeeded":      resultEvidences,
	"experiment_results.all_terminal":       {{"run", "lifecycle", `{"status":"running"}`}},
	"experiment_results.success_ratio":      append(slices.Clone(resultEvidences), countEvidences...),
	"experiment_results.document_count":     countEvidences,
	"experiment_results.succeeded_count":    resultEvidences,
	"experiment_results.status_by_document": resultEvidences,
	"experiment_results.by_document":        {{"result", "artifact", "null"}, {"result", "timing", "{}"}, {"result", "timing", `{"duration_ms":60001}`}},

	"experiment_run.id":     {{"experiment", "last_run_id", `"exprun_other"`}},
	"experiment_run.exists": {{"experiment", "last_run_id", `null`}},
	"experiment_run.status": {{"run", "lifecycle", `{"status":"running"}`}, {"run", "lifecycle", `{"status":"error"}`}},
	"experiment_run.score":  {{"run", "score", "79"}, {"run", "score", "0.1"}},
	"experiment_run.success_ratio": append(slices.Clone(countEvidences), []evidence{
		{"listed run", "total_document_count", "7"}, {"listed run", "completed_document_count", "0"}, {"listed run", "error_count", "1"},
	}...),
	"experiment_run.experiment_id":       {{"run", "experiment_id", "null"}},
	"experiment_run.workflow_version_id": {{"run", "workflow_version_id", `"other"`}, {"run", "workflow", `{"workflow_id":"wf_1","version_id":"other"}`}},
	// All instances have the same workflow, so TestGate_releaseWithEvals takes its version away.
	"workflow.published": {},

	"experiment_run.definition_fingerprint":      {{"run", "definition_fingerprint", `"other"`}},
	"experiment_run.block_execution_fingerprint": {{"run", "block_execution_fingerprint", `"other"`}},

	"experiment.id":          {{"metrics", "experiment_id", `"exp_other"`}},
	"experiment.last_run_id": {{"experiment", "last_run_id", `"exprun_other"`}},
	"experiment.score":       {{"experiment", "score", "0.3"}},
	"experiment.is_fresh": {
		{"experiment", "is_stale", "true"},
		{"experiment", "schema_drift", `"partial"`},
		{"experiment", "status", `"processing"`},
		{"experiment", "score", "79"},
		{"experiment", "freshness", `{"status":"stale"}`},
		{"experiment", "freshness", `{"status":"unknown"}`},
		{"experiment", "freshness", `{"status":"fresh","reasons":["inputs_changed"]}`},
		{"experiment", "freshness", `{"status":"fresh","baseline_run_id":"exprun_other"}`},
		{"experiment", "freshness_state", `"stale"`},
		{"experiment", "freshness_reasons", `["x"]`},
		{"experiment", "drift", `{"status":"broken"}`},
		{"experiment", "drift", `{"status":"none","affected_targets":["total"]}`},
		{"experiment", "run_plan_mode", `"run"`},
		{"experiment", "run_plan_mode", `"conflict"`},
		{"experiment", "rerunnable_document_count", "2"},
	},

	"experiment_metrics.state": {
		{"metrics", "error", "true"},
		{"metrics", "error", "{}"},
		{"metrics", "error", `["stale"]`},
		{"metrics", "error", `"stale_metrics"`},
		{"metrics", "stale_reasons", `["inputs_changed"]`},
		{"metrics", "prior_run_id", "null"},
	},
	"experiment_metrics.score":                       {{"metrics", "score", "null"}, {"metrics", "score", "79"}, {"metrics", "score", "0.5"}, {"metrics", "score", "0.95"}},
	"experiment_metrics.prior_score":                 {{"metrics", "prior_score", "null"}, {"metrics", "prior_score", "0.99"}, {"metrics", "prior_score", "-1"}},
	"experiment_metrics.target_scores":               {{"metrics", "aggregate", "null"}, {"metrics", "aggregate", `{"likelihoods":{"total":0.1}}`}, {"metrics", "aggregate", `{"likelihoods":{"total":79}}`}},
	"experiment_metrics.experiment_id":               {{"metrics", "experiment_id", `"exp_other"`}},
	"experiment_metrics.definition_fingerprint":      {{"metrics", "definition_fingerprint", `"other"`}},
	"experiment_metrics.block_execution_fingerprint": {{"metrics", "block_execution_fingerprint", `"other"`}},
	"experiment_metrics.scored_document_count":       {{"metrics", "scored_document_count", "0"}, {"metrics", "scored_document_count", "1"}},
	"experiment_metrics.document_scores": {
		{"metrics", "documents", "[]"},
		{"metrics", "documents", `[{"id":"expdoc_1","filename":"a","score":0.9}]`},
		{"metrics", "documents", `[{"id":"expdoc_1","filename":"a","score":0.9},{"id":"expdoc_2","filename":"b","score":null}]`},
		{"metrics", "documents", `[{"id":"expdoc_1","filename":"a","score":0.9},{"id":"expdoc_2","filename":"b","score":0.9},{"id":"expdoc_3","filename":"c","score":0.9}]`},
	},

	"artifact.succeeded": {{"artifact", "error", "{}"}, {"artifact", "error", "true"}, {"artifact", "error", `["x"]`}, {"artifact", "error", `"x"`}, {"artifact", "status", `"failed"`}},
	"artifact.is_scored": {
		{"artifact", "consensus", "null"},
		{"artifact", "consensus", `{"likelihoods":null}`},
		{"artifact", "output", "null"},
		{"artifact", "consensus", `{"likelihoods":5,"likelihood":5}`},
		{"artifact", "consensus", `{"likelihoods":{"total":0.99}}`},
		{"artifact", "consensus", `{"likelihoods":{"total":0.99,"vendor":5}}`},
		{"artifact", "consensus", `{"likelihoods":{"total":0.99,"vendor":null}}`},
	},
	"artifact.lowest_likelihood": {{"artifact", "consensus", `{"likelihoods":{"total":0.99,"vendor":0.1}}`}, {"artifact", "consensus", `{"likelihoods":0.1,"likelihood":0.1}`}},
}

var (
	resultEvidences = []evidence{
		{"result", "lifecycle", `{"status":"running"}`},
		{"result", "lifecycle", `{"status":"error","message":"boom"}`},
		{"result", "is_placeholder", "true"},
		{"result", "error", "true"},
		{"result", "error", "{}"},
		{"result", "error", `["boom"]`},
		{"result", "lifecycle", `{"status":"completed","message":"boom"}`},
	}
	countEvidences = []evidence{
		{"run", "total_document_count", "7"}, {"run", "completed_document_count", "3"}, {"run", "error_count", "1"}, {"run", "document_count", "7"},
	}
)
