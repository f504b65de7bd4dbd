# Refuses a plan unless the experiment was read in that plan, is fresh, and scores high enough. The input is the output of
# terraform show -json, and settings.json has the experiment and the threshold.
package retab.gate

import rego.v1

# A plan is allowed only if nothing is wrong with it.
default allow := false

allow if count(deny) == 0

settings := data.settings

# Every resource of the plan in every module, as Terraform has read it.
resources contains resource if {
	some path
	walk(input.prior_state.values.root_module, [path, resource])
	path[count(path) - 2] == "resources"
}

experiments contains resource.values if {
	some resource in resources
	resource.mode == "data"
	resource.type == "retab_experiment"
	resource.values.id == settings.experiment_id
}

# Only the metrics of the last run are about the release.
metrics contains resource.values if {
	some resource in resources
	resource.mode == "data"
	resource.type == "retab_experiment_metrics"
	some experiment in experiments
	resource.values.run_id == experiment.last_run_id
}

scores_high_enough(values) if {
	is_number(values.score)
	values.score >= settings.min_score
}

deny contains "settings.json has no experiment_id, or no min_score" if {
	not is_string(settings.experiment_id)
}

deny contains "settings.json has no experiment_id, or no min_score" if {
	not is_number(settings.min_score)
}

# A plan with -target keeps what an earlier plan has read.
deny contains "the plan is incomplete: it failed, or was made with -target" if {
	not input.complete
}

deny contains "the plan is incomplete: it failed, or was made with -target" if {
	input.errored
}

deny contains sprintf("%s is read in the apply only", [change.address]) if {
	some change in input.resource_changes
	startswith(change.type, "retab_")
	"read" in change.change.actions
}

deny contains sprintf("the gate is missing: the plan does not read experiment %v", [object.get(settings, "experiment_id", "")]) if {
	count(experiments) == 0
}

deny contains sprintf("experiment %s is not fresh: %s", [experiment.id, experiment.summary]) if {
	some experiment in experiments
	not experiment.is_fresh
}

deny contains "the gate is missing: the plan does not read the metrics of the last run" if {
	count(metrics) == 0
}

deny contains sprintf("run %s has no current metrics: %s", [values.run_id, values.summary]) if {
	some values in metrics
	values.state != "available"
}

deny contains sprintf("run %s has the score %v, and at least %v is required", [values.run_id, values.score, settings.min_score]) if {
	some values in metrics
	not scores_high_enough(values)
}
