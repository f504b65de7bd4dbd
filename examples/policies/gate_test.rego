package retab.gate_test

import rego.v1

import data.retab.gate

settings := {"experiment_id": "exp_1", "min_score": 0.8, "min_success_ratio": 0.9}

source := "registry.terraform.io/retab-dev/retab"

read(type, values) := {
	"address": sprintf("data.%s.this", [type]), "mode": "data", "type": type,
	"provider_name": source, "values": values,
}

experiment_values := {"id": "exp_1", "last_run_id": "exprun_1", "is_fresh": true, "summary": "It is fresh."}

run_values := {"id": "exprun_1", "status": "completed", "succeeded_count": 9, "success_ratio": 0.9, "summary": "9 of 10 documents succeeded."}

metrics_values := {
	"run_id": "exprun_1", "state": "available", "score": 0.8, "scored_document_count": 9, "document_id": null, "target_path": null,
	"summary": "It has a score.",
}

experiment(change) := read("retab_experiment", object.union(experiment_values, change))

run(change) := read("retab_experiment_run", object.union(run_values, change))

metrics(change) := read("retab_experiment_metrics", object.union(metrics_values, change))

evidence := [experiment({}), run({}), metrics({})]

release := {
	"address": "terraform_data.release", "mode": "managed", "type": "terraform_data",
	"provider_name": "terraform.io/builtin/terraform", "change": {"actions": ["update"]},
}

# The plan of a configuration with the gate in a module of a module.
plan(resources) := {
	"complete": true, "errored": false, "resource_changes": [release],
	"configuration": {"provider_config": {"retab": {"name": "retab", "full_name": source}}},
	"prior_state": {"values": {"root_module": {"child_modules": [{"child_modules": [{"resources": resources}]}]}}},
}

good := plan(evidence)

allowed(planned) if gate.allow with input as planned with data.settings as settings

refused(planned, message) if {
	not allowed(planned)
	denied := gate.deny with input as planned with data.settings as settings
	some reason in denied
	contains(reason, message)
}

test_good_plan if allowed(good)

test_root_module if {
	allowed(object.union(good, {"prior_state": {"values": {"root_module": {"resources": evidence, "child_modules": []}}}}))
}

# Missing evidence.

test_no_gate if refused(plan([]), "does not read experiment exp_1")

test_other_experiment if refused(plan([experiment({"id": "exp_easy"}), run({}), metrics({})]), "does not read experiment exp_1")

test_no_run if refused(plan([experiment({}), metrics({})]), "does not read the last run exprun_1")

test_other_run if refused(plan([experiment({}), run({"id": "exprun_0"}), metrics({})]), "does not read the last run exprun_1")

test_no_metrics if refused(plan([experiment({}), run({})]), "does not read the metrics of the last run exprun_1")

test_metrics_of_another_run if refused(plan([experiment({}), run({}), metrics({"run_id": "exprun_0"})]), "does not read the metrics")

test_metrics_of_a_document if refused(plan([experiment({}), run({}), metrics({"document_id": "expdoc_1"})]), "does not read the metrics")

test_metrics_of_a_target if refused(plan([experiment({}), run({}), metrics({"target_path": "total"})]), "does not read the metrics")

test_no_last_run if {
	nulls := [experiment({"last_run_id": null}), run({"id": null}), metrics({"run_id": null})]
	refused(plan(nulls), "does not read the last run")
}

# Every member that the policy judges, taken away or null. The others describe, or say something only if they are there.
test_every_evidence_is_needed if {
	descriptive := {"summary", "document_id", "target_path"}
	every i, resource in evidence {
		every name in object.keys(resource.values) - descriptive {
			every values in [object.remove(resource.values, [name]), object.union(resource.values, {name: null})] {
				weaker := [object.union(object.remove(r, ["values"]), {"values": v}) |
					some j, r in evidence
					v := [values, r.values][min([abs(i - j), 1])]
				]
				not allowed(plan(weaker))
			}
		}
		every name in ["mode", "type", "provider_name", "values"] {
			weaker := [object.remove(r, n) | some j, r in evidence; n := [[name], []][min([abs(i - j), 1])]]
			not allowed(plan(weaker))
		}
	}
	every name in ["complete", "errored", "prior_state"] {
		not allowed(object.remove(good, [name]))
	}
}

# Evidence that says no.

test_stale if refused(plan([experiment({"is_fresh": false}), run({}), metrics({})]), "is not fresh: It is fresh.")

# A read that failed in a check block has an id and nothing else.
test_failed_read if refused(plan([read("retab_experiment", {"id": "exp_1"}), run({}), metrics({})]), "does not read the last run")

test_failed_read_is_stale if refused(plan([read("retab_experiment", {"id": "exp_1"}), run({}), metrics({})]), "experiment exp_1 is not fresh")

test_second_read_is_stale if refused(plan(array.concat(evidence, [experiment({"is_fresh": false})])), "is not fresh")

test_second_read_names_another_run if {
	refused(plan(array.concat(evidence, [experiment({"last_run_id": "exprun_2"})])), "does not read the last run exprun_2")
}

test_run_ended_as_error if {
	refused(plan([experiment({}), run({"status": "error", "success_ratio": 0.5}), metrics({})]), "run exprun_1 is not completed: its status is error")
}

test_low_ratio if refused(plan([experiment({}), run({"success_ratio": 0.5}), metrics({})]), "has the success ratio 0.5, and at least 0.9 is required")

test_no_ratio if refused(plan([experiment({}), run({"success_ratio": null}), metrics({})]), "at least 0.9 is required")

test_ratio_above_one if refused(plan([experiment({}), run({"success_ratio": 5}), metrics({})]), "at least 0.9 is required")

test_stale_metrics if refused(plan([experiment({}), run({}), metrics({"state": "stale", "score": null})]), "no current metrics")

test_low_score if refused(plan([experiment({}), run({}), metrics({"score": 0.7999999999999999})]), "at least 0.8 is required")

test_no_score if refused(plan([experiment({}), run({}), metrics({"score": null})]), "at least 0.8 is required")

test_percent if refused(plan([experiment({}), run({}), metrics({"score": 79})]), "at least 0.8 is required")

test_score_of_one_document if {
	refused(plan([experiment({}), run({}), metrics({"scored_document_count": 1})]), "is about 1 of 9 succeeded documents")
}

test_score_of_all_documents if allowed(plan([experiment({}), run({}), metrics({"scored_document_count": 9})]))

# Forged evidence.

# An output of a remote state that is named resources is no list of resources.
test_values_of_a_remote_state if {
	forged := {
		"address": "data.terraform_remote_state.x", "mode": "data", "type": "terraform_remote_state",
		"provider_name": "terraform.io/builtin/terraform", "values": {"outputs": {"resources": evidence}},
	}
	refused(plan([forged]), "does not read experiment exp_1")
}

test_input_of_a_resource if {
	inputs := [
		{"resources": evidence}, {"child_modules": [{"resources": evidence}]},
		{"root_module": {"resources": evidence}}, {"resources": [{"resources": evidence}]},
	]
	every input_value in inputs {
		forged := object.union(release, {"values": {"input": input_value, "output": input_value}})
		refused(plan([forged]), "does not read experiment exp_1")
		refused(plan([object.union(forged, {"values": input_value})]), "does not read experiment exp_1")
	}
}

test_output_of_the_configuration if {
	forged := {"prior_state": {"values": {"outputs": {"child_modules": {"value": [{"resources": evidence}]}}}}}
	refused(object.union(plan([]), forged), "does not read experiment exp_1")
}

test_planned_values if refused(object.union(plan([]), {"planned_values": good.prior_state.values}), "does not read experiment exp_1")

test_managed_resources if {
	managed := [object.union(resource, {"mode": "managed"}) | some resource in evidence]
	refused(plan(managed), "does not read experiment exp_1")
}

test_other_source if {
	forged := [object.union(resource, {"provider_name": "registry.terraform.io/evil/retab"}) | some resource in evidence]
	refused(plan(forged), "data.retab_experiment.this is read by registry.terraform.io/evil/retab")
	refused(plan(forged), "does not read experiment exp_1")
}

test_other_source_of_one_read if {
	forged := object.union(metrics({}), {"provider_name": "registry.terraform.io/evil/retab"})
	refused(plan([experiment({}), run({}), forged]), "does not read the metrics")
}

test_source_of_the_settings if {
	mirrored := "registry.example.com/retab-dev/retab"
	planned := plan([object.union(resource, {"provider_name": mirrored}) | some resource in evidence])
	gate.allow with input as planned with data.settings as object.union(settings, {"provider": mirrored})
	not gate.allow with input as good with data.settings as object.union(settings, {"provider": mirrored})
}

# A configured base URL.

with_base_url(key, expression) := object.union(good, {"configuration": {"provider_config": {key: {"name": "retab", "full_name": source, "expressions": {"base_url": expression}}}}})

test_base_url if {
	refused(with_base_url("retab", {"constant_value": "https://evil.example.com"}), "provider retab has a base_url")
	refused(with_base_url("retab.alias", {"constant_value": "https://evil.example.com"}), "provider retab.alias has a base_url")
	refused(with_base_url("module.m:local", {"references": ["var.url"]}), "provider module.m:local has a base_url")
}

test_base_url_of_the_settings if {
	named := object.union(settings, {"base_url": "https://gateway.example.com"})
	gate.allow with input as with_base_url("retab", {"constant_value": "https://gateway.example.com"}) with data.settings as named
	not gate.allow with input as with_base_url("retab", {"constant_value": "https://evil.example.com"}) with data.settings as named
	not gate.allow with input as with_base_url("retab", {"references": ["var.url"]}) with data.settings as named
}

test_base_url_of_another_provider if {
	other := {"configuration": {"provider_config": {"other": {"full_name": "registry.terraform.io/hashicorp/other", "expressions": {"base_url": {"constant_value": "https://example.com"}}}}}}
	allowed(object.union(good, other))
}

# Reads in the apply.

pending(type, reason) := {
	"address": sprintf("data.%s.late", [type]), "mode": "data", "type": type, "provider_name": source,
	"change": {"actions": ["read"]}, "action_reason": reason,
}

with_changes(planned, changes) := object.union(planned, {"resource_changes": array.concat([release], changes)})

test_gate_is_read_in_apply if {
	planned := with_changes(plan([]), [pending("retab_experiment", "read_because_dependency_pending")])
	refused(planned, "data.retab_experiment.late is read in the apply only")
}

test_other_reads_in_apply if {
	allowed(with_changes(good, [
		pending("retab_experiment_result", "read_because_config_unknown"),
		pending("retab_experiment", "read_because_dependency_pending"),
	]))
}

test_nested_check if allowed(with_changes(good, [pending("retab_experiment_run", "read_because_check_nested")]))

# Kinds of plans.

test_target if refused(object.union(good, {"complete": false}), "incomplete")

test_failed_plan if refused(object.union(good, {"errored": true}), "the plan has failed")

test_engine_without_complete if {
	refused(object.remove(good, ["complete"]), "needs Terraform 1.8 or later")
	refused(object.remove(good, ["complete"]), "OpenTofu")
}

deleted := object.union(release, {"change": {"actions": ["delete"]}})

destroy := object.remove(object.union(plan([]), {"resource_changes": [deleted]}), ["complete"])

test_destroy if {
	allowed(destroy)
	allowed(object.union(destroy, {"output_changes": {"run": {"actions": ["delete"]}}}))
}

test_not_only_deletes if {
	changes := [
		{"resource_changes": [deleted, object.union(release, {"change": {"actions": ["delete", "create"]}})]},
		{"resource_changes": [deleted, release]},
		{"resource_changes": [object.union(release, {"change": {"actions": ["no-op"]}})]},
		{"resource_changes": []},
		{"output_changes": {"run": {"actions": ["update"]}}},
		{"action_invocations": [{"type": "deploy"}]},
		{"deferred_action_invocations": [{"reason": "deferred_prereq"}]},
		{"deferred_changes": [{"reason": "deferred_prereq"}]},
	]
	every change in changes { refused(object.union(object.union(destroy, {"complete": true}), change), "does not read experiment exp_1") }
}

test_failed_destroy if refused(object.union(destroy, {"errored": true}), "the plan has failed")

test_empty_input if not gate.allow with input as {} with data.settings as settings

# Settings.

test_settings if {
	wrong := [
		{}, object.remove(settings, ["experiment_id"]), object.remove(settings, ["min_score"]), object.remove(settings, ["min_success_ratio"]),
		object.union(settings, {"experiment_id": ""}), object.union(settings, {"min_score": "0.8"}), object.union(settings, {"min_score": -0.1}),
		object.union(settings, {"min_success_ratio": -1}), object.union(settings, {"min_success_ratio": 90}),
	]
	every value in wrong {
		not gate.allow with input as good with data.settings as value
		denied := gate.deny with input as good with data.settings as value
		some reason in denied
		startswith(reason, "settings.json")
	}
}
