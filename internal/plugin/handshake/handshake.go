// Package handshake computes the table of the curve P-521 while the program starts. go-plugin needs it for the certificate
// that secures the connection to Terraform, and Go takes about 2 ms to compute it. Terraform starts the provider three times
// per plan and waits for it.
//
// The package has few imports, so that Go initializes it early. The rest of the initialization takes about as long and runs
// on another core.
package handshake

import "crypto/ecdh"

func init() {
	go func() {
		one := make([]byte, 66) // the smallest private key
		one[len(one)-1] = 1
		if key, err := ecdh.P521().NewPrivateKey(one); err == nil {
			key.PublicKey() // computes the table; the key is not used
		}
	}()
}
