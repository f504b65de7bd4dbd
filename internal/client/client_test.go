package client_test

import (
	"errors"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestNew_refuses checks which argument an error names.
func TestNew_refuses(t *testing.T) {
	t.Parallel()
	valid := client.Config{Edition: client.EditionAuto, Config: transport.Config{APIKey: " " + fakeapi.Key + "\n", BaseURL: client.DefaultBaseURL}}
	if _, err := client.New(valid); err != nil {
		t.Fatal(err)
	}
	for argument, change := range map[string]func(*client.Config){
		"api_key":     func(c *client.Config) { c.APIKey = " " },
		"base_url":    func(c *client.Config) { c.BaseURL = "api.retab.com" },
		"api_edition": func(c *client.Config) { c.Edition = "both" },
		"ca_cert_pem": func(c *client.Config) { c.Certificates.CACertPEM = "office.pem" },
	} {
		config := valid
		change(&config)
		_, err := client.New(config)
		var refused *transport.ArgumentError
		if !errors.As(err, &refused) || refused.Argument != argument {
			t.Errorf("%s: got %v", argument, err)
		}
	}
}
