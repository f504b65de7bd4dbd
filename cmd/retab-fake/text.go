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

// outcome returns the status of an answer for the log.
func outcome(status int) string {
	if status == 0 {
		return "no answer"
	}
	return strconv.Itoa(status)
}

// redact replaces a key in a text, also in its URL-escaped spellings.
func redact(text, key string) string {
	for _, spelling := range []string{url.QueryEscape(key), url.PathEscape(key), key} { // longer ones first, because they can start with the key
		text = strings.ReplaceAll(text, spelling, "[key]")
	}
	return text
}

// quoted returns a text in quotes for a POSIX shell, if it needs them.
func quoted(text string) string {
	plain := strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") == ""
	if plain {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// reachable returns the address for clients on this machine, which is loopback for a listener on all interfaces.
func reachable(address net.Addr) string {
	tcp, isTCP := address.(*net.TCPAddr)
	if !isTCP || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// exposed returns a warning about an address that other machines can reach, "" for loopback.
func exposed(address net.Addr) string {
	if tcp, isTCP := address.(*net.TCPAddr); isTCP && tcp.IP.IsLoopback() {
		return ""
	}
	return "retab-fake: warning: listening on " + address.String() + ", which other machines may reach. It speaks plain http; " +
		"use -listen 127.0.0.1:0 to serve this machine only."
}
