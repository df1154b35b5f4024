package object

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// perfEvents are the descriptors by which a program runs at a performance event.
type perfEvents []int

// Close detaches the program.
func (e *perfEvents) Close() error {
	var errs []error
	for _, fd := range *e {
		errs = append(errs, unix.Close(fd))
	}
	return errors.Join(errs...)
}

// add opens an event, and lets a program run whenever it happens.
func (e *perfEvents) add(attr *unix.PerfEventAttr, pid, cpu int, program *ebpf.Program) error {
	fd, err := unix.PerfEventOpen(attr, pid, cpu, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("open performance event: %w", err)
	}
	*e = append(*e, fd)
	if err := unix.IoctlSetInt(fd, unix.PERF_EVENT_IOC_SET_BPF, program.FD()); err != nil {
		return fmt.Errorf("set the program of a performance event: %w", err)
	}
	if err := unix.IoctlSetInt(fd, unix.PERF_EVENT_IOC_ENABLE, 0); err != nil {
		return fmt.Errorf("enable performance event: %w", err)
	}
	return nil
}

// aimTracepoint is for tracepoints by GROUP/NAME.
func (p *plan) aimTracepoint(h *hook) error {
	if h.target == "" {
		return noTarget(h, true, "sched/sched_process_exec")
	}
	group, name, ok := strings.Cut(h.target, "/")
	if !ok || group == "" || name == "" || strings.Contains(name, "/") || group[0] == '.' || name[0] == '.' {
		return &advised{
			reason: fmt.Sprintf("%q is no tracepoint", h.target),
			hint:   "write GROUP/NAME, such as sched/sched_process_exec",
		}
	}
	id, err := p.kernel.tracepointID(group, name)
	if err != nil {
		return err
	}
	attr := &unix.PerfEventAttr{
		Type: unix.PERF_TYPE_TRACEPOINT, Size: unix.PERF_ATTR_SIZE_VER1, Config: id,
		Sample_type: unix.PERF_SAMPLE_RAW, Sample: 1, Wakeup: 1,
	}
	h.places = []place{{p.attachment(h, h.target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		// The program runs on all processors, whichever the event is opened on.
		var events perfEvents
		if err := events.add(attr, -1, 0, program); err != nil {
			return nil, errors.Join(err, events.Close())
		}
		return &events, nil
	}}}
	return nil
}

// defaultPerfEvent is that of a section that names none.
const defaultPerfEvent = "cpu-clock:99hz"

// aimPerfEvent is for EVENT, EVENT:PERIOD and EVENT:FREQhz, on all processors or in the process that the options name.
func (p *plan) aimPerfEvent(h *hook) error {
	if h.target == "" {
		h.target = defaultPerfEvent
	}
	attr, err := parsePerfEvent(h.target)
	if err != nil {
		return err
	}
	if p.opts.PID != 0 {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", p.opts.PID)); err != nil {
			return &advised{reason: fmt.Sprintf("there is no process %d", p.opts.PID), hint: "--pid names one that runs"}
		}
	}
	h.places = []place{{p.attachment(h, h.target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		var events perfEvents
		if err := events.addAll(attr, p.opts.PID, program); err != nil {
			return nil, errors.Join(err, events.Close())
		}
		return &events, nil
	}}}
	return nil
}

// addAll opens an event on each processor, or for each thread of a process and those that they will start.
func (e *perfEvents) addAll(attr *unix.PerfEventAttr, pid int, program *ebpf.Program) error {
	if pid != 0 {
		inherited := *attr
		inherited.Bits |= unix.PerfBitInherit
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil {
			return fmt.Errorf("list threads: %w", err)
		}
		for _, t := range threads {
			tid, err := strconv.Atoi(t.Name())
			if err != nil {
				return fmt.Errorf("list threads: %w", err)
			}
			if err := e.add(&inherited, tid, -1, program); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
		return nil
	}
	cpus, err := onlineCPUs()
	if err != nil {
		return err
	}
	for _, cpu := range cpus {
		if err := e.add(attr, -1, cpu, program); err != nil {
			return err
		}
	}
	return nil
}

func onlineCPUs() ([]int, error) {
	text, err := os.ReadFile("/sys/devices/system/cpu/online")
	if err != nil {
		return nil, fmt.Errorf("list processors: %w", err)
	}
	var cpus []int
	for part := range strings.SplitSeq(strings.TrimSpace(string(text)), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		if err != nil {
			return nil, fmt.Errorf("list processors: %w", err)
		}
		to, err := strconv.Atoi(last)
		if err != nil {
			return nil, fmt.Errorf("list processors: %w", err)
		}
		for cpu := from; cpu <= to; cpu++ {
			cpus = append(cpus, cpu)
		}
	}
	return cpus, nil
}

// A perfName is an event as perf(1) names it.
type perfName struct {
	name   string
	kind   uint32
	config uint64
	// sampled tells that it happens too often to look at each.
	sampled bool
}

func perfNames() []perfName {
	const software, hardware = unix.PERF_TYPE_SOFTWARE, unix.PERF_TYPE_HARDWARE
	return []perfName{
		{"cpu-clock", software, unix.PERF_COUNT_SW_CPU_CLOCK, true},
		{"task-clock", software, unix.PERF_COUNT_SW_TASK_CLOCK, true},
		{"page-faults", software, unix.PERF_COUNT_SW_PAGE_FAULTS, false},
		{"minor-faults", software, unix.PERF_COUNT_SW_PAGE_FAULTS_MIN, false},
		{"major-faults", software, unix.PERF_COUNT_SW_PAGE_FAULTS_MAJ, false},
		{"context-switches", software, unix.PERF_COUNT_SW_CONTEXT_SWITCHES, false},
		{"cpu-migrations", software, unix.PERF_COUNT_SW_CPU_MIGRATIONS, false},
		{"cpu-cycles", hardware, unix.PERF_COUNT_HW_CPU_CYCLES, true},
		{"instructions", hardware, unix.PERF_COUNT_HW_INSTRUCTIONS, true},
		{"cache-references", hardware, unix.PERF_COUNT_HW_CACHE_REFERENCES, true},
		{"cache-misses", hardware, unix.PERF_COUNT_HW_CACHE_MISSES, true},
		{"branches", hardware, unix.PERF_COUNT_HW_BRANCH_INSTRUCTIONS, true},
		{"branch-misses", hardware, unix.PERF_COUNT_HW_BRANCH_MISSES, true},
	}
}

// parsePerfEvent reads EVENT[:PERIOD|:FREQhz]. Without either, one that is sampled happens 99 times a second, and others
// are looked at each time.
func parsePerfEvent(text string) (*unix.PerfEventAttr, error) {
	name, rate, _ := strings.Cut(text, ":")
	all := perfNames()
	i := slices.IndexFunc(all, func(n perfName) bool { return n.name == name })
	if i < 0 {
		var names []string
		for _, n := range all {
			names = append(names, n.name)
		}
		return nil, &advised{reason: fmt.Sprintf("%q is no performance event", name), hint: "there are: " + strings.Join(names, ", ")}
	}
	if rate == "" {
		rate = "1"
		if all[i].sampled {
			rate = "99hz"
		}
	}
	attr := &unix.PerfEventAttr{Type: all[i].kind, Size: unix.PERF_ATTR_SIZE_VER1, Config: all[i].config}
	number, isFrequency := strings.CutSuffix(strings.ToLower(rate), "hz")
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil || n == 0 {
		return nil, &advised{
			reason: fmt.Sprintf("%q is neither a period nor a frequency", rate),
			hint:   "write EVENT:1000 for each thousandth, or EVENT:99hz for 99 a second",
		}
	}
	attr.Sample = n
	if isFrequency {
		attr.Bits |= unix.PerfBitFreq
	}
	return attr, nil
}
