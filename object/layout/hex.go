package layout

import (
	"encoding/hex"
	"fmt"
)

// bytesPerLine is how many bytes a line of a hex dump has.
const bytesPerLine = 16

// AppendDump appends data as lines of a hex dump: the offset, 16 bytes, and which of them are printable ASCII.
// Each line begins with prefix. Of more than limit bytes, the first are shown, and a line tells how many are left
// out; 0 stands for no limit.
func AppendDump(dst []byte, prefix string, data []byte, limit int) []byte {
	shown := data
	if limit > 0 && len(data) > limit {
		shown = data[:limit]
	}
	for at := 0; at < len(shown); at += bytesPerLine {
		dst = append(dst, prefix...)
		dst = appendDumpLine(dst, at, shown[at:min(at+bytesPerLine, len(shown))])
	}
	if left := len(data) - len(shown); left > 0 {
		dst = append(dst, prefix...)
		dst = fmt.Appendf(dst, "%08x  %d more bytes\n", len(shown), left)
	}
	return dst
}

func appendDumpLine(dst []byte, at int, line []byte) []byte {
	dst = hex.AppendEncode(dst, []byte{byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)})
	dst = append(dst, ' ')
	for i := range bytesPerLine {
		if i == bytesPerLine/2 {
			dst = append(dst, ' ')
		}
		if i < len(line) {
			dst = hex.AppendEncode(append(dst, ' '), line[i:i+1])
		} else {
			dst = append(dst, "   "...)
		}
	}
	dst = append(dst, "  |"...)
	for _, c := range line {
		if c < ' ' || c > '~' {
			c = '.'
		}
		dst = append(dst, c)
	}
	return append(dst, '|', '\n')
}
