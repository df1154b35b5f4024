package gate

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// OwnEnviron returns the environment that this process was started with, to the byte: [os.Environ] leaves out variables that come a
// second time, and what is empty.
func OwnEnviron() []string {
	if environ := readEnviron("/proc/self/environ"); environ != nil {
		return environ
	}
	return os.Environ()
}

// SudoEnviron returns the environment that sudo(8) was called with, where it is the parent of this process; nil where it is not.
// The command would have had it without sudo, which by default keeps little of it and sets PATH.
func SudoEnviron() []string {
	parent := fmt.Sprintf("/proc/%d/", os.Getppid())
	comm, err := os.ReadFile(parent + "comm")
	if err != nil || string(comm) != "sudo\n" {
		return nil
	}
	return readEnviron(parent + "environ")
}

// readEnviron reads an environment as /proc tells it; nil where it does not, or there is none.
func readEnviron(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil || len(text) == 0 {
		return nil
	}
	var environ []string
	for entry := range bytes.SplitSeq(bytes.TrimSuffix(text, []byte{0}), []byte{0}) {
		environ = append(environ, string(entry))
	}
	return environ
}

// Environ returns the environment for a command that runs as u. own is that of this process. before, unless it is nil, is that which u
// called sudo with: variables that sudo removed or sets itself have their values of then, and those that were given behind it stay.
func (u *User) Environ(own, before []string) []string {
	own = slices.DeleteFunc(slices.Clone(own), func(entry string) bool { return strings.HasPrefix(entry, "SUDO_") })
	var stale []string // of root, or set anew below
	if before != nil {
		stale = []string{"HOME", "LOGNAME", "MAIL", "PATH", "SHELL", "USER"}
	} else {
		stale = []string{"HOME", "LOGNAME", "MAIL", "USER"}
		if u.Name != "" {
			before = append(before, "LOGNAME="+u.Name, "USER="+u.Name)
		}
		if u.Home != "" {
			before = append(before, "HOME="+u.Home)
		}
	}
	environ := slices.DeleteFunc(own, func(entry string) bool { return slices.Contains(stale, nameOf(entry)) })
	set := map[string]bool{}
	for _, entry := range environ {
		set[nameOf(entry)] = true
	}
	for _, entry := range before {
		if !set[nameOf(entry)] {
			environ = append(environ, entry)
		}
	}
	return environ
}

// nameOf returns the name of a variable, that it has in an entry NAME=VALUE.
func nameOf(entry string) string {
	n, _, _ := strings.Cut(entry, "=")
	return n
}
