// Package faults tests the provider against a table of what servers and networks do wrong.
package faults
