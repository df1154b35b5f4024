package object

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// probeFiles are the lists of probes that stay in the kernel until they are removed, by what they hold.
var probeFiles = map[LeftoverKind]string{KprobeEvent: "kprobe_events", UprobeEvent: "uprobe_events"}

// eventGroup is the group in which exectrail defines probes: the loader adds 8 random bytes to the prefix that it is given.
var eventGroup = regexp.MustCompile(`^exectrail_[0-9a-f]{16}$`)

// A probeEvent is the name of a probe, which may be defined at several places.
type probeEvent struct{ group, event string }

func (e probeEvent) String() string { return e.group + "/" + e.event }

// parseProbeEvent reads a line of kprobe_events or uprobe_events, such as "p:GROUP/EVENT SYMBOL+0 arg1=%di" and
// "r16:GROUP/EVENT PATH:0x10" (Documentation/trace/kprobetrace.rst). It reports whether the line defines a probe.
func parseProbeEvent(line string) (probeEvent, bool) {
	head, _, _ := strings.Cut(line, " ")
	kind, name, ok := strings.Cut(head, ":")
	if !ok || kind == "" || strings.Trim(kind[1:], "0123456789") != "" || kind[0] != 'p' && kind[0] != 'r' {
		return probeEvent{}, false
	}
	group, event, ok := strings.Cut(name, "/")
	ok = ok && isEventName(group) && isEventName(event)
	return probeEvent{group, event}, ok
}

// isEventName reports whether the kernel could have accepted a name (is_good_system_name; up to 5.13 without the hyphen). What is
// written to remove a probe is made of such names only.
func isEventName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// settle is for how long a probe of ours must have been there before it counts as left: one that a run
// has defined and not opened yet is not in use either.
const settle = 100 * time.Millisecond

// probeEvents returns the probes that a pattern matches, or exectrail's own if it is empty.
func (p *places) probeEvents(pattern string) ([]Leftover, error) {
	root, err := p.tracefs()
	if errors.Is(err, errNoTracefs) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	chosen := func(e probeEvent) bool {
		if pattern == "" {
			return p.group.MatchString(e.group)
		}
		ok, err := path.Match(pattern, e.String())
		return ok && err == nil
	}
	var found []Leftover
	for _, kind := range []LeftoverKind{KprobeEvent, UprobeEvent} {
		events, err := readProbeEvents(root, kind, chosen)
		if err != nil {
			return nil, err
		}
		if pattern == "" && len(events) > 0 {
			time.Sleep(settle)
			still, err := readProbeEvents(root, kind, chosen)
			if err != nil {
				return nil, err
			}
			events = slices.DeleteFunc(events, func(e probeEvent) bool { return !slices.Contains(still, e) })
		}
		for _, e := range events {
			l := Leftover{Kind: kind, Name: e.String(), remove: func() error { return p.removeEvent(kind, e) }}
			// Perf events use a probe without setting this; then removing it fails with EBUSY.
			if enabled, err := root.ReadFile(path.Join("events", e.group, e.event, "enable")); err == nil && bytes.HasPrefix(enabled, []byte("1")) {
				l.InUse = true
			}
			found = append(found, l)
		}
	}
	return found, nil
}

// readProbeEvents returns those chosen of a list. A kernel without such probes has no list.
func readProbeEvents(root *os.Root, kind LeftoverKind, chosen func(probeEvent) bool) ([]probeEvent, error) {
	f, err := root.Open(probeFiles[kind])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list probes: %w", err)
	}
	defer f.Close()
	var events []probeEvent
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		e, ok := parseProbeEvent(lines.Text())
		if ok && chosen(e) && !slices.Contains(events, e) {
			events = append(events, e)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("list probes: %w", err)
	}
	return events, nil
}

// removeEvent removes a probe. Opening the list in any other way than to append to it would remove all probes.
func (p *places) removeEvent(kind LeftoverKind, e probeEvent) error {
	root, err := p.tracefs()
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.OpenFile(probeFiles[kind], os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString("-:" + e.String())
	return err
}
