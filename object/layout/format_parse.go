package layout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// formatParser puts a struct together, member by member.
type formatParser struct {
	built  *Type
	packed bool
	align  int // the largest so far
	taken  map[string]bool
	last   string // the member after which nothing can come
}

// member adds a member. at is where its text begins in the format.
func (p *formatParser) member(text string, at int) error {
	at += len(text) - len(strings.TrimLeft(text, blanks))
	text = strings.Trim(text, blanks)
	fail := func(offset int, problem string, args ...any) error {
		return &FormatError{at + offset + 1, fmt.Sprintf(problem, args...)}
	}
	if text == "" {
		return fail(0, "a member is missing; such as: u32 pid")
	}
	if p.last != "" {
		return fail(0, "nothing can come after %s, whose length is not fixed", p.last)
	}
	if len(p.built.fields) >= maxFields {
		return fail(0, "more than %d members", maxFields)
	}
	declaration, length, isArray := strings.Cut(text, "[")
	if isArray {
		var closed bool
		if length, closed = strings.CutSuffix(length, "]"); !closed {
			return fail(len(text), "a ] is missing at the end of %q", text)
		}
		length = strings.Trim(length, blanks)
	}
	words := strings.Fields(declaration)
	if len(words) == 0 {
		return fail(0, "a type and a name must stand before [")
	}
	if words[0] == "pad" {
		return p.pad(words, isArray, fail)
	}
	name := words[len(words)-1]
	t, ok := lookUp(words[:len(words)-1])
	if !ok {
		if _, typeOnly := lookUp(words); typeOnly || len(words) == 1 {
			return fail(len(declaration), "a name must follow the type; a member is written: u32 pid")
		}
		return fail(0, "unknown type %q; there are %s", strings.Join(words[:len(words)-1], " "), allowedTypes)
	}
	nameAt := strings.LastIndex(declaration, name)
	switch {
	case !isName(name):
		return fail(nameAt, "%q is no name: letters, digits and _ make one", name)
	case name != skipped && p.taken[name]:
		return fail(nameAt, "there are two members named %s", name)
	}
	f := Field{Name: name, skip: name == skipped}
	if problem := p.declare(&f, words[0], t, length, isArray); problem != "" {
		return fail(len(declaration), "%s", problem)
	}
	if f.Offset+f.Type.size > maxSize {
		return fail(0, "larger than %d bytes", maxSize)
	}
	p.taken[name] = true
	p.built.fields = append(p.built.fields, f)
	return nil
}

const (
	blanks  = " \t\r\n"
	skipped = "_"
)

// declare gives a member its type and its place. It returns what is wrong, or "".
func (p *formatParser) declare(f *Field, word string, t formatType, length string, isArray bool) string {
	built := &Type{kind: t.kind, name: word, size: t.size, big: p.built.big || t.big}
	n, err := strconv.Atoi(length)
	switch {
	case t.size == 0 && !isArray && word == "char":
		built.kind, built.size, t.align = Int, 1, 1
	case t.size == 0 && !isArray && word == "hex":
		return "the length is missing: hex " + f.Name + "[16], or bytes " + f.Name + " for the rest of the record"
	case t.size == 0 && (!isArray || length == ""):
		built.open = true
		if word == "char" {
			built.kind = Strings // as C has it at the end of a struct
		}
	case !isArray:
	case length == "":
		built = &Type{kind: List, name: word, elem: built, open: true}
	case err != nil && isName(length):
		return p.counted(f, built, t, length)
	case err != nil || n < 1 || n > maxSize/max(t.size, 1):
		return fmt.Sprintf("%q is no length: a number from 1 on, or of text the name of an integer before it", length)
	case t.size == 0:
		built.size = n
	case t.size == 1 && t.kind == Uint:
		built.kind, built.size = Bytes, n
	default:
		built = &Type{kind: List, name: word, elem: built, count: n, size: n * t.size}
	}
	if built.open {
		p.last = f.Name
	}
	p.place(f, built, t.align)
	return ""
}

// counted gives a member its type whose length another member tells.
func (p *formatParser) counted(f *Field, built *Type, t formatType, length string) string {
	if t.size != 0 {
		return "only char, hex, bytes, string and strings can have the length that another member tells"
	}
	i := slices.IndexFunc(p.built.fields, func(f Field) bool { return f.Name == length && f.Name != skipped })
	if i < 0 || p.built.fields[i].Type.kind != Uint && p.built.fields[i].Type.kind != Int {
		return fmt.Sprintf("%q is no integer before it", length)
	}
	built.open, f.counted, p.last = true, i+1, f.Name
	p.place(f, built, t.align)
	return ""
}

// place puts a member at the end, aligned.
func (p *formatParser) place(f *Field, t *Type, align int) {
	if p.packed {
		align = 1
	}
	p.align = max(p.align, align)
	f.Type, f.Offset = t, roundUp(p.built.size, align)
	p.built.size = f.Offset + t.size
}

// pad adds bytes that are not shown.
func (p *formatParser) pad(words []string, isArray bool, fail func(int, string, ...any) error) error {
	if len(words) != 2 || isArray {
		return fail(0, "padding is written: pad 4")
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 1 || p.built.size+n > maxSize {
		return fail(len("pad "), "%q is no number of bytes; padding is written: pad 4", words[1])
	}
	p.built.size += n
	return nil
}

// finish drops what is not shown, and rounds the size as the compiler does.
func (p *formatParser) finish() {
	if p.built.open = p.last != ""; !p.built.open {
		p.built.size = roundUp(p.built.size, p.align)
	}
	fields := p.built.fields[:0]
	moved := make([]int, len(p.built.fields)+1)
	for i, f := range p.built.fields {
		if f.skip {
			continue
		}
		if f.counted > 0 {
			f.counted = moved[f.counted]
		}
		fields = append(fields, f)
		moved[i+1] = len(fields)
	}
	p.built.fields = fields
}

func roundUp(n, align int) int { return (n + align - 1) / align * align }

func isName(s string) bool {
	for i, c := range s {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
