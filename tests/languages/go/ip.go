package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// checkIP checks an IPv4 or IPv6 address, which may have a prefix length, and gives its canonical form.
func checkIP(value string, rejectPrivate bool) (string, error) {
	address, prefix, isNetwork := strings.Cut(value, "/")
	bare := address
	if strings.HasPrefix(bare, "[") && strings.HasSuffix(bare, "]") && len(bare) > 1 {
		bare = bare[1 : len(bare)-1]
	}
	ip, ok := parseIP(bare)
	if !ok {
		return "", fmt.Errorf("%s %s", excerpt(value), whyNotIP(value, bare))
	}
	if rejectPrivate && isPrivate(ip.Unmap()) {
		return "", fmt.Errorf("%s is a private address, which this server does not take as an IOC", excerpt(value))
	}
	if !isNetwork {
		return ip.String(), nil
	}
	if length, err := strconv.ParseUint(prefix, 10, 64); err == nil && isDigits(prefix) && length <= uint64(ip.BitLen()) {
		return fmt.Sprintf("%s/%d", ip, length), nil
	}
	return "", fmt.Errorf("%s is not a network: its prefix length has to be a number from 0 to %d", excerpt(value), ip.BitLen())
}

// parseIP reads an address without a zone.
func parseIP(text string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(text)
	return ip, err == nil && ip.Zone() == "" && !strings.Contains(text, "%")
}

func whyNotIP(value, bare string) string {
	numbers := strings.Split(bare, ".")
	allNumbers, leadingZero := len(numbers) <= 6, false
	for _, number := range numbers {
		allNumbers = allNumbers && isDigits(number)
		leadingZero = leadingZero || len(number) > 1 && number[0] == '0'
	}
	switch {
	case strings.Contains(bare, "%"):
		return "has a zone (`%…`), which means something on one machine only: leave it out"
	case hasPort(bare) || hasPort(value):
		return "is an IP address with a port: leave the port out, or choose the type `ip-dst|port`"
	case allNumbers && len(numbers) != 4:
		return "is not an IP address: an IPv4 address has four numbers"
	case allNumbers && leadingZero:
		return "is not an IP address: a number with a leading zero can be read in two ways"
	case allNumbers:
		return "is not an IP address: each number of an IPv4 address is at most 255"
	}
	return "is not an IP address"
}

func hasPort(text string) bool {
	at := strings.LastIndexByte(text, ':')
	if at < 0 {
		return false
	}
	host, port := text[:at], text[at+1:]
	if number, err := strconv.ParseUint(port, 10, 64); err != nil || !isDigits(port) || number > 65535 {
		return false
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		ip, ok := parseIP(host[1 : len(host)-1])
		return ok && ip.Is6()
	}
	ip, ok := parseIP(host)
	return ok && ip.Is4()
}

func isPrivate(ip netip.Addr) bool {
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
}

func isDigits(text string) bool {
	for index := range len(text) {
		if text[index] < '0' || text[index] > '9' {
			return false
		}
	}
	return text != ""
}
