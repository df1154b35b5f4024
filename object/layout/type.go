package layout

// Type says how to decode a record or a value of a map. It does not change; several goroutines may use it.
type Type struct {
	kind Kind
	name string
	size int // of the fixed part
	big  bool

	elem   *Type // of a List
	count  int   // of a List
	open   bool  // takes what is left of the record
	fields []Field
	enum   *enumeration
}

// Field is a member of a struct or union.
type Field struct {
	Name string
	Type *Type
	// Offset is where the member begins, in bytes from the start of the struct. That of a bitfield is
	// where its first bit is.
	Offset int

	skip    bool // is there for its size only
	bit     int  // of a bitfield: its first bit, from the start of the struct
	bits    int  // of a bitfield: how many; 0 for others
	counted int  // 1 + the index of the member that tells how many bytes this one has; 0: none does
}

// Kind tells what values of the type are. It is never [Missing].
func (t *Type) Kind() Kind { return t.kind }

// Name is how C names the type, such as "struct event" or "__u32"; "" if it has no name.
func (t *Type) Name() string { return t.name }

// Size is how many bytes a value takes, without what has no fixed size at its end.
func (t *Type) Size() int { return t.size }

// Fields returns the members that are shown, in their order; for a type that is no struct
// or union none. The slice must not be changed.
func (t *Type) Fields() []Field { return t.fields }

// Field returns a member by name.
func (t *Type) Field(name string) (Field, bool) {
	if i := t.index(name); i >= 0 {
		return t.fields[i], true
	}
	return Field{}, false
}

func (t *Type) index(name string) int {
	for i := range t.fields {
		if t.fields[i].Name == name {
			return i
		}
	}
	return -1
}

// Open reports whether the type takes all of a record that is left after its fixed part.
func (t *Type) Open() bool {
	if n := len(t.fields); n > 0 && t.fields[n-1].Type.Open() {
		return true
	}
	return t.open
}

// Opaque returns a type that is all of a record, shown in hexadecimal.
func Opaque() *Type { return &Type{kind: Bytes, open: true} }
