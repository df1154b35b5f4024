// Package machine tells what can be read of a machine without any right, and with it why the kernel refuses something.
package machine

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// Machine is what can be read about a machine without any right.
type Machine struct {
	Root    fs.FS  // the root directory
	Release string // uname -r
	Held    CapSet // what this process may do
	Config  Config
	UserNS  Namespace
	PIDNS   Namespace
	Seccomp string // Seccomp of /proc/self/status
}

// Read reads what the files below a root directory tell. What they do not, is left empty.
func Read(root fs.FS) *Machine {
	m := &Machine{Root: root}
	m.Release = m.Setting("proc/sys/kernel/osrelease")
	status := m.Status()
	// A line that cannot be read leaves no capability held: the check then says so.
	mask, _ := strconv.ParseUint(status["CapEff"], 16, 64)
	m.Held = CapSet(mask)
	m.Seccomp = status["Seccomp"]
	m.UserNS = m.namespace("user", initialUserNS)
	m.PIDNS = m.namespace("pid", initialPIDNS)
	m.Config = m.readConfig()
	return m
}

// Setting returns the content of a small file, or nothing when it cannot be read.
func (m *Machine) Setting(name string) string {
	b, err := fs.ReadFile(m.Root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Status returns the fields of /proc/self/status.
func (m *Machine) Status() map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(m.Setting("proc/self/status")) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			fields[name] = strings.TrimSpace(value)
		}
	}
	return fields
}

// The inode numbers of the namespaces of a kernel's first process: PROC_*_INIT_INO in include/linux/proc_ns.h.
const (
	initialUserNS = 0xEFFFFFFD
	initialPIDNS  = 0xEFFFFFFC
)

// Namespace tells whether this process is in the namespace of the kernel's first process.
type Namespace struct {
	Known, Initial bool
}

func (m *Machine) namespace(kind string, initial uint64) Namespace {
	target, err := fs.ReadLink(m.Root, "proc/self/ns/"+kind)
	if err != nil {
		return Namespace{}
	}
	return Namespace{Known: true, Initial: target == fmt.Sprintf("%s:[%d]", kind, initial)}
}

// Config tells how the kernel was built. It is nil when that is not known.
type Config map[string]string

// Lacks reports whether the kernel is known to be built without the option.
func (c Config) Lacks(option string) bool {
	return c != nil && c["CONFIG_"+option] == ""
}

func (m *Machine) readConfig() Config {
	for _, name := range []string{"proc/config.gz", "boot/config-" + m.Release, "lib/modules/" + m.Release + "/config"} {
		b, err := fs.ReadFile(m.Root, name)
		if err != nil {
			continue
		}
		if config, err := parseConfig(b); err == nil {
			return config
		}
	}
	return nil
}

// parseConfig reads a kernel's .config, compressed or not.
func parseConfig(b []byte) (Config, error) {
	var r io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("read kernel config: %w", err)
		}
		r = z
	}
	config := Config{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok && strings.HasPrefix(name, "CONFIG_") {
			config[name] = value
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read kernel config: %w", err)
	}
	if len(config) == 0 {
		return nil, errors.New("read kernel config: no option in it")
	}
	return config, nil
}

// InContainer reports whether the process is likely to run in a container.
func (m *Machine) InContainer() bool {
	return m.UserNS.Known && !m.UserNS.Initial || m.PIDNS.Known && !m.PIDNS.Initial
}
