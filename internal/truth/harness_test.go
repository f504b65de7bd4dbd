package truth_test

import (
	"os"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

func TestMain(m *testing.M) { os.Exit(providertest.Main(m)) }

// The names of package providertest that many tests of this package use.
type (
	attributes    = providertest.Attributes
	server        = providertest.Server
	values        = providertest.Values
	transportFunc = providertest.TransportFunc
)

var (
	serve   = providertest.Serve
	dynamic = providertest.Dynamic
	plain   = providertest.Plain
	setOf   = providertest.SetOf
)

const (
	artifactType   = "retab_artifact"
	experimentType = "retab_experiment"
	metricsType    = "retab_experiment_metrics"
	resultType     = "retab_experiment_result"
	resultsType    = "retab_experiment_results"
	waitType       = "retab_experiment_run_wait"
	runType        = "retab_experiment_run"
)
