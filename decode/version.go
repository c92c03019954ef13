package decode

import (
	"encoding/binary"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Version is a VERSION structure of 8 bytes (MS-NLMP 2.2.2.10).
type Version struct {
	Major, Minor uint8
	Build        uint16
	Reserved     [3]byte
	// Revision is NTLMRevisionCurrent, 15 since Windows XP.
	Revision uint8
}

const versionSize = 8

// parseVersion reads 8 bytes.
func parseVersion(b []byte) Version {
	return Version{
		Major: b[0], Minor: b[1], Build: binary.LittleEndian.Uint16(b[2:]),
		Reserved: [3]byte{b[4], b[5], b[6]}, Revision: b[7],
	}
}

// Append writes the 8 bytes of the structure.
func (v Version) Append(dst []byte) []byte {
	dst = append(dst, v.Major, v.Minor)
	dst = binary.LittleEndian.AppendUint16(dst, v.Build)
	dst = append(dst, v.Reserved[:]...)
	return append(dst, v.Revision)
}

// IsZero reports whether all 8 bytes are zero.
func (v Version) IsZero() bool { return v == Version{} }

// plausible tells a version from payload bytes that happen to stand in its
// place: a release of Windows there was, and a revision or reserved zeros.
func (v Version) plausible() bool {
	if v.Major < 3 || v.Major > 10 {
		return false
	}
	return v.Reserved == [3]byte{} || v.Reserved == [3]byte{15, 0, 0} && v.Revision == 0
}

// plausibleVersion reports whether the 8 bytes at offset are there and plausible.
func (l *layout) plausibleVersion(offset int) bool {
	return len(l.b) >= offset+versionSize && parseVersion(l.b[offset:]).plausible()
}

// String is "10.0.17763 rev 15".
func (v Version) String() string {
	b := make([]byte, 0, 24)
	b = strconv.AppendUint(b, uint64(v.Major), 10)
	b = append(b, '.')
	b = strconv.AppendUint(b, uint64(v.Minor), 10)
	b = append(b, '.')
	b = strconv.AppendUint(b, uint64(v.Build), 10)
	b = append(b, " rev "...)
	return string(strconv.AppendUint(b, uint64(v.Revision), 10))
}

// Product names the release of Windows that sends this version, or says what
// else is known to send it; empty if nothing is known. A build is not a patch
// level: the third number is that of the release.
func (v Version) Product() string {
	for _, p := range products {
		if p.major == v.Major && p.minor == v.Minor && v.Build >= p.from && v.Build <= p.to {
			return p.name
		}
	}
	return ""
}

// products are the releases by version and range of builds, as MS-NLMP 2.2.2.10
// and Microsoft's tables of releases give them.
var products = []struct {
	major, minor uint8
	from, to     uint16
	name         string
}{
	{5, 0, 2195, 2195, "Windows 2000"},
	{5, 1, 2600, 2600, "Windows XP"},
	{5, 2, 3790, 3790, "Windows Server 2003 or XP x64"},
	{6, 0, 6000, 6003, "Windows Vista or Server 2008"},
	{6, 1, 0, 0, "Samba, or software that copies its 6.1 build 0"},
	{6, 1, 7600, 7601, "Windows 7 or Server 2008 R2"},
	{6, 2, 0, 0, "gss-ntlmssp, or software that copies its 6.2 build 0"},
	{6, 2, 9200, 9200, "Windows 8 or Server 2012"},
	{6, 3, 9600, 9600, "Windows 8.1 or Server 2012 R2"},
	{10, 0, 10240, 10240, "Windows 10 (1507)"},
	{10, 0, 10586, 10586, "Windows 10 (1511)"},
	{10, 0, 14393, 14393, "Windows 10 (1607) or Server 2016"},
	{10, 0, 15063, 15063, "Windows 10 (1703)"},
	{10, 0, 16299, 16299, "Windows 10 (1709)"},
	{10, 0, 17134, 17134, "Windows 10 (1803)"},
	{10, 0, 17763, 17763, "Windows 10 (1809) or Server 2019"},
	{10, 0, 18362, 18363, "Windows 10 (1903 or 1909)"},
	{10, 0, 19041, 19045, "Windows 10 (2004 to 22H2)"},
	{10, 0, 20348, 20348, "Windows Server 2022"},
	{10, 0, 22000, 22000, "Windows 11 (21H2)"},
	{10, 0, 22621, 22631, "Windows 11 (22H2 or 23H2)"},
	{10, 0, 25398, 25398, "Windows Server, version 23H2"},
	{10, 0, 26100, 26200, "Windows 11 (24H2 or 25H2) or Server 2025"},
}

// readVersion records the 8 bytes at offset, which are there.
func readVersion(b []byte, offset int, flags Flags, r *annotate.Recorder) Version {
	v := parseVersion(b[offset : offset+versionSize])
	claimed := flags.Has(NegotiateVersion)
	switch {
	case !claimed && !v.IsZero():
		r.Find(annotate.VersionWithoutFlag, offset, versionSize, "")
	case claimed && v.Revision != 15:
		r.Find(annotate.VersionOdd, offset, versionSize, "")
	}
	if !r.Annotate {
		return v
	}
	meaning := v.Product()
	if meaning == "" {
		meaning = "no release of Windows that is known here"
		if v.IsZero() {
			meaning = "none: all zero"
		}
	}
	r.Open("Version", offset, versionSize, annotate.Text(v.String()), meaning)
	r.Part("ProductMajorVersion", offset, 1, annotate.Uint(uint64(v.Major)), "")
	r.Part("ProductMinorVersion", offset+1, 1, annotate.Uint(uint64(v.Minor)), "")
	r.Part("ProductBuild", offset+2, 2, annotate.Uint(uint64(v.Build)), "the release's build, not the patch level")
	r.Part("Reserved", offset+4, 3, annotate.Bytes(), "should be zero")
	r.Part("NTLMRevisionCurrent", offset+7, 1, annotate.Uint(uint64(v.Revision)), "15 since Windows XP")
	r.Close()
	return v
}
