package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentRunDataSource reads one run: the one with an id, or the newest of an experiment.
type experimentRunDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigValidators = &experimentRunDataSource{}

func newExperimentRunDataSource() datasource.DataSource { return &experimentRunDataSource{} }

// anyStatus is the status_filter that filters nothing.
const anyStatus = "any"

type experimentRunConfigModel struct {
	experimentRunModel
	waitModel
	StatusFilter   types.String   `tfsdk:"status_filter"`
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

func (d *experimentRunDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_run"
}

func (d *experimentRunDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one Retab experiment run, by its id or as the newest of an experiment: whether it is done, its score, and how many documents succeeded and failed.",
		Attributes: mergeAttributes(experimentRunAttributes(), waitAttributes("the run has a final status"), map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the run, such as `exprun_2`. Exactly one of `id` and `experiment_id` must be set.",
			},
			"experiment_id": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the experiment. When set, the most recently created of its runs that match `status_filter` is read.",
			},
			"status_filter": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					stringvalidator.OneOf(append(knownStatuses(), anyStatus)...),
					stringvalidator.AlsoRequires(path.MatchRoot("experiment_id")),
				},
				MarkdownDescription: "Which of the experiment's runs count: those with this status, or `any`. Defaults to `completed`, and to `any` with `wait_for_completion`.",
			},
			"ignore_not_found": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "If `true`, a run that is confirmed not to exist sets `exists = false` instead of failing. Defaults to `false`.",
			},
			"timeouts": timeoutsAttribute(ctx, true),
		}),
	}
}

func (d *experimentRunDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("experiment_id")),
	}
}

func (d *experimentRunDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[experimentRunConfigModel](ctx, d.provider, req, resp)
}

// load fills in the run that the arguments ask for. It is shared by the data source and the ephemeral resource.
func (m *experimentRunConfigModel) load(ctx context.Context, provider *providerData) diag.Diagnostics {
	return provider.withTimeout(ctx, m.target(), m.Timeouts, m.timeout(), func(ctx context.Context, api *client.Client) (diag.Diagnostics, error) {
		run, err := m.read(ctx, api)
		switch {
		case err == nil:
			if run.ExperimentID == nil {
				run.ExperimentID = m.ExperimentID.ValueStringPointer()
			}
			m.experimentRunModel = newExperimentRunModel(run)
		case (client.IsAbsent(err) || errors.Is(err, client.ErrNoRun)) && m.IgnoreNotFound.ValueBool():
			summary := absentRunSummary(err, m.ExperimentID.ValueString(), m.status())
			m.experimentRunModel = absentExperimentRunModel(m.ID, m.ExperimentID, summary)
		default:
			return nil, err
		}
		return nil, nil
	})
}

func (m experimentRunConfigModel) target() readTarget {
	if m.ExperimentID.IsNull() {
		return runTarget(m.ID.ValueString())
	}
	return newestRunTarget(m.ExperimentID.ValueString(), m.status())
}

// read finds the run and, with wait_for_completion, waits until its status is final.
func (m experimentRunConfigModel) read(ctx context.Context, api *client.Client) (client.ExperimentRun, error) {
	id := m.ID.ValueString()
	find := func(ctx context.Context) (client.ExperimentRun, error) { return api.ExperimentRun(ctx, id) }
	if !m.ExperimentID.IsNull() {
		filter := client.RunFilter{ExperimentID: m.ExperimentID.ValueString(), Status: m.status()}
		if filter.Status == anyStatus {
			filter.Status = ""
		}
		find = func(ctx context.Context) (client.ExperimentRun, error) {
			if id != "" { // the wait goes on with the run it has found
				return api.ExperimentRun(ctx, id)
			}
			run, err := api.NewestRun(ctx, filter)
			id = run.ID
			return run, err
		}
	}
	if !m.WaitForCompletion.ValueBool() {
		return find(ctx)
	}
	return waitForRun(ctx, m.ID.ValueString(), find, backoff(m.PollInterval), nil, nil)
}

// status is the status of the experiment's runs that count.
func (m experimentRunConfigModel) status() string {
	switch {
	case !m.StatusFilter.IsNull():
		return m.StatusFilter.ValueString()
	case m.WaitForCompletion.ValueBool():
		return anyStatus
	default:
		return string(client.StatusCompleted)
	}
}
