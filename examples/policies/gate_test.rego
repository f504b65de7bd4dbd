package retab.gate_test

import rego.v1

import data.retab.gate

settings := {"experiment_id": "exp_1", "min_score": 0.8}

experiment := {"mode": "data", "type": "retab_experiment", "values": {"id": "exp_1", "last_run_id": "exprun_1", "is_fresh": true, "summary": "It is fresh."}}

metrics := {"mode": "data", "type": "retab_experiment_metrics", "values": {"run_id": "exprun_1", "state": "available", "score": 0.8, "summary": "It has a score."}}

# The plan of a configuration with the gate in a module.
plan(resources) := {
	"complete": true, "errored": false, "resource_changes": [],
	"prior_state": {"values": {"root_module": {"child_modules": [{"resources": resources}]}}},
}

with_values(resource, values) := object.union(resource, {"values": values})

refused(planned, message) if {
	denied := gate.deny with input as planned with data.settings as settings
	some reason in denied
	contains(reason, message)
}

test_good_plan if {
	gate.allow with input as plan([experiment, metrics]) with data.settings as settings
}

test_missing_gate if refused(plan([]), "does not read experiment exp_1")

test_other_experiment if refused(plan([with_values(experiment, {"id": "exp_easy"}), metrics]), "does not read experiment exp_1")

test_missing_metrics if refused(plan([experiment]), "does not read the metrics")

test_metrics_of_another_run if refused(plan([experiment, with_values(metrics, {"run_id": "exprun_0"})]), "does not read the metrics")

test_stale if refused(plan([with_values(experiment, {"is_fresh": false}), metrics]), "is not fresh")

test_stale_metrics if refused(plan([experiment, with_values(metrics, {"state": "stale", "score": null})]), "no current metrics")

test_low_score if refused(plan([experiment, with_values(metrics, {"score": 0.7999999999999999})]), "at least 0.8 is required")

test_no_score if refused(plan([experiment, with_values(metrics, {"score": null})]), "at least 0.8 is required")

test_target if refused(object.union(plan([experiment, metrics]), {"complete": false}), "incomplete")

test_failed_plan if refused(object.union(plan([experiment, metrics]), {"errored": true}), "incomplete")

test_read_in_apply if {
	read := {"address": "data.retab_experiment.x", "type": "retab_experiment", "change": {"actions": ["read"]}}
	refused(object.union(plan([experiment, metrics]), {"resource_changes": [read]}), "is read in the apply only")
}

test_empty_input if not gate.allow with input as {} with data.settings as settings

test_no_settings if not gate.allow with input as plan([experiment, metrics]) with data.settings as {}
