package main

import (
	"net"
	"strconv"
	"strings"
)

// resolver answers for the names of --resolve: [+]HOST:PORT:ADDRESS[,ADDRESS]...,
// and -HOST:PORT, which takes an earlier one back.
func resolver(list []string, ipv4, ipv6 bool) (func(host, port string) []string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	known := map[string][]string{}
	for _, spec := range list {
		refuse := func(why string) error {
			return usageError("--resolve HOST:PORT:ADDRESS[,ADDRESS]...", "--resolve %s %s", strconv.Quote(spec), why)
		}
		if back, ok := strings.CutPrefix(spec, "-"); ok {
			host, port, _ := strings.Cut(back, ":")
			delete(known, hostPort(host, port))
			continue
		}
		host, rest, ok1 := cutHost(strings.TrimPrefix(spec, "+"))
		port, addresses, ok2 := strings.Cut(rest, ":")
		if !ok1 || !ok2 {
			return nil, refuse("has not three parts")
		}
		var fit []string
		for address := range strings.SplitSeq(addresses, ",") {
			address = strings.Trim(strings.TrimSpace(address), "[]")
			ip := net.ParseIP(address)
			if ip == nil {
				return nil, refuse("has " + strconv.Quote(address) + " for an address")
			}
			if is4 := ip.To4() != nil; is4 && ipv6 || !is4 && ipv4 {
				continue
			}
			fit = append(fit, address)
		}
		known[hostPort(host, port)] = fit
	}
	return func(host, port string) []string {
		if addresses, ok := known[hostPort(host, port)]; ok {
			return addresses
		}
		return known[hostPort("*", port)]
	}, nil
}

// redirector makes --connect-to: an empty part stands for any on the left, and for
// what was asked for on the right. The first that fits counts.
func redirector(list []string) (func(host, port string) (string, string), error) {
	if len(list) == 0 {
		return nil, nil
	}
	type rule struct{ host, port, newHost, newPort string }
	var rules []rule
	for _, spec := range list {
		var r rule
		host, rest, ok1 := cutHost(spec)
		port, rest, ok2 := strings.Cut(rest, ":")
		newHost, newPort, ok3 := cutHost(rest)
		if !ok1 || !ok2 || !ok3 {
			return nil, usageError("--connect-to HOST:PORT:HOST:PORT", "--connect-to %s has not four parts", strconv.Quote(spec))
		}
		r = rule{host, port, newHost, newPort}
		rules = append(rules, r)
	}
	return func(host, port string) (string, string) {
		for _, r := range rules {
			if (r.host == "" || strings.EqualFold(r.host, host)) && (r.port == "" || r.port == port) {
				if r.newHost != "" {
					host = r.newHost
				}
				if r.newPort != "" {
					port = r.newPort
				}
				break
			}
		}
		return host, port
	}, nil
}

// cutHost cuts off a host before a colon; an IPv6 address stands in brackets.
func cutHost(text string) (host, rest string, ok bool) {
	if inside, after, closed := strings.Cut(text, "]"); closed && strings.HasPrefix(inside, "[") {
		rest, ok = strings.CutPrefix(after, ":")
		return inside[1:], rest, ok
	}
	return strings.Cut(text, ":")
}

func hostPort(host, port string) string { return strings.ToLower(host) + " " + port }
