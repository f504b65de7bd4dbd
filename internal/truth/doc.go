// Package truth compares what the provider reads from random servers with a model of the API that shares no code with it.
package truth
