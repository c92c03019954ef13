package probe

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
)

// Port is a port that is tried where a target names none.
type Port struct {
	Number int
	Scheme string
}

// ParsePorts reads a list as "80,443,8080/https": the scheme is https for 443
// and for ports that end in 443, and http for others, unless it is named.
func ParsePorts(list string) ([]Port, error) {
	var ports []Port
	for part := range strings.SplitSeq(list, ",") {
		text, scheme, named := strings.Cut(strings.TrimSpace(part), "/")
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("%q is no port", text)
		}
		if !named {
			scheme = schemeOf(text)
		} else if scheme != "http" && scheme != "https" {
			return nil, fmt.Errorf("%q is neither http nor https", scheme)
		}
		ports = append(ports, Port{n, scheme})
	}
	return ports, nil
}

func schemeOf(port string) string {
	if strings.HasSuffix(port, "443") {
		return "https"
	}
	return "http"
}

// Expansion turns entries of a list into URLs.
type Expansion struct {
	// Ports are tried where an entry names none; nil is 80 for hosts, and 80 and
	// 443 for networks.
	Ports []Port
	// Paths are put in place of the entries' own, as ParsePath makes them; nil leaves
	// those.
	Paths []string
}

// maxPrefix is how many host bits a network may have: 65,536 addresses. A slip of
// the pen does not ask sixteen million.
const maxPrefix = 16

// Each calls yield for the URLs that an entry means: a URL, host, host:port,
// host/path, or a network as 192.0.2.0/24. It stops where yield returns false.
func (e *Expansion) Each(entry string, yield func(*url.URL) bool) error {
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		return e.network(prefix, yield)
	}
	if !strings.Contains(entry, "://") {
		if before, after, ok := strings.Cut(entry, "/"); ok && networkLike(before, after) {
			return errors.New("it is no network; a network is ADDRESS/BITS, its ports come by --ports, and a path after http://")
		}
		return e.host(entry, yield)
	}
	u, err := url.Parse(entry)
	if err != nil {
		return bare(entry, err)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %q is neither http nor https", u.Scheme)
	case u.Hostname() == "":
		return errors.New("there is no host")
	case u.User != nil:
		return errors.New("credentials in a URL are not read: no logon is made")
	}
	if err := named(u); err != nil {
		return err
	}
	e.paths(u, yield)
	return nil
}

// networkLike reports whether what stands around a slash is meant as a network: an
// address, and nothing but digits, or digits and a port.
func networkLike(before, after string) bool {
	_, err := netip.ParseAddr(before)
	return err == nil && after != "" && strings.Trim(after, "0123456789:,-") == ""
}

// named writes a URL's host as it is asked for: an international name in ASCII.
func named(u *url.URL) (err error) {
	u.Host, err = address.Host(u.Host)
	return err
}

// bare is the error without the URL that it quotes, and without the parts of it
// that are quoted where there are credentials in it.
func bare(entry string, err error) error {
	var quoted *url.Error
	if strings.Contains(entry, "@") {
		return errors.New("it is no URL")
	}
	if errors.As(err, &quoted) {
		return quoted.Err
	}
	return err
}

// paths calls yield for a URL with each of the paths.
func (e *Expansion) paths(u *url.URL, yield func(*url.URL) bool) bool {
	u.Host, u.Fragment = strings.ToLower(u.Host), ""
	if host, port, err := net.SplitHostPort(u.Host); err == nil && (u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443") {
		u.Host = host
		if strings.Contains(host, ":") {
			u.Host = "[" + host + "]"
		}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if len(e.Paths) == 0 {
		return yield(u)
	}
	for _, path := range e.Paths {
		p, err := url.ParseRequestURI(path)
		if err != nil {
			continue // ParsePath has let none through
		}
		one := *u
		one.Path, one.RawPath, one.RawQuery, one.ForceQuery = p.Path, p.RawPath, p.RawQuery, p.ForceQuery
		if !yield(&one) {
			return false
		}
	}
	return true
}

// ParsePath reads a path with its query, whose first slash may be missing. It names
// no host, and a fragment is left out.
func ParsePath(text string) (string, error) {
	if strings.Contains(text, "://") {
		return "", errors.New("it is a URL, and no path")
	}
	text, _, _ = strings.Cut(text, "#")
	path := "/" + strings.TrimLeft(text, "/")
	if _, err := url.ParseRequestURI(path); err != nil {
		return "", bare(path, err)
	}
	return path, nil
}

func (e *Expansion) host(entry string, yield func(*url.URL) bool) error {
	authority, path := entry, ""
	if i := strings.IndexByte(entry, '/'); i >= 0 {
		authority, path = entry[:i], entry[i:]
	}
	if addr, err := netip.ParseAddr(authority); err == nil && addr.Is6() {
		authority = "[" + authority + "]"
	}
	host, err := url.Parse("http://" + authority + path)
	switch {
	case err != nil:
		return bare(entry, err)
	case host.Hostname() == "":
		return errors.New("there is no host")
	case host.User != nil:
		return errors.New("credentials in a URL are not read: no logon is made")
	}
	if err := named(host); err != nil {
		return err
	}
	if port := host.Port(); port != "" {
		host.Scheme = schemeOf(port)
		e.paths(host, yield)
		return nil
	}
	ports := e.Ports
	if ports == nil {
		ports = []Port{{80, "http"}}
	}
	e.each(host, ports, yield)
	return nil
}

// each calls yield for a host with each of the ports.
func (e *Expansion) each(host *url.URL, ports []Port, yield func(*url.URL) bool) bool {
	name := strings.Trim(host.Host, "[]")
	for _, port := range ports {
		u := *host
		u.Scheme, u.Host = port.Scheme, net.JoinHostPort(name, strconv.Itoa(port.Number))
		if !e.paths(&u, yield) {
			return false
		}
	}
	return true
}

func (e *Expansion) network(prefix netip.Prefix, yield func(*url.URL) bool) error {
	prefix = prefix.Masked()
	if bits := prefix.Addr().BitLen() - prefix.Bits(); bits > maxPrefix {
		return fmt.Errorf("a network of more than %d addresses; name the smaller ones in it that are yours to ask", 1<<maxPrefix)
	}
	ports := e.Ports
	if ports == nil {
		ports = []Port{{80, "http"}, {443, "https"}}
	}
	for addr := prefix.Addr(); addr.IsValid() && prefix.Contains(addr); addr = addr.Next() {
		host := addr.String()
		if addr.Is6() {
			host = "[" + host + "]"
		}
		if !e.each(&url.URL{Host: host}, ports, yield) {
			return nil
		}
	}
	return nil
}

// Count is how many URLs an entry means, without making them; 0 for one that
// cannot be read.
func (e *Expansion) Count(entry string) int {
	paths, ports := max(len(e.Paths), 1), len(e.Ports)
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		bits := prefix.Addr().BitLen() - prefix.Bits()
		if bits > maxPrefix {
			return 0
		}
		if ports == 0 {
			ports = 2
		}
		return (1 << bits) * ports * paths
	}
	n := 0
	_ = e.Each(entry, func(*url.URL) bool { n++; return true }) // what cannot be read means none
	return n
}

// Known are the endpoints that products serve, by the name of the product.
var Known = map[string][]string{
	"iis":        {"/", "/iisstart.htm", "/aspnet_client/", "/certsrv/", "/Reports/", "/ReportServer/"},
	"exchange":   {"/EWS/Exchange.asmx", "/owa/", "/ecp/", "/mapi/", "/mapi/nspi/", "/rpc/rpcproxy.dll", "/Microsoft-Server-ActiveSync", "/OAB/", "/PowerShell/", "/Autodiscover/Autodiscover.xml"},
	"sharepoint": {"/", "/_layouts/15/start.aspx", "/_vti_bin/lists.asmx", "/_api/web", "/_windows/default.aspx"},
	"adfs":       {"/adfs/ls/", "/adfs/services/trust/2005/windowstransport", "/adfs/services/trust/13/windowstransport", "/adfs/ls/wia", "/adfs/oauth2/authorize/wia"},
	"dynamics":   {"/", "/XRMServices/2011/Organization.svc", "/XRMServices/2011/Discovery.svc", "/api/data/v9.0/"},
}

// KnownNames are the names of Known, sorted.
func KnownNames() []string {
	names := make([]string, 0, len(Known))
	for name := range Known {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
