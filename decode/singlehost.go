package decode

import (
	"encoding/binary"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// SingleHost is a Single_Host_Data structure of 48 bytes (MS-NLMP 2.2.2.2). It
// lets a server know a client on its own machine, or one that it authenticates for.
type SingleHost struct {
	Size, Z4   uint32
	CustomData [8]byte
	MachineID  [32]byte
}

const singleHostSize = 48

// ParseSingleHost reads the structure; ok is false if b is shorter than it.
func ParseSingleHost(b []byte) (h SingleHost, ok bool) {
	if len(b) < singleHostSize {
		return h, false
	}
	h.Size = binary.LittleEndian.Uint32(b)
	h.Z4 = binary.LittleEndian.Uint32(b[4:])
	copy(h.CustomData[:], b[8:])
	copy(h.MachineID[:], b[16:])
	return h, true
}

// integrityLevels are the values of the second half of CustomData, as Windows
// sends them: the mandatory integrity level of the client's token.
var integrityLevels = map[uint32]string{
	0x0000: "untrusted", 0x1000: "low integrity", 0x2000: "medium integrity",
	0x3000: "high integrity", 0x4000: "system integrity",
}

// readSingleHost records the structure in a pair whose AvLen is length: more
// than its value has if that is cut.
func readSingleHost(p *AVPair, length int, r *annotate.Recorder) {
	h, ok := ParseSingleHost(p.Value)
	if length < singleHostSize {
		r.Find(annotate.SingleHostSize, p.Offset, len(p.Value), strconv.Itoa(length)+" bytes, 48 are due")
	}
	if !ok {
		r.Field("Value", p.Offset, len(p.Value), annotate.Bytes(), "cut short")
		return
	}
	if int64(h.Size) != int64(length) {
		r.Find(annotate.SingleHostSize, p.Offset, 4, strconv.FormatUint(uint64(h.Size), 10)+" against "+strconv.Itoa(length))
	}
	if !r.Annotate {
		return
	}
	r.Field("Size", p.Offset, 4, annotate.Uint(uint64(h.Size)), "")
	r.Field("Z4", p.Offset+4, 4, annotate.Uint(uint64(h.Z4)), "should be zero")
	r.Field("CustomData", p.Offset+8, 8, annotate.Bytes(), integrityLevels[binary.LittleEndian.Uint32(h.CustomData[4:])])
	r.Field("MachineID", p.Offset+16, 32, annotate.Bytes(), "made anew when the machine starts")
	if rest := len(p.Value) - singleHostSize; rest > 0 {
		r.Field("(unclaimed)", p.Offset+singleHostSize, rest, annotate.Bytes(), "past the structure")
	}
}
