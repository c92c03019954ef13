package experiment

// Core are the questions that tell what a URL accepts.
func Core(retries int) []Experiment {
	return []Experiment{Offer{Retries: retries}, NTLM{}, NegotiateNTLM{}, NegotiateRaw{}, NegotiateChoice{}, NegotiateOrder{}, NegotiateAgain{}, Nego2{}}
}

// Full are the questions of Core and those about clients and the path, whatever
// needs no credentials and is no repetition.
func Full(retries int) []Experiment {
	return []Experiment{
		Offer{Retries: retries}, NTLM{}, NegotiateNTLM{}, NegotiateRaw{Always: true}, NegotiateChoice{}, NegotiateOrder{}, NegotiateAgain{}, Nego2{},
		TypeShapes{}, HTTP2{}, HeaderSize{}, Front{},
	}
}
