package fakeapi

import "cmp"

// Workflow describes one workflow. A workflow with experiments, evals or runs exists even if it was not added.
type Workflow struct {
	ID          string
	Name        string // "" for the vendor's default
	Description string
	ProjectID   string     // "" for none; only the flat edition has it
	Published   *Published // nil if the workflow was never published
	CreatedAt   string     // RFC 3339; "" for a time in April 2026
	UpdatedAt   string     // RFC 3339; "" for CreatedAt
}

// Published describes the published version of a workflow, which production runs.
type Published struct {
	VersionID string
	At        string // RFC 3339
	Note      string // only the flat edition has it
}

// AddWorkflow adds workflows, or replaces those with the same id.
func (s *Server) AddWorkflow(all ...Workflow) {
	put(s, s.store.workflows, all, func(w Workflow) (string, Workflow) { return w.ID, w })
}

// workflow returns a workflow.
func (s *store) workflow(id string) (Workflow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	workflow, found := s.workflows[id]
	for _, experiment := range s.experiments {
		found = found || cmp.Or(experiment.WorkflowID, "wf_1") == id
	}
	for _, run := range s.runs {
		found = found || s.stateOf(run).WorkflowID == id
	}
	for _, eval := range s.evals {
		found = found || eval.WorkflowID == id
	}
	for _, run := range s.evalRuns {
		found = found || run.WorkflowID == id
	}
	workflow.ID = id
	return workflow, found
}

// workflowReply serves one workflow.
func (s *Server) workflowReply(c call) Reply {
	workflow, found := s.store.workflow(c.ids[0])
	if !found {
		return notFound("Workflow not found")
	}
	createdAt := cmp.Or(workflow.CreatedAt, "2026-04-30T09:00:00Z")
	body := map[string]any{
		"id": workflow.ID, "name": cmp.Or(workflow.Name, "Untitled Workflow"), "description": workflow.Description, "published": nil,
		"created_at": createdAt, "updated_at": cmp.Or(workflow.UpdatedAt, createdAt),
	}
	if published := workflow.Published; published != nil {
		version := map[string]any{"version_id": orNull(published.VersionID), "published_at": orNull(published.At)}
		if c.flat {
			version["description"] = published.Note
		}
		body["published"] = version
	}
	if c.flat {
		body["project_id"] = orNull(workflow.ProjectID)
	}
	return ok(body)
}
