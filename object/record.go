package object

// Record is what a program sent through a buffer, or what an iterator wrote.
type Record struct {
	// Buffer is the name of the map; of an iterator that of its program.
	Buffer string
	// CPU is where a perf buffer got it from; -1 for other buffers, which do not tell.
	CPU int
	// Raw is what was sent. It belongs to the caller until the next record is asked for.
	Raw []byte
	// Text tells that Raw is a line that an iterator wrote, without its end.
	Text bool
	// Lost is how many records are missing in this place; Raw is nil then.
	Lost uint64
}
