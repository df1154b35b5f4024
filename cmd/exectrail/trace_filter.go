package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/internal/enrich"
	"github.com/exectrail/exectrail/internal/filter"
)

// filterOptions are the flags that choose events.
type filterOptions struct {
	exprs     []string
	pid       pidFlag
	ppid      pidFlag
	under     pidFlag
	user      string
	exe       string
	container string
	cgroup    string
	hostOnly  bool
	explain   bool
}

func (o *filterOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.exprs, "filter", nil, "only events for which `EXPR` holds; of several all have to: see 'exectrail help filters'")
	f.Var(&o.pid, "pid", "only events of the process `N`")
	f.Var(&o.ppid, "ppid", "only events of processes whose parent is `N`")
	f.Var(&o.under, "under", "only events of the process `PID` and of all below it, children born later included")
	f.StringVar(&o.user, "user", "", "only events of the real user `NAME` (or id)")
	f.StringVar(&o.exe, "exe", "", "only events of programs whose path matches `GLOB`, or whose name does if it has no /")
	f.StringVar(&o.container, "container", "", "only events of the container `ID` (or its beginning, or its name)")
	f.StringVar(&o.cgroup, "cgroup", "", "only events of processes in the control group `PATH` or below it")
	f.BoolVar(&o.hostOnly, "host-only", false, "only events of processes in no container: those in the first pid namespace")
	f.BoolVar(&o.explain, "explain-filter", false, "tell what of the filter the kernel decides and what is left to user space, and end")
}

// expressions returns what the flags say as expressions, each with the flag that it comes from.
func (o *filterOptions) expressions(replay bool) ([]flagExpression, error) {
	var list []flagExpression
	add := func(flag, format string, args ...any) {
		list = append(list, flagExpression{flag, fmt.Sprintf(format, args...)})
	}
	if o.pid != 0 {
		add("pid", "pid == %d", o.pid)
	}
	if o.ppid != 0 {
		add("ppid", "ppid == %d", o.ppid)
	}
	if o.user != "" {
		uid, err := userID(o.user, replay)
		if err != nil {
			return nil, err
		}
		add("user", "uid == %d", uid)
	}
	if o.exe != "" {
		add("exe", "glob(exe, %s)", strconv.QuoteToASCII(o.exe))
	}
	if o.container != "" {
		add("container", "%s", containerExpression(o.container))
	}
	for _, text := range o.exprs {
		add("filter", "%s", text)
	}
	return list, nil
}

type flagExpression struct{ flag, text string }

// userID returns the id of a user who is given by name or id.
func userID(user string, replay bool) (uint32, error) {
	if id, err := strconv.ParseUint(user, 10, 32); err == nil {
		return uint32(id), nil
	}
	if replay {
		return 0, &usageError{"--user " + quote(user) + ": a recording tells of users by their ids", "give the id, such as --user 1000"}
	}
	id, err := enrich.LookupID("/etc/passwd", user)
	if errors.Is(err, enrich.ErrNoName) {
		return 0, &usageError{"--user " + quote(user) + ": no such user in /etc/passwd", "give the id, such as --user 1000"}
	}
	return id, err
}

// containerExpression looks for a container by its id or its name.
func containerExpression(container string) string {
	quoted := strconv.QuoteToASCII(container)
	if len(container) >= shortID && strings.Trim(container, "0123456789abcdef") == "" {
		return "container.id == " + quoted // which the kernel can decide
	}
	return "container.id == " + quoted + " || container.name == " + quoted
}

// shortID is how many digits of an id the runtimes show: a name is not taken for so many.
const shortID = 12

// compile returns the filter that the expressions make together.
func (o *filterOptions) compile(replay bool) (*filter.Filter, error) {
	expressions, err := o.expressions(replay)
	if err != nil {
		return nil, err
	}
	var parts []*filter.Filter
	for _, x := range expressions {
		f, err := filter.Compile(x.text)
		if e := (*filter.Error)(nil); errors.As(err, &e) {
			return nil, &usageError{"--" + x.flag + ": " + e.Error(), e.Hint()}
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, f)
	}
	return filter.And(parts...), nil
}

// validate finds what cannot be meant.
func (o *filterOptions) validate(replay bool) error {
	if o.under != 0 && !replay && !isProcess(int(o.under)) {
		return noProcess("under", o.under)
	}
	return nil
}

// isProcess reports whether there is a process.
func isProcess(pid int) bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return !errors.Is(err, os.ErrNotExist)
}

// noProcess tells that a flag names no process.
func noProcess(flag string, pid pidFlag) error {
	return fmt.Errorf("--%s %d: there is no such process", flag, pid)
}

// pidFlag is a flag that takes a process id; 0 when it is not given.
type pidFlag uint32

// String, Set and Type implement pflag.Value.
func (p *pidFlag) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*p), 10)
}

func (p *pidFlag) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return errors.New("must be a process id, such as 4242")
	}
	*p = pidFlag(n)
	return nil
}

func (p *pidFlag) Type() string { return "pid" }
