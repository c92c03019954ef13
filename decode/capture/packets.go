package capture

// packets reads a packet capture.
func (s *scan) packets(r packetReader) error {
	t, d := newTCP(s), newDissector()
	var err error
	for !s.stopped {
		p, ok, failed := r.next()
		if failed != nil || !ok {
			err = failed
			break
		}
		s.stats.Packets = p.number
		layer, known := linkLayer(p.link, p.data)
		if !known {
			s.stats.Skipped++
			continue
		}
		g, ok := d.dissect(layer, p.data)
		if !ok {
			continue
		}
		// The one is a slice of the other: their capacities tell how far it begins.
		at := p.offset + int64(cap(p.data)-cap(g.data))
		t.add(g, origin{packet: p.number, time: p.time, offset: at})
		s.stats.Connections = t.count
	}
	t.close()
	s.stats.Truncated = r.cut()
	return err
}
