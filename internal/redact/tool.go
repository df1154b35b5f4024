package redact

import (
	"bytes"
	"strings"
)

// kind is what of a word is secret.
type kind uint8

const (
	nothing  kind = iota // the flag takes no secret, though its name says so
	secret               // all of it
	pair                 // user:password
	percent              // user%password
	comma                // user,password
	slash                // user/password@where
	source               // pass:password, as openssl has it
	attached             // all of it, and never the next word
	atLogin              // all of it, after the word login
	jar                  // name=value, or a file of these
)

// tool is a program whose flags or operands hold secrets that their names do not tell.
type tool struct {
	names string
	flags []flag
	// clusters tells that letters can stand together as in -su; values are the letters that take what follows them.
	clusters bool
	values   string
	// wraps tells that one of its operands can be the name of another tool.
	wraps bool
	// flagsTake tells that what follows one of its flags is not that operand.
	flagsTake bool
	// shell tells that its operands are commands.
	shell bool
	// longFlags tells that its flags are words after one dash.
	longFlags bool
	operand   func(s *scan, c *command, w []byte, r region)
}

type flag struct {
	names string
	kind  kind
}

// toolFlag looks at a flag of the tool of c. It reports whether the flag is known.
func (s *scan) toolFlag(c *command, w []byte, r region) bool {
	t := c.tool
	name, _, assigned := bytes.Cut(w, []byte{'='})
	for _, f := range t.flags {
		k := f.kind
		if k == atLogin {
			if !c.login {
				continue
			}
			k = secret
		}
		switch {
		case isOneOf(name, f.names) && assigned:
			if k != nothing {
				s.part(k, password, region{from: r.from + len(name) + 1, to: r.to})
			}
			return k != nothing
		case isOneOf(name, f.names):
			if k != attached {
				c.wants, c.class = k, password
			}
			return true
		case w[1] != '-' && len(w) > 2 && k != nothing && !t.longFlags && isOneOf(w[:2], f.names):
			s.part(k, password, region{from: r.from + 2, to: r.to})
			return true
		case len(w) > 3 && k == attached && isOneOf(w[:3], f.names):
			s.part(k, password, region{from: r.from + 3, to: r.to})
			return true
		}
	}
	if t.clusters && w[1] != '-' {
		return s.cluster(c, w, r)
	}
	return false
}

// cluster looks at letters of flags that stand together.
func (s *scan) cluster(c *command, w []byte, r region) bool {
	for i := 1; i < len(w); i++ {
		for _, f := range c.tool.flags {
			if f.kind == nothing || !isOneOf([]byte{'-', w[i]}, f.names) {
				continue
			}
			if i+1 < len(w) {
				s.part(f.kind, password, region{from: r.from + i + 1, to: r.to})
			} else {
				c.wants, c.class = f.kind, password
			}
			return true
		}
		if strings.IndexByte(c.tool.values, w[i]) >= 0 || !isLetter(w[i]) {
			return false
		}
	}
	return false
}

// toolOf returns the tool with a name, or nil.
func toolOf(name []byte) *tool {
	name, _ = bytes.CutSuffix(name, []byte(".exe"))
	if len(name) < 2 || len(name) > 20 {
		return nil
	}
	return toolsByName[string(name)]
}

//nolint:gochecknoglobals // read only
var toolsByName = func() map[string]*tool {
	byName := map[string]*tool{}
	for i := range tools {
		for _, name := range strings.Fields(tools[i].names) {
			byName[name] = &tools[i]
		}
	}
	return byName
}()
