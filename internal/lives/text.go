package lives

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// text returns b as a string. Equal ones share their memory, as far as they are paths: few, and repeated in each process.
func (c *Collector) text(b []byte) string {
	if s, ok := c.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(c.texts) < maxTexts {
		c.texts[s] = s
	}
	return s
}

// maxTexts is how many strings are known again; those beyond have memory of their own.
const maxTexts = 1 << 16

// unseen returns the program that p runs, of whose exec there was no event.
func (c *Collector) unseen(p *event.Process) Program {
	prog := Program{
		Time: c.time(p.Key.Start), Executable: c.text([]byte(p.Executable)), Directory: c.text([]byte(p.Directory)), Unseen: true,
	}
	if p.Args != "" {
		prog.Args = strings.Split(strings.TrimSuffix(p.Args, "\x00"), "\x00")
	}
	return prog
}

// keepArgs returns the first strings of a list, MaxArgs bytes of them, and how many bytes are missing. Where they are, the last
// string that is kept can be cut.
func keepArgs(s event.Strings) (args []string, missing uint64) {
	head := s.Head()
	missing = s.Missing() + uint64(len(s.TailBytes()))
	if len(head) > MaxArgs {
		missing += uint64(len(head) - MaxArgs)
		head = head[:MaxArgs]
	}
	if len(head) == 0 {
		return nil, missing
	}
	return strings.Split(strings.TrimSuffix(string(head), "\x00"), "\x00"), missing
}
