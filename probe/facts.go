package probe

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// facts takes down what the answers tell besides.
func (c *classifier) facts() {
	for _, o := range c.seen.Observations {
		if _, m := o.Challenge(); m != nil && c.r.Server == nil {
			c.r.Server, c.r.ClockSkewMS = serverOf(o)
		}
		if v := o.Leg; v != nil && v.HTTPVersion != "" && !slices.Contains(c.r.HTTPVersions, v.HTTPVersion) {
			c.r.HTTPVersions = append(c.r.HTTPVersions, v.HTTPVersion)
		}
	}
	c.r.TLS = tlsOf(c.first.Connection.TLS)
	c.dateSkew()
	c.backends()
	for _, s := range experiment.Sightings(c.seen) {
		if s.Product.Between {
			c.r.Intermediaries = append(c.r.Intermediaries, Intermediary{Product: s.Product.Name, Evidence: s.Evidence, Multiplexes: s.Product.Multiplexes})
		}
	}
	c.clients()
}

// tlsOf is a session with the channel binding of its certificate.
func tlsOf(session *trace.TLS) *trace.TLS {
	if session == nil {
		return nil
	}
	t := *session
	if cert, err := x509.ParseCertificate(t.Certificate); err == nil {
		if binding, err := ntlm.TLSServerEndPoint(cert); err == nil {
			t.ChannelBinding = hex.EncodeToString(binding)
		}
	}
	return &t
}

// serverOf reads a challenge. Skew is the clock of this machine less that of
// the server, in milliseconds, nil where the server tells no time.
func serverOf(o *experiment.Observation) (s *Server, skew *int64) {
	_, m := o.Challenge()
	s = &Server{
		NBDomain: m.AVPairs.Text(decode.MsvAvNbDomainName), NBComputer: m.AVPairs.Text(decode.MsvAvNbComputerName),
		DNSDomain: m.AVPairs.Text(decode.MsvAvDNSDomainName), DNSComputer: m.AVPairs.Text(decode.MsvAvDNSComputerName),
		DNSTree: m.AVPairs.Text(decode.MsvAvDNSTreeName),
	}
	if s.NBDomain == "" && m.Flags.Has(decode.TargetTypeDomain) {
		s.NBDomain = m.Target().String()
	}
	if s.NBComputer == "" && m.Flags.Has(decode.TargetTypeServer) {
		s.NBComputer = m.Target().String()
	}
	if m.HasVersion() && m.Flags.Has(decode.NegotiateVersion) && !m.Version.IsZero() {
		s.Version = fmt.Sprintf("%d.%d.%d", m.Version.Major, m.Version.Minor, m.Version.Build)
		s.OS = m.Version.Product()
	}
	if o.Leg.OriginView != nil {
		s.Instance = o.Leg.OriginView.Instance
	}
	if p, ok := m.AVPairs.Get(decode.MsvAvTimestamp); ok {
		if raw, ok := p.FileTime(); ok && raw > 0 && raw <= annotate.FileTimeMax {
			at := trace.Stamp(annotate.TimeOf(raw))
			s.Timestamp = &at
			ms := midpoint(o.Leg).Sub(at.Time).Milliseconds()
			skew = &ms
		}
	}
	return s, skew
}

// midpoint is when the server may have read the clock: between request and response.
func midpoint(leg *trace.Leg) time.Time {
	half := (leg.SentMS + leg.FirstByteMS) / 2
	return leg.Started.Add(time.Duration(half * float64(time.Millisecond)))
}

func (c *classifier) dateSkew() {
	if c.first.Leg == nil || c.first.Leg.Response == nil {
		return
	}
	date, err := http.ParseTime(c.first.Leg.Response.Headers.Get("Date"))
	if err != nil {
		return
	}
	// Date is cut to the second, so on average it is half a second old.
	ms := midpoint(c.first.Leg).Sub(date).Milliseconds() - 500
	c.r.DateSkewMS = &ms
}

// backends groups the answers on connections that were held together.
func (c *classifier) backends() {
	for _, o := range c.seen.All(experiment.NameFarm) {
		if _, m := o.Challenge(); m == nil || o.Variant == experiment.VariantSecond {
			continue
		}
		s, skew := serverOf(o)
		at := slices.IndexFunc(c.r.Backends, func(b Backend) bool { return sameServer(&b.Server, s) })
		if at < 0 {
			s.Timestamp = nil
			c.r.Backends = append(c.r.Backends, Backend{Server: *s, ClockSkewMS: skew})
			at = len(c.r.Backends) - 1
		}
		c.r.Backends[at].Connections++
	}
}

func sameServer(a, b *Server) bool {
	return a.NBComputer == b.NBComputer && a.DNSComputer == b.DNSComputer && a.Version == b.Version && a.Instance == b.Instance
}

func sameScheme(a, b string) bool { return strings.EqualFold(a, b) }
