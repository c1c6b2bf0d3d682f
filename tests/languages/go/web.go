package main

import (
	"fmt"
	"strconv"
	"strings"
)

// ports are the schemes of URLs that are known, and the ports that go without saying.
var ports = map[string]uint64{"http": 80, "https": 443, "ftp": 21}

// checkURL checks a URL, and gives it as the URL standard writes it.
func checkURL(value string) (string, error) {
	fault := func(why string) (string, error) {
		return "", fmt.Errorf("%s is not a URL: %s", excerpt(value), why)
	}
	scheme, rest, ok := strings.Cut(value, ":")
	if !ok || rest == "" || rest[0] != '/' && rest[0] != '\\' {
		if _, err := checkDomain(value); err == nil {
			return fault("it has no scheme; choose the type `domain`")
		}
		return fault("it has no scheme, such as `https://`")
	}
	scheme = asciiLower(scheme)
	rest = strings.TrimPrefix(rest, "//")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, rest := rest[:end], rest[end:]

	at := strings.LastIndexByte(authority, '@') + 1
	user, host := authority[:at], authority[at:]
	port, hasPort := "", false
	if strings.HasPrefix(host, "[") {
		if end := strings.IndexByte(host, ']') + 1; end > 0 {
			port, hasPort = strings.CutPrefix(host[end:], ":")
			host = host[:end]
		}
	} else {
		host, port, hasPort = strings.Cut(host, ":")
	}
	if host == "" {
		return fault("it has no host")
	}
	if hasPort && port != "" {
		number, err := strconv.ParseUint(port, 10, 64)
		if err != nil || !isDigits(port) || number > 65535 {
			return fault("its port has to be a number from 0 to 65535")
		}
		port = ""
		if number != ports[scheme] {
			port = fmt.Sprintf(":%d", number)
		}
	}
	host, why := checkHost(host)
	if why != "" {
		return fault(why)
	}
	return scheme + "://" + user + host + port + escaped(rest), nil
}

func checkHost(host string) (checked, why string) {
	if strings.HasPrefix(host, "[") {
		if ip, ok := parseIP(strings.Trim(host, "[]")); ok && ip.Is6() {
			return "[" + ip.String() + "]", ""
		}
		return "", "its IP address is not one"
	}
	labels := strings.Split(host, ".")
	if isDigits(labels[len(labels)-1]) {
		if ip, ok := parseIP(host); ok {
			return ip.String(), ""
		}
		return "", "its IP address is not one"
	}
	name := toASCII(host)
	if strings.ContainsAny(name, ` %^|<>\]`) {
		return "", "its host is not a domain name"
	}
	return name, ""
}

// escaped is what is behind the authority: with a path, and in ASCII.
func escaped(rest string) string {
	var text strings.Builder
	if !strings.HasPrefix(rest, "/") {
		text.WriteByte('/')
	}
	for index := range len(rest) {
		if rest[index] < 0x80 {
			text.WriteByte(rest[index])
		} else {
			fmt.Fprintf(&text, "%%%02X", rest[index])
		}
	}
	return text.String()
}
