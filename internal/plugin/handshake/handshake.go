// Package handshake takes a step of the plugin handshake ahead. To secure its connection to Terraform, go-plugin makes a
// certificate on the curve P-521, for which Go first computes a table, in about 2 ms. Terraform starts a provider three
// times a plan and waits for each.
//
// The package imports little, so that Go initializes it before the rest of the program, which takes as long, on another
// core.
package handshake

import "crypto/ecdh"

func init() {
	go func() {
		one := make([]byte, 66) // the smallest private key
		one[len(one)-1] = 1
		if key, err := ecdh.P521().NewPrivateKey(one); err == nil {
			key.PublicKey() // computes the table; the key itself is of no use
		}
	}()
}
