# Refuses a plan unless the plan has read the experiment, its last run and the metrics of that run, and all three allow the
# release. The input is the output of terraform show -json. settings.json has the experiment and the thresholds.
package retab.gate

import rego.v1

# A plan is allowed only if nothing is wrong with it.
default allow := false

allow if count(deny) == 0

settings := data.settings

# The source of the provider. Another provider can have data sources of the same names.
source := object.get(settings, "provider", "registry.terraform.io/retab-dev/retab")

# The modules of the plan, as Terraform has read them. A path with other steps leads into values, which anybody can choose.
modules contains module if {
	some path
	walk(input.prior_state.values.root_module, [path, module])
	every step in path {
		is_module_step(step)
	}
}

is_module_step("child_modules")

is_module_step(step) if is_number(step)

# The values of all data sources of a type.
values_of(type) := {resource.values |
	some module in modules
	some resource in module.resources
	resource.mode == "data"
	resource.type == type
	resource.provider_name == source
}

experiments := {values | some values in values_of("retab_experiment"); values.id == settings.experiment_id}

last_runs := {experiment.last_run_id | some experiment in experiments; is_string(experiment.last_run_id)}

runs(id) := {values | some values in values_of("retab_experiment_run"); values.id == id}

# Metrics of one document or one target have another score.
metrics(id) := {values |
	some values in values_of("retab_experiment_metrics")
	values.run_id == id
	object.get(values, "document_id", null) == null
	object.get(values, "target_path", null) == null
}

at_least(value, minimum) if {
	is_number(value)
	value >= minimum
	value <= 1
}

# Whether a count is there and covers another one that is there.
covers(count, other) if {
	is_number(count)
	is_number(other)
	count >= other
}

# A member, or an empty text. A function of a member that is missing is undefined, also after not.
text(values, name) := object.get(values, name, "")

# What the settings lack.
deny contains "settings.json has no experiment_id" if text(settings, "experiment_id") == ""

deny contains sprintf("settings.json has no %s from 0 to 1", [name]) if {
	some name in ["min_score", "min_success_ratio"]
	not at_least(text(settings, name), 0)
}

deny contains "the plan has failed" if not input.errored == false

# Why the plan must not release anything. Terraform before 1.8 and OpenTofu do not say whether a plan is complete.
deny contains reason if {
	not only_deletes
	says_whether_complete
	some reason in reasons
}

deny contains "the policy needs Terraform 1.8 or later, and not OpenTofu: the plan does not say whether it is complete" if {
	not only_deletes
	not says_whether_complete
}

says_whether_complete if is_boolean(input.complete)

# A plan that only deletes releases nothing, and its data sources need not be read.
only_deletes if {
	some deleted in input.resource_changes
	deleted.change.actions == ["delete"]
	every changed in input.resource_changes {
		changed.change.actions in [["delete"], ["no-op"]]
	}
	every output in object.get(input, "output_changes", {}) {
		output.actions in [["delete"], ["no-op"]]
	}
	every name in ["action_invocations", "deferred_action_invocations", "deferred_changes"] {
		count(object.get(input, name, [])) == 0
	}
}

# A plan with -target keeps what an earlier plan has read.
reasons contains "the plan is incomplete: it was made with -target, or it defers changes" if input.complete == false

reasons contains sprintf("provider %s has a base_url that settings.json does not name", [key]) if {
	some key, config in input.configuration.provider_config
	config.full_name == source
	base_url := config.expressions.base_url
	not is_named(base_url)
}

is_named(base_url) if base_url.constant_value == settings.base_url

reasons contains sprintf("the gate is missing: the plan does not read %s", [object]) if some object in missing

missing contains sprintf("experiment %v", [text(settings, "experiment_id")]) if {
	count(experiments) == 0
}

reasons contains sprintf("experiment %v is not fresh: %v", [experiment.id, text(experiment, "summary")]) if {
	some experiment in experiments
	not experiment.is_fresh == true
}

missing contains "the last run, because the experiment names none" if {
	some experiment in experiments
	not is_string(object.get(experiment, "last_run_id", null))
}

missing contains sprintf("the last run %s", [id]) if {
	some id in last_runs
	count(runs(id)) == 0
}

reasons contains sprintf("run %s is not completed: its status is %v", [id, text(run, "status")]) if {
	some id in last_runs
	some run in runs(id)
	not run.status == "completed"
}

reasons contains sprintf("run %s has the success ratio %v, and at least %v is required", [id, ratio, minimum]) if {
	some id in last_runs
	some run in runs(id)
	ratio := text(run, "success_ratio")
	minimum := text(settings, "min_success_ratio")
	not at_least(ratio, minimum)
}

missing contains sprintf("the metrics of the last run %s", [id]) if {
	some id in last_runs
	count(metrics(id)) == 0
}

reasons contains sprintf("run %s has no current metrics: %v", [id, text(values, "summary")]) if {
	some id in last_runs
	some values in metrics(id)
	not values.state == "available"
}

reasons contains sprintf("run %s has the score %v, and at least %v is required", [id, score, minimum]) if {
	some id in last_runs
	some values in metrics(id)
	score := text(values, "score")
	minimum := text(settings, "min_score")
	not at_least(score, minimum)
}

reasons contains sprintf("the score of run %s is about %v of %v succeeded documents", [id, scored, succeeded]) if {
	some id in last_runs
	some run in runs(id)
	some values in metrics(id)
	scored := text(values, "scored_document_count")
	succeeded := text(run, "succeeded_count")
	not covers(scored, succeeded)
}

# Reads that are not the gate although they look like it.
reasons contains sprintf("%s is read in the apply only, so its values are not in the plan", [change.address]) if {
	count(missing) > 0
	some change in input.resource_changes
	change.type in gate_types
	change.change.actions == ["read"]
	not change.action_reason == "read_because_check_nested"
}

reasons contains sprintf("%s is read by %s, and not by %s", [resource.address, resource.provider_name, source]) if {
	count(missing) > 0
	some module in modules
	some resource in module.resources
	resource.type in gate_types
	resource.provider_name != source
}

gate_types := {"retab_experiment", "retab_experiment_run", "retab_experiment_metrics"}
