package container

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// The containers below hold a whole system. They are called by a name that their owner chose.

// matchLXC matches lxc.payload.NAME (LXC 4), lxc.payload/NAME (3.1) and lxc/NAME (before that).
// The monitor and the pivot are processes of the host.
func matchLXC(path []string) (event.Container, verdict) {
	name := path[0]
	if id, ok := strings.CutPrefix(name, "lxc.payload."); ok && id != "" {
		return event.Container{ID: id, Runtime: LXC}, inside
	}
	parent := component(path, 1)
	switch {
	case strings.HasPrefix(name, "lxc.monitor"), strings.HasPrefix(name, "lxc.pivot"), parent == "lxc.monitor":
		return event.Container{}, outside
	case parent == "lxc.payload", parent == "lxc" && name != "lxc":
		return event.Container{ID: name, Runtime: LXC}, inside
	}
	return event.Container{}, notOurs
}

// matchMachine matches machine-NAME.scope and systemd-nspawn@NAME.service, in both of which the process that
// watches over the container is in a control group of its own (supervisor). Scopes of virtual machines
// have such names too, and their processes are of the host.
func matchMachine(path []string) (event.Container, verdict) {
	if path[0] == "supervisor" {
		if len(path) > 1 {
			if _, v := matchMachine(path[1:]); v == inside {
				return event.Container{}, outside
			}
		}
		return event.Container{}, notOurs
	}
	if id, ok := between(path[0], "systemd-nspawn@", ".service"); ok {
		return event.Container{ID: unescape(id), Runtime: Nspawn}, inside
	}
	id, ok := between(path[0], "machine-", ".scope")
	if !ok {
		return event.Container{}, notOurs
	}
	id = unescape(id)
	switch {
	case strings.HasPrefix(id, "qemu-"):
		return event.Container{}, outside
	case strings.HasPrefix(id, "lxc-"): // lxc-NUMBER-NAME
		if _, name, ok := strings.Cut(id[len("lxc-"):], "-"); ok && name != "" {
			return event.Container{ID: name, Runtime: LibvirtLXC}, inside
		}
	}
	return event.Container{ID: id, Runtime: Nspawn}, inside
}

// matchScope matches runc-NAME.scope and crun-NAME.scope, which the two make for a container that is started without another runtime.
func matchScope(path []string) (event.Container, verdict) {
	for _, runtime := range [...]string{Runc, Crun} {
		if id, ok := between(path[0], runtime+"-", ".scope"); ok {
			return event.Container{ID: unescape(id), Runtime: runtime}, inside
		}
	}
	return event.Container{}, notOurs
}

func between(s, prefix, suffix string) (string, bool) {
	s, begins := strings.CutPrefix(s, prefix)
	s, ends := strings.CutSuffix(s, suffix)
	return s, begins && ends && s != ""
}

// unescape undoes what systemd does to characters that may not be in the name of a unit: \xNN.
func unescape(s string) string {
	if !strings.Contains(s, `\x`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], `\x`) && i+3 < len(s) {
			high, low := strings.IndexByte(hexDigits, s[i+2]), strings.IndexByte(hexDigits, s[i+3])
			if value := high<<4 | low; high >= 0 && low >= 0 && value != 0 {
				b.WriteByte(byte(value))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

const hexDigits = "0123456789abcdef"
