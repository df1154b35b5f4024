package outlet

import "slices"

const (
	// chunkSize is how much is mostly written at once: what a pipe holds.
	chunkSize = 64 << 10
	// batchSize is how much is not kept waiting. It is more than a chunk, since another thread has to be woken for it.
	batchSize = 4 * chunkSize
)

// queue holds what waits to be written. What was put at once stays in one chunk.
type queue struct {
	chunks []chunk
	spare  [][]byte // empty chunks, to be used again
}

type chunk struct {
	bytes []byte
	done  int // so much of it was written
}

// put copies p. It touches nothing that front has returned.
func (q *queue) put(p []byte) {
	last := len(q.chunks) - 1
	if last < 0 || cap(q.chunks[last].bytes)-len(q.chunks[last].bytes) < len(p) {
		q.chunks = append(q.chunks, chunk{bytes: q.empty(len(p))})
		last++
	}
	q.chunks[last].bytes = append(q.chunks[last].bytes, p...)
}

func (q *queue) empty(size int) []byte {
	if n := len(q.spare); n > 0 && size <= chunkSize {
		b := q.spare[n-1]
		q.spare = q.spare[:n-1]
		return b
	}
	return make([]byte, 0, max(size, chunkSize))
}

// front returns what is to be written first. It stays as it is until advance is called.
func (q *queue) front() []byte {
	if len(q.chunks) == 0 {
		return nil
	}
	return q.chunks[0].bytes[q.chunks[0].done:]
}

// advance takes away n bytes of front.
func (q *queue) advance(n int) {
	c := &q.chunks[0]
	if c.done += n; c.done < len(c.bytes) {
		return
	}
	if cap(c.bytes) == chunkSize {
		q.spare = append(q.spare, c.bytes[:0])
	}
	q.chunks = slices.Delete(q.chunks, 0, 1)
}

// rest gives back the memory that a burst took.
func (q *queue) rest() {
	if len(q.chunks) == 0 && len(q.spare) > 1 {
		q.spare = [][]byte{q.spare[0]}
	}
}

// drop forgets all that waits.
func (q *queue) drop() { *q = queue{} }
