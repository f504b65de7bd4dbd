// Package faults has the table of what servers and networks do wrong, and what the provider makes of it.
package faults
