// Package confine takes from the calling process what it does not need any
// more, on all of its threads and for the rest of its life: capabilities, the
// chance to gain new ones, and system calls.
//
// What remains is for a tracer whose programs are loaded and whose files are
// open. Whoever takes it over by a fault in it can read what it could read, but
// start no program, write to no other file, reach no network, touch no process
// but a child that it waits for, and load nothing into the kernel. The user id stays: files that are
// root's must stay readable.
package confine

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
	libcap "kernel.org/pub/linux/libs/security/libcap/cap"
)

// Needs is what a process still does once it is confined, beside computing and
// reading files and writing to those that are open.
type Needs uint

const (
	// Kernel is for maps, programs and task iterators that are loaded.
	Kernel Needs = 1 << iota
	// Processes is for files and links in /proc of the processes of other
	// users, and for paths that lead through directories of theirs.
	Processes
	// Child is for a process that this one started, and waits for: to pass on signals.
	Child
)

// Process confines the process. It does as much as the machine permits: the
// error joins what could not be done, and what could be done holds. It cannot
// be undone, and calling it twice fails. child is the process id for [Child].
func Process(needs Needs, child int) error {
	var errs []error
	if err := dropCapabilities(needs); err != nil {
		errs = append(errs, fmt.Errorf("give up capabilities: %w", err))
	}
	// The filter sets it too, but not in a kernel without filters.
	if _, err := libcap.Prctlw(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		errs = append(errs, fmt.Errorf("set no_new_privs: %w", err))
	}
	if err := loadFilter(needs, os.Getpid(), child); err != nil {
		errs = append(errs, fmt.Errorf("filter system calls: %w", err))
	}
	return errors.Join(errs...)
}
