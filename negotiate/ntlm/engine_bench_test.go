package ntlm

import "testing"

// BenchmarkHandshake is a whole handshake, client and acceptor.
func BenchmarkHandshake(b *testing.B) {
	for _, wrapped := range []bool{false, true} {
		name := "raw"
		if wrapped {
			name = "spnego"
		}
		b.Run(name, func(b *testing.B) {
			client, acceptor := alice(), acceptorOptions(b)
			client.SPNEGO = wrapped
			b.ReportAllocs()
			for b.Loop() {
				c, err := NewClient(client)
				if err != nil {
					b.Fatal(err)
				}
				a := NewAcceptor(acceptor)
				if err := shake(b, c, a); err != nil || !a.Result().Accepted {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAcceptor is the acceptor's side alone.
func BenchmarkAcceptor(b *testing.B) {
	acceptor := acceptorOptions(b)
	type1 := newNegotiate(b)
	_, m := answered(b, alice(), challengeBytes(challengeFlags, pairs()))
	type3 := m.Append(nil)
	b.ReportAllocs()
	for b.Loop() {
		a := NewAcceptor(acceptor)
		if _, _, err := a.Step(type1); err != nil {
			b.Fatal(err)
		}
		if _, _, err := a.Step(type3); err != nil { // it answers another challenge
			b.Fatal(err)
		}
	}
}
