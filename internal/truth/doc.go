// Package truth tests the provider against randomly generated servers: it compares what the provider reads with the
// prediction of a model of the API, which shares no code with the provider.
package truth
