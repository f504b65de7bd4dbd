package fakeapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// servedPaths returns the paths of all objects of a fake. It starts at the list of runs and follows the ids in the answers.
func servedPaths(t *testing.T, fake *fakeapi.Server) []string {
	t.Helper()
	c := crawler{fake: fake, isFlat: fake.Edition() == fakeapi.Flat}
	workflows := []string{"wf_1", fakeapi.OtherWorkflowID}
	for _, runID := range listAll(t, fake, runsPath+"?limit=100") {
		run := c.add(t, runsPath+"/"+runID)
		workflowID, _ := run["workflow_id"].(string)
		if workflow, isThere := run["workflow"].(map[string]any); isThere {
			workflowID = workflow["workflow_id"].(string)
		}
		workflows = append(workflows, workflowID)
		c.results(t, runID)
		c.metrics(t, runID)
	}
	for _, runID := range listAll(t, fake, c.evalsPath()+"/runs?limit=100") {
		c.evalRun(t, runID)
	}
	slices.Sort(workflows)
	for _, workflowID := range slices.Compact(workflows) {
		c.experiments(t, workflowID)
		c.evals(t, workflowID)
		c.add(t, "/v1/workflows/"+workflowID)
	}
	return c.paths
}

// crawler reads paths and collects those that exist.
type crawler struct {
	fake   *fakeapi.Server
	isFlat bool
	paths  []string
}

// add reads a path and returns the body. It collects the path unless the answer is a 404.
func (c *crawler) add(t *testing.T, path string) map[string]any {
	t.Helper()
	if get(t, c.fake, path).status == http.StatusNotFound { // such as an id whose prefix the flat edition does not know
		return nil
	}
	c.paths = append(c.paths, path)
	return object(t, c.fake, path)
}

// rows returns the objects in a list of a body.
func rows(body map[string]any, name string) []map[string]any {
	var all []map[string]any
	list, _ := body[name].([]any)
	for _, row := range list {
		all = append(all, row.(map[string]any))
	}
	return all
}

func (c *crawler) results(t *testing.T, runID string) {
	t.Helper()
	path := runsPath + "/" + runID + "/results"
	if c.isFlat {
		path = resultsPath + "?run_id=" + runID
	}
	for _, row := range rows(c.add(t, path), "data") {
		one := path + "/" + row["document_id"].(string)
		if c.isFlat {
			one = resultsPath + "/" + row["id"].(string)
		}
		c.add(t, one)
		artifact, isThere := row["artifact"].(map[string]any)
		if !isThere {
			continue
		}
		operation, id := artifact["operation"].(string), artifact["id"].(string)
		c.add(t, typedRoutes[operation]+id)
		if c.isFlat {
			c.add(t, typedRoutes[operation]+id+"?include_output=false")
			c.add(t, "/v1/workflows/artifacts/"+id)
		} else {
			c.add(t, "/v1/workflows/artifacts/"+operation+"/"+id)
		}
	}
}

func (c *crawler) metrics(t *testing.T, runID string) {
	t.Helper()
	path := metricsPath(c.fake.Edition(), runID, "")
	for _, document := range rows(c.add(t, path), "documents") {
		byDocument := "document_id=" + document["id"].(string)
		for _, target := range rows(c.add(t, path+"&view=by_document&"+byDocument), "targets") {
			byTarget := "target_path=" + url.QueryEscape(target["path"].(string))
			c.add(t, path+"&view=by_target&"+byTarget)
			c.add(t, path+"&view=votes&"+byDocument+"&"+byTarget)
		}
	}
}

func (c *crawler) experiments(t *testing.T, workflowID string) {
	t.Helper()
	path := "/v1/workflows/" + workflowID + "/experiments"
	if c.isFlat {
		path = experimentsPath + "?workflow_id=" + workflowID
	}
	for _, row := range rows(c.add(t, path), "data") {
		one, _, _ := strings.Cut(path, "?")
		c.add(t, one+"/"+row["id"].(string))
		if !c.isFlat {
			c.add(t, one+"/"+row["id"].(string)+"/run-plan")
		}
	}
}

// evalsPath returns the path of evals, which the run-scoped edition calls tests.
func (c *crawler) evalsPath() string {
	if c.isFlat {
		return "/v1/workflows/evals"
	}
	return "/v1/workflows/tests"
}

func (c *crawler) evals(t *testing.T, workflowID string) {
	t.Helper()
	list, one := "/v1/workflows/evals?workflow_id="+workflowID, "/v1/workflows/evals/"
	if !c.isFlat {
		list, one = "/v1/workflows/"+workflowID+"/tests", "/v1/workflows/"+workflowID+"/tests/"
	}
	for _, row := range rows(c.add(t, list), "data") {
		c.add(t, one+row["id"].(string))
	}
}

func (c *crawler) evalRun(t *testing.T, runID string) {
	t.Helper()
	c.add(t, c.evalsPath()+"/runs/"+runID)
	path := c.evalsPath() + "/results?run_id=" + runID
	if !c.isFlat {
		path = c.evalsPath() + "/runs/" + runID + "/results"
	}
	for _, row := range rows(c.add(t, path), "data") {
		if c.isFlat {
			c.add(t, c.evalsPath()+"/results/"+row["id"].(string))
		} else {
			c.add(t, path+"/"+row["test_id"].(string))
		}
	}
}
