package event

// FileType is the type of an open file: S_IFMT of inode(7), shifted right by 12 bits.
type FileType uint8

// The types of files. NoFile is a descriptor that is not open, or a file of the kernel's own without a type,
// such as an eventfd.
const (
	NoFile      FileType = 0
	FIFO        FileType = 1
	CharDevice  FileType = 2
	Directory   FileType = 4
	BlockDevice FileType = 6
	RegularFile FileType = 8
	Socket      FileType = 12
)
