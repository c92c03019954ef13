package benchdata

import (
	"encoding/base64"
	"encoding/binary"
)

// Packets appends a pcap file with the first count tokens: each in the
// Authorization header of an HTTP request, in a packet and a connection of its own.
func Packets(dst []byte, count int) []byte {
	const magic, ethernet = 0xa1b2c3d4, 1
	dst = binary.LittleEndian.AppendUint32(dst, magic)
	dst = append(dst, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0) // version 2.4, UTC
	dst = binary.LittleEndian.AppendUint32(dst, 1<<16)
	dst = binary.LittleEndian.AppendUint32(dst, ethernet)
	for n := range count {
		dst = appendPacket(dst, n)
	}
	return dst
}

func appendPacket(dst []byte, n int) []byte {
	const ethernet, ip, tcp = 14, 20, 20
	body := append([]byte("GET /sites/team/ HTTP/1.1\r\nHost: intranet.example.com\r\nAuthorization: NTLM "),
		base64.StdEncoding.EncodeToString(Token(nil, n))...)
	body = append(body, "\r\nUser-Agent: curl/8.4.0\r\nAccept: */*\r\n\r\n"...)

	size := uint32(ethernet + ip + tcp + len(body))
	dst = binary.LittleEndian.AppendUint32(dst, 1795300000+uint32(n/1000))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(n%1000)*1000)
	dst = binary.LittleEndian.AppendUint32(dst, size)
	dst = binary.LittleEndian.AppendUint32(dst, size)

	dst = append(dst, "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00"...)
	from := len(dst)
	dst = append(dst, 0x45, 0)
	dst = binary.BigEndian.AppendUint16(dst, uint16(ip+tcp+len(body)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	dst = append(dst, 0x40, 0, 64, 6, 0, 0)
	dst = append(dst, 10, 1, byte(n>>8), byte(n), 10, 0, 0, 1) // source and destination
	binary.BigEndian.PutUint16(dst[from+10:], checksum(0, dst[from:]))

	from += ip
	dst = binary.BigEndian.AppendUint16(dst, uint16(20000+n>>16))
	dst = append(dst, 0, 80)
	dst = binary.BigEndian.AppendUint32(dst, 1) // sequence number
	dst = binary.BigEndian.AppendUint32(dst, 1)
	dst = append(dst, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0) // PSH, ACK
	dst = append(dst, body...)
	sum := checksum(uint32(6+tcp+len(body)), dst[from-8:]) // with the pseudo-header
	binary.BigEndian.PutUint16(dst[from+16:], sum)
	return dst
}

// checksum is RFC 1071's.
func checksum(sum uint32, b []byte) uint16 {
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) > 0 {
		sum += uint32(b[0]) << 8
	}
	for sum>>16 > 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
