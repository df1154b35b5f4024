package wire

import "github.com/exectrail/exectrail/internal/bpfobj"

// Scope is where an id may mean another user than elsewhere on the machine, by the numbers of the namespaces.
type Scope struct{ MountNS, UserNS uint32 }

// OwnerOf tells of a scope whose names it has, or whom an id means there. Name is empty when the id has none.
type OwnerOf struct {
	Scope Scope
	What  OwnerWhat
	ID    uint32 // in the initial user namespace
	Name  []byte
}

// OwnerWhat says what an [OwnerOf] tells.
type OwnerWhat uint32

// What an [OwnerOf] can tell.
const (
	OwnerUser    = OwnerWhat(bpfobj.TracerWireOwnerWhatWIRE_OWNER_USER)
	OwnerGroup   = OwnerWhat(bpfobj.TracerWireOwnerWhatWIRE_OWNER_GROUP)
	ScopeOthers  = OwnerWhat(bpfobj.TracerWireOwnerWhatWIRE_OWNER_OTHERS)  // names are others than on the machine, and those that were told before hold no more
	ScopeMachine = OwnerWhat(bpfobj.TracerWireOwnerWhatWIRE_OWNER_MACHINE) // names are those of the machine
)

// AppendOwner appends a record of o.
func AppendOwner(dst []byte, time uint64, o OwnerOf) []byte {
	x := owner{
		Head: newHead(Owner, ownerSize, len(o.Name), time), MountNs: o.Scope.MountNS, UserNs: o.Scope.UserNS,
		Id: o.ID, What: uint32(o.What),
	}
	return append(appendFixed(dst, &x), o.Name...)
}
