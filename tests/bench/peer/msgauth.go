// msgauth verify N FILE | sign N DOMAIN,SELECTOR,ALGORITHM,KEY FILE
// go-msgauth, N times in one process; the signed message on stdout for N = 1.
package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

func verify(message []byte) {
	found, err := dkim.Verify(bytes.NewReader(message))
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range found {
		if v.Err != nil {
			log.Fatal(v.Err)
		}
	}
}

func signer(item string) *dkim.SignOptions {
	part := strings.Split(item, ",")
	text, err := os.ReadFile(part[3])
	if err != nil {
		log.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	return &dkim.SignOptions{Domain: part[0], Selector: part[1],
		Signer:                 key.(crypto.Signer),
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed}
}

func main() {
	n, _ := strconv.Atoi(os.Args[2])
	message, err := os.ReadFile(os.Args[len(os.Args)-1])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[1] == "verify" {
		for i := 0; i < n; i++ {
			verify(message)
		}
		return
	}
	options := signer(os.Args[3])
	out := io.Discard
	if n == 1 {
		out = os.Stdout
	}
	for i := 0; i < n; i++ {
		if err := dkim.Sign(out, bytes.NewReader(message), options); err != nil {
			log.Fatal(err)
		}
	}
}
