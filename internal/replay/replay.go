package replay

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Header tells where a recording comes from.
type Header struct {
	Layout   int    `json:"layout"` // of the records, see wire.Layout
	Hostname string `json:"hostname"`
	BootID   string `json:"boot_id"`
	Kernel   string `json:"kernel"`
	Arch     string `json:"arch"`

	// What the session recorded.
	Env        bool     `json:"env,omitempty"`
	EnvNames   []string `json:"env_names,omitempty"`
	BufferSize int      `json:"buffer_size"`
	// Redacted tells that secrets were overwritten in the records, see package redact.
	Redacted bool `json:"redacted,omitempty"`
}

const (
	magic     = "exectrail recording 1\n"
	frameHead = 8
	// maxRecord bounds a record: the largest of the kernel is a chunk of 32 KiB,
	// and the largest of user space a snapshot of three times 64 KiB.
	maxRecord = 256 << 10
)

// ErrFormat is the error of a file that is no recording.
var ErrFormat = errors.New("not a recording of exectrail")

// DamageError tells where a recording is damaged or cut off.
type DamageError struct {
	Offset int64 // in bytes, of the first frame that cannot be read
	Err    error
}

// Error names the offset.
func (e *DamageError) Error() string {
	return fmt.Sprintf("recording is damaged at offset %d: %v", e.Offset, e.Err)
}

// Unwrap returns what is wrong there.
func (e *DamageError) Unwrap() error { return e.Err }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Writer writes a recording. It does not buffer: each record is one call of the output's Write.
type Writer struct {
	w     io.Writer
	frame []byte
}

// NewWriter writes the beginning of a recording to w.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	content, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode the header: %w", err)
	}
	writer := &Writer{w: w}
	if err := writer.write([]byte(magic), content); err != nil {
		return nil, err
	}
	return writer, nil
}

// Write adds a record.
func (w *Writer) Write(record []byte) error { return w.write(w.frame[:0], record) }

// write writes the frame of content behind what is in dst.
func (w *Writer) write(dst, content []byte) error {
	if len(content) > maxRecord {
		return fmt.Errorf("a record of %d bytes is too long", len(content))
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(content)))
	dst = binary.LittleEndian.AppendUint32(dst, crc32.Checksum(content, castagnoli))
	w.frame = append(dst, content...)
	_, err := w.w.Write(w.frame)
	return err
}

// Reader reads a recording.
type Reader struct {
	Header Header

	r      *bufio.Reader
	offset int64 // of the next frame
	buf    []byte
	err    error // that ended it
}

// NewReader reads the beginning of a recording. Its error is [ErrFormat], a
// [*DamageError] or that of r.
func NewReader(r io.Reader) (*Reader, error) {
	b := bufio.NewReaderSize(r, 256<<10)
	first := make([]byte, len(magic))
	if _, err := io.ReadFull(b, first); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	if string(first) != magic {
		return nil, ErrFormat
	}
	reader := &Reader{r: b, offset: int64(len(magic))}
	content, err := reader.Next()
	if errors.Is(err, io.EOF) {
		return nil, reader.damage(errors.New("no header"))
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(content, &reader.Header); err != nil {
		return nil, reader.Damage(content, fmt.Errorf("header: %w", err))
	}
	return reader, nil
}

// Next returns the next record, which is valid until the next call; [io.EOF] at
// the end; and a [*DamageError] where the recording cannot be read. An error stays.
func (r *Reader) Next() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	content, err := r.readFrame()
	r.err = err
	return content, err
}

func (r *Reader) readFrame() ([]byte, error) {
	var head [frameHead]byte
	switch _, err := io.ReadFull(r.r, head[:]); {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, r.damage(cutOff(err))
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size > maxRecord {
		return nil, r.damage(fmt.Errorf("a record of %d bytes", size))
	}
	if uint32(cap(r.buf)) < size {
		r.buf = make([]byte, size)
	}
	content := r.buf[:size]
	if _, err := io.ReadFull(r.r, content); err != nil {
		return nil, r.damage(cutOff(err))
	}
	if crc32.Checksum(content, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, r.damage(errors.New("wrong checksum"))
	}
	r.offset += frameHead + int64(size)
	return content, nil
}

// Damage ends the reading at the record that was read last, for the reason err.
func (r *Reader) Damage(record []byte, err error) error {
	r.err = &DamageError{Offset: r.offset - frameHead - int64(len(record)), Err: err}
	return r.err
}

func (r *Reader) damage(err error) error { return &DamageError{Offset: r.offset, Err: err} }

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends within a record")
	}
	return err
}
