package probe

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"sync/atomic"
	"unsafe"

	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/wire"
)

// The page of a session tells any version of exectrail what it is about. Its head never changes, so that a
// version that cannot go on with the session can say whose it is:
//
//	 0  magic
//	16  version of the page
//	20  layout of the records (wire.Layout)
//	24  fingerprint of the maps
//	32  when the session began, CLOCK_BOOTTIME in ns
//	40  id of the process that reads, 0 for none
//	44  length of the settings, which are JSON, and their CRC-32
//	64  version of exectrail, ended by NUL
//	128 settings
//
// All but the reader is written before the session gets its name.
const (
	pageMagic   = "exectrail pin\n\x00\x00"
	pageVersion = 1
	pageSize    = 16 << 10

	pageReader   = 40
	pageProgram  = 64
	pageSettings = 128
)

// page is the content of the page.
type page struct {
	layout      uint32
	fingerprint uint64
	began       uint64 // CLOCK_BOOTTIME, ns
	version     string // of exectrail
	reader      uint32 // process id
	settings    settings
}

// settings are what a session was opened with, and what of it cannot be read from what is pinned.
type settings struct {
	Env        bool       `json:"env"`
	LoaderEnv  bool       `json:"loader_env"`
	Terms      term.Terms `json:"terms"`
	BufferSize int        `json:"buffer_size"`
	Plans      []Plan     `json:"plans"` // for failed execs, as asked for
	Required   bool       `json:"required"`

	Plan         Plan         `json:"plan"` // that works
	Obstacle     string       `json:"obstacle"`
	ReadonlyCast bool         `json:"readonly_cast"`
	Hooks        []pinnedHook `json:"hooks"`
}

// pinnedHook is a hook whose program and link are pinned.
type pinnedHook struct {
	Name     string    `json:"name"`
	Program  string    `json:"program"`
	Kind     wire.Kind `json:"kind"`
	Lane     int       `json:"lane"`
	Standby  bool      `json:"standby,omitempty"`
	Failed   bool      `json:"failed,omitempty"`   // one of the plan for failed execs
	Unpinned bool      `json:"unpinned,omitempty"` // its link cannot be pinned: it ends with each reader
}

// What a page may be instead of one to go on with.
var (
	errForeign = errors.New("it was not pinned by exectrail")
	errNewPage = errors.New("it was pinned by a newer version of exectrail")
	errDamaged = errors.New("its description is damaged")
)

// write writes all of p to memory that is all zero.
func (p *page) write(mem []byte) error {
	content, err := json.Marshal(p.settings)
	if err != nil {
		return fmt.Errorf("encode the settings: %w", err)
	}
	if pageSettings+len(content) > len(mem) {
		return fmt.Errorf("the settings have %d bytes", len(content))
	}
	le := binary.LittleEndian
	le.PutUint32(mem[16:], pageVersion)
	le.PutUint32(mem[20:], p.layout)
	le.PutUint64(mem[24:], p.fingerprint)
	le.PutUint64(mem[32:], p.began)
	le.PutUint32(mem[44:], uint32(len(content)))
	le.PutUint32(mem[48:], crc32.ChecksumIEEE(content))
	copy(mem[pageProgram:pageSettings-1], p.version)
	copy(mem[pageSettings:], content)
	setReader(mem, p.reader)
	copy(mem, pageMagic)
	return nil
}

// readHead reads what each version of exectrail can tell.
func readHead(mem []byte) (p page, err error) {
	if len(mem) < pageSettings || string(mem[:16]) != pageMagic {
		return page{}, errForeign
	}
	le := binary.LittleEndian
	version, _, _ := bytes.Cut(mem[pageProgram:pageSettings], []byte{0})
	p = page{
		layout: le.Uint32(mem[20:]), fingerprint: le.Uint64(mem[24:]), began: le.Uint64(mem[32:]),
		version: string(version), reader: readerWord(mem).Load(),
	}
	if le.Uint32(mem[16:]) != pageVersion {
		return p, errNewPage
	}
	return p, nil
}

// readPage reads all of a page. With an error, what it could read is valid all the same.
func readPage(mem []byte) (page, error) {
	p, err := readHead(mem)
	if err != nil {
		return p, err
	}
	le := binary.LittleEndian
	length := le.Uint32(mem[44:])
	if uint64(length) > uint64(len(mem)-pageSettings) {
		return p, errDamaged
	}
	content := mem[pageSettings:][:length]
	if crc32.ChecksumIEEE(content) != le.Uint32(mem[48:]) || json.Unmarshal(content, &p.settings) != nil {
		return p, errDamaged
	}
	for _, h := range p.settings.Hooks {
		if h.Kind > wire.Counted || h.Lane < 0 || h.Lane >= wire.Lanes {
			return p, errDamaged
		}
	}
	return p, nil
}

func readerWord(mem []byte) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&mem[pageReader]))
}

func setReader(mem []byte, pid uint32) { readerWord(mem).Store(pid) }
