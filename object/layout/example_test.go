package layout_test

import (
	"encoding/binary"
	"fmt"

	"github.com/exectrail/exectrail/object/layout"
)

func Example() {
	t, err := layout.Parse("u32 pid, u16 port, char comm[16], strings args", binary.LittleEndian)
	if err != nil {
		fmt.Println(err)
		return
	}
	raw := []byte("\x2a\x00\x00\x00\x50\x00curl\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00curl\x00-s\x00http://localhost\x00")
	v := t.Decode(raw)
	fmt.Printf("%s\n", layout.AppendText(nil, v))
	fmt.Printf("%s\n", layout.AppendJSON(nil, v.Field("args")))
	// Output:
	// pid=42 port=80 comm=curl args=[curl -s http://localhost]
	// ["curl","-s","http://localhost"]
}
