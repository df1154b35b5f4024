package event

// Task is the process an event is about, as the kernel described it at that moment.
type Task struct {
	PID          uint32 // thread group id in the initial pid namespace
	NamespacePID uint32 // the same in the innermost pid namespace of the process
	ParentPID    uint32 // the parent at this moment, which may be the reaper of orphans
	SessionID    uint32
	GroupID      uint32 // process group
	Comm         []byte // thread name of at most 15 bytes
	TTY          []byte // name of the controlling terminal below /dev, such as pts/0; empty without one
}

// NoID is the user id that stands for none: a process that nobody logged in for has it as LoginUID.
const NoID = ^uint32(0)

// Credentials are the identity of a process, in the initial user namespace.
type Credentials struct {
	UID, EUID, SUID uint32 // real, effective, saved
	GID, EGID, SGID uint32
	LoginUID        uint32 // audit login uid, which survives su and sudo; [NoID] when unset
	AuditSession    uint32 // audit session id; [NoID] when unset
	CapEffective    uint64 // bit n is capability n of capabilities(7)
	CapPermitted    uint64
}

// Namespaces are the inode numbers by which /proc/PID/ns names the namespaces of a process.
type Namespaces struct {
	PIDNS, MountNS, UserNS, NetNS, CgroupNS uint32
}

// Cgroup is the control group of a process: in the unified hierarchy, or in
// that of the pids controller where the unified one is not used.
type Cgroup struct {
	CgroupID     uint64 // inode number of its directory
	CgroupName   []byte // last component of its path; empty for the root
	CgroupParent []byte // the component before; empty for the root
	// CgroupAbove are the components before that one, from the last to the first and each ended by a NUL: at most 6.
	CgroupAbove []byte
}

// File is the file that runs.
type File struct {
	DeviceMajor, DeviceMinor uint32
	Inode                    uint64
	Links                    uint32 // hard links
	Deleted                  bool   // it was unlinked before it was run
	Memfd                    bool   // it has no name: memfd_create(2)
	UpperLayer               bool   // it is in the upper layer of an overlay file system

	// Changed is when the file or what its inode tells was last changed (ctime), in nanoseconds since 1970. It is 0 where
	// that was not recorded, and then FirstSeen says nothing.
	Changed uint64
	// FirstSeen tells that the file was not executed before, in this session or in those that it knows of, with
	// the same inode and the same ctime.
	FirstSeen bool
}
