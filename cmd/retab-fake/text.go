package main

import (
	"io"
	stdlog "log"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// log returns a logger that prints the time before every line.
func log(to io.Writer) *stdlog.Logger { return stdlog.New(to, "", stdlog.Ltime|stdlog.Lmicroseconds) }

// statusText formats the status of an answer for the log.
func statusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	return strconv.Itoa(status)
}

// redact replaces a key in a text, with or without URL escapes.
func redact(text, key string) string {
	for _, spelling := range []string{url.QueryEscape(key), url.PathEscape(key), key} { // the longer ones first, because they can start with the key
		text = strings.ReplaceAll(text, spelling, "[key]")
	}
	return text
}

// shellQuote quotes a text for a POSIX shell if necessary.
func shellQuote(text string) string {
	plain := strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") == ""
	if plain {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// localAddress returns the address for clients on this machine. For a listener on all interfaces, that is loopback.
func localAddress(address net.Addr) string {
	tcp, isTCP := address.(*net.TCPAddr)
	if !isTCP || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// exposureWarning returns a warning if other machines can reach an address, "" for loopback.
func exposureWarning(address net.Addr) string {
	if tcp, isTCP := address.(*net.TCPAddr); isTCP && tcp.IP.IsLoopback() {
		return ""
	}
	return "retab-fake: warning: listening on " + address.String() + ", which other machines may reach. The connection is not encrypted. " +
		"Use -listen 127.0.0.1:0 to serve this machine only."
}
