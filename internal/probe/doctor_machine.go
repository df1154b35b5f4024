package probe

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

// machine is what can be read about a machine without any right.
type machine struct {
	root    fs.FS // the root directory
	release string
	held    capSet
	config  kernelConfig
	userNS  namespace
	pidNS   namespace
	seccomp string // Seccomp of /proc/self/status
}

func readMachine(root fs.FS) *machine {
	m := &machine{root: root}
	m.release = m.setting("proc/sys/kernel/osrelease")
	status := m.status()
	// A line that cannot be read leaves no capability held: the check then says so.
	mask, _ := strconv.ParseUint(status["CapEff"], 16, 64)
	m.held = capSet(mask)
	m.seccomp = status["Seccomp"]
	m.userNS = m.namespace("user", initialUserNS)
	m.pidNS = m.namespace("pid", initialPIDNS)
	m.config = m.readConfig()
	return m
}

// setting returns the content of a small file, or nothing when it cannot be read.
func (m *machine) setting(name string) string {
	b, err := fs.ReadFile(m.root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// status returns the fields of /proc/self/status.
func (m *machine) status() map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(m.setting("proc/self/status")) {
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

// namespace tells whether this process is in the namespace of the kernel's first process.
type namespace struct {
	known, initial bool
}

func (m *machine) namespace(kind string, initial uint64) namespace {
	target, err := fs.ReadLink(m.root, "proc/self/ns/"+kind)
	if err != nil {
		return namespace{}
	}
	return namespace{known: true, initial: target == fmt.Sprintf("%s:[%d]", kind, initial)}
}

// kernelConfig tells how the kernel was built. It is nil when that is not known.
type kernelConfig map[string]string

// lacks reports whether the kernel is known to be built without the option.
func (c kernelConfig) lacks(option string) bool {
	return c != nil && c["CONFIG_"+option] == ""
}

func (m *machine) readConfig() kernelConfig {
	for _, name := range []string{"proc/config.gz", "boot/config-" + m.release, "lib/modules/" + m.release + "/config"} {
		b, err := fs.ReadFile(m.root, name)
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
func parseConfig(b []byte) (kernelConfig, error) {
	var r io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("read kernel config: %w", err)
		}
		r = z
	}
	config := kernelConfig{}
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
