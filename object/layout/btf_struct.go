package layout

import (
	"fmt"
	"math"
	"strconv"

	"github.com/cilium/ebpf/btf"
)

// composite makes a struct of a struct or union.
func (b *builder) composite(keyword, name string, size uint32, members []btf.Member, depth int) (*Type, error) {
	built := &Type{kind: Struct, size: clamp(size), big: b.big}
	if name != "" {
		built.name = keyword + " " + name
	}
	s := structBuilder{builder: b, built: built, taken: map[string]int{}}
	if err := s.add(members, 0, depth); err != nil {
		return nil, err
	}
	return built, nil
}

// section makes a struct of the variables of a section, which is how a map that holds it is described.
func (b *builder) section(t *btf.Datasec, depth int) (*Type, error) {
	members := make([]btf.Member, 0, min(len(t.Vars), maxFields))
	for _, v := range t.Vars {
		variable, ok := v.Type.(*btf.Var)
		if !ok || v.Offset > math.MaxUint32/8 {
			continue
		}
		members = append(members, btf.Member{Name: variable.Name, Type: variable.Type, Offset: btf.Bits(v.Offset * 8)})
	}
	built, err := b.composite("", "", t.Size, members, depth)
	if err == nil {
		built.name = t.Name
	}
	return built, err
}

// structBuilder collects the members of a struct and of the anonymous ones in it.
type structBuilder struct {
	*builder
	built *Type
	taken map[string]int // a name, and how often
}

// add adds members of a struct that begins at so many bits.
func (s *structBuilder) add(members []btf.Member, base uint64, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	for _, m := range members {
		at := base + uint64(m.Offset)
		if at/8 > maxSize {
			return fmt.Errorf("member %q: begins after %d bytes", m.Name, maxSize)
		}
		if err := s.member(m, at, depth); err != nil {
			return err
		}
	}
	return nil
}

func (s *structBuilder) member(m btf.Member, at uint64, depth int) error {
	if s.fields++; s.fields > maxFields {
		return fmt.Errorf("more than %d members", maxFields)
	}
	if m.Name == "" {
		switch t := unqualified(m.Type).(type) {
		case *btf.Struct:
			return s.add(t.Members, at, depth+1)
		case *btf.Union:
			return s.add(t.Members, at, depth+1)
		}
		return nil // padding
	}
	t, err := s.build(m.Type, depth+1)
	if err != nil {
		return fmt.Errorf("member %q: %w", m.Name, err)
	}
	f := Field{Name: s.free(m.Name), Type: t, Offset: int(at / 8)}
	if m.BitfieldSize > 0 {
		switch t.kind {
		case Uint, Int, Bool, Enum:
		default:
			return fmt.Errorf("member %q: a bitfield of no integer", m.Name)
		}
		if m.BitfieldSize > 64 {
			return fmt.Errorf("member %q: a bitfield of %d bits", m.Name, m.BitfieldSize)
		}
		f.bit, f.bits = int(at), int(m.BitfieldSize)
	}
	s.built.fields = append(s.built.fields, f)
	return nil
}

// free returns name, or one like it: no compiler gives two members the same, but the file may not come from one.
func (s *structBuilder) free(name string) string {
	for {
		s.taken[name]++
		n := s.taken[name]
		if n == 1 {
			return name
		}
		name += "_" + strconv.Itoa(n)
	}
}
