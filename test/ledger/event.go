package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// An Event is what the ledger looks at in a line of JSON.
type Event struct {
	Time  time.Time `json:"@timestamp"`
	Event struct {
		Action   string
		Sequence uint64
	}
	Process struct {
		PID       uint32
		Args      []string
		ArgsCount int `json:"args_count"`
		Start     time.Time
		Parent    struct{ PID uint32 }
		RealUser  struct{ ID string } `json:"real_user"`
	}
	Exectrail struct {
		Boot uint64 `json:"boot_ns"`
		Hook struct {
			CPU      uint32
			Lane     uint8
			Sequence uint64
		}
		File struct {
			Device string
			Inode  uint64
		}
		Args struct {
			Bytes   uint64
			Missing uint64 `json:"missing_bytes"`
		}
		Degraded []string
		FilledIn []string `json:"filled_in"`
		Lost     Loss
	}
}

// A Loss is what a lost event tells.
type Loss struct {
	Count uint64
	Kind  string
	Cause string
	Since uint64 `json:"since_boot_ns"`
	until uint64
}

// Actions of events.
const (
	actionExec   = "exec"
	actionFailed = "exec-failed"
	actionFork   = "fork"
	actionExit   = "exit"
	actionLost   = "lost"
)

// marker returns the marker that what was executed got, or "".
func (e *Event) marker() string {
	if args := e.Process.Args; len(args) >= 2 && args[0] == "flood" {
		return args[1]
	}
	return ""
}

// startBoot returns when the process started, by the clock of Boot.
func (e *Event) startBoot() uint64 {
	return e.Exectrail.Boot - uint64(e.Time.Sub(e.Process.Start))
}

// events reads lines of JSON. A last line without its end gives io.ErrUnexpectedEOF.
func events(r io.Reader) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		for lines := bufio.NewReaderSize(r, 1<<20); ; {
			line, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			if errors.Is(err, io.EOF) {
				return
			}
			var e Event
			if err == nil {
				if err = json.Unmarshal(line, &e); err != nil {
					err = fmt.Errorf("parse %q: %w", bytes.TrimSpace(line[:min(len(line), 200)]), err)
				}
			}
			if !yield(&e, err) || err != nil {
				return
			}
		}
	}
}
