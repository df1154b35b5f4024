package proctable

// texts counts the bytes of the strings that images are made of. A child shows the
// strings of its parent until it execs, so each piece of text counts its users.
type texts struct {
	list  []text // a piece is named by its index; 0 stands for none
	free  uint32 // the first piece that is not in use; 0 for none
	bytes int
}

type text struct {
	size  uint32 // in bytes; of a piece that is not in use, the next of these
	users uint32
}

// add counts a new piece with one user.
func (t *texts) add(size int) uint32 {
	if size == 0 {
		return 0
	}
	if len(t.list) == 0 {
		t.list = append(t.list, text{})
	}
	i := t.free
	if i == 0 {
		i = uint32(len(t.list))
		t.list = append(t.list, text{})
	} else {
		t.free = t.list[i].size
	}
	t.list[i] = text{size: uint32(size), users: 1}
	t.bytes += size
	return i
}

// keep counts one more user of a piece.
func (t *texts) keep(i uint32) {
	if i != 0 {
		t.list[i].users++
	}
}

// drop counts one user less. A piece without users is not counted any more.
func (t *texts) drop(i uint32) {
	if i == 0 {
		return
	}
	if t.list[i].users--; t.list[i].users == 0 {
		t.bytes -= int(t.list[i].size)
		t.list[i].size, t.free = t.free, i
	}
}
