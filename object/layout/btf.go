package layout

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cilium/ebpf/btf"
)

// Bounds of a type. BTF can be hostile: a few types that hold each other describe more than any memory has.
const (
	maxDepth  = 32
	maxFields = 1 << 16
	maxSize   = 1 << 30
)

// FromBTF returns the layout of a type, for data in this byte order. It is an error if the type has no size (a
// function, void, a struct that is only declared), or goes beyond what any program has.
func FromBTF(t btf.Type, order binary.ByteOrder) (*Type, error) {
	b := builder{big: isBig(order), done: map[btf.Type]*Type{}}
	switch t := unqualified(t).(type) {
	case nil, *btf.Void, *btf.Func, *btf.FuncProto:
		return nil, errors.New("no type of data")
	case *btf.Fwd:
		return nil, fmt.Errorf("%s %s is declared only, without members", t.Kind, t.Name)
	}
	return b.build(t, 0)
}

func isBig(order binary.ByteOrder) bool {
	return order != nil && order.Uint16([]byte{1, 0}) != 1
}

// builder makes layouts of types.
type builder struct {
	big    bool
	done   map[btf.Type]*Type
	fields int
}

func (b *builder) build(t btf.Type, depth int) (*Type, error) {
	if done := b.done[t]; done != nil {
		return done, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	built, err := b.make(t, depth)
	if err != nil {
		return nil, err
	}
	if built.size > maxSize {
		return nil, fmt.Errorf("larger than %d bytes", maxSize)
	}
	b.done[t] = built
	return built, nil
}

func (b *builder) make(t btf.Type, depth int) (*Type, error) {
	switch t := t.(type) {
	case *btf.Typedef:
		return b.typedef(t, depth)
	case *btf.Const:
		return b.build(t.Type, depth+1)
	case *btf.Volatile:
		return b.build(t.Type, depth+1)
	case *btf.Restrict:
		return b.build(t.Type, depth+1)
	case *btf.TypeTag:
		return b.build(t.Type, depth+1)
	case *btf.Var:
		return b.build(t.Type, depth+1)
	case *btf.Int:
		return b.integer(t), nil
	case *btf.Float:
		return b.float(t), nil
	case *btf.Enum:
		return b.enumeration(t), nil
	case *btf.Pointer:
		return &Type{kind: Pointer, name: "void *", size: 8, big: b.big}, nil
	case *btf.Array:
		return b.array(t, depth)
	case *btf.Struct:
		return b.composite("struct", t.Name, t.Size, t.Members, depth)
	case *btf.Union:
		return b.composite("union", t.Name, t.Size, t.Members, depth)
	case *btf.Datasec:
		return b.section(t, depth)
	}
	// What has no size is shown as no bytes.
	return &Type{kind: Bytes}, nil
}

// typedef names a type. Some names tell of network order.
func (b *builder) typedef(t *btf.Typedef, depth int) (*Type, error) {
	under, err := b.build(t.Type, depth+1)
	if err != nil {
		return nil, err
	}
	named := *under
	named.name = t.Name
	switch t.Name {
	case "__be16", "__be32", "__be64":
		named.big = true
	}
	return &named, nil
}

func (b *builder) integer(t *btf.Int) *Type {
	built := &Type{kind: Uint, name: t.Name, size: clamp(t.Size), big: b.big}
	switch {
	case built.size == 16:
		built.kind = Wide
	case built.size == 0 || built.size > 8:
		built.kind = Bytes
	case t.Encoding == btf.Bool:
		built.kind = Bool
	case t.Encoding == btf.Signed || isChar(t):
		built.kind = Int
	}
	return built
}

func (b *builder) float(t *btf.Float) *Type {
	built := &Type{kind: Float, name: t.Name, size: clamp(t.Size), big: b.big}
	if t.Size != 4 && t.Size != 8 {
		built.kind = Bytes
	}
	return built
}

func (b *builder) enumeration(t *btf.Enum) *Type {
	built := &Type{kind: Enum, size: clamp(t.Size), big: b.big}
	if t.Name != "" {
		built.name = "enum " + t.Name
	}
	if t.Size == 0 || t.Size > 8 {
		built.kind = Bytes
		return built
	}
	built.enum = &enumeration{signed: t.Signed, names: make(map[uint64]string, len(t.Values))}
	for _, v := range t.Values {
		if _, taken := built.enum.names[v.Value]; !taken {
			built.enum.names[v.Value] = v.Name
		}
	}
	built.enum.seal()
	return built
}

// array makes text of an array of char, and bytes of one of other bytes.
func (b *builder) array(t *btf.Array, depth int) (*Type, error) {
	elem, err := b.build(t.Type, depth+1)
	if err != nil {
		return nil, err
	}
	size := uint64(t.Nelems) * uint64(elem.size)
	if size > maxSize {
		return nil, fmt.Errorf("array of more than %d bytes", maxSize)
	}
	built := &Type{kind: List, name: elem.name, size: int(size), big: b.big, elem: elem, count: clamp(t.Nelems), open: t.Nelems == 0}
	integer, _ := unqualified(t.Type).(*btf.Int)
	switch {
	case integer == nil || integer.Size != 1:
	case !isChar(integer):
		if integer.Encoding == btf.Unsigned {
			built.kind = Bytes
		}
	case built.open:
		built.kind = Strings
	default:
		built.kind = Text
	}
	return built, nil
}

// isChar tells char from the types of small numbers: clang marks neither of them as a character.
func isChar(t *btf.Int) bool { return t.Size == 1 && (t.Name == "char" || t.Encoding == btf.Char) }

// unqualified returns what a type is without names and qualifiers.
func unqualified(t btf.Type) btf.Type {
	for range maxDepth {
		switch q := t.(type) {
		case *btf.Typedef:
			t = q.Type
		case *btf.Const:
			t = q.Type
		case *btf.Volatile:
			t = q.Type
		case *btf.Restrict:
			t = q.Type
		case *btf.TypeTag:
			t = q.Type
		case *btf.Var:
			t = q.Type
		default:
			return t
		}
	}
	return nil
}

// clamp makes a size fit for checking against maxSize on any machine.
func clamp(n uint32) int { return int(min(n, maxSize+1)) }
