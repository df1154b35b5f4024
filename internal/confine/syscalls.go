package confine

import (
	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"
)

// anyArguments returns the calls that are allowed whatever their arguments are.
// Most are made by Go's runtime (runtime/sys_linux_*.s and internal/runtime/syscall).
func anyArguments() []string {
	return []string{
		// memory
		"madvise", "munmap",
		// threads
		"exit", "exit_group", "futex", "getpid", "gettid", "sched_getaffinity", "sched_yield",
		// memory and threads of the C library, in a build with cgo
		"brk", "mremap", "rseq", "set_robust_list",
		// signals, to this process
		"restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
		// time; mostly read without a call, but not on every clock source
		"clock_gettime", "clock_nanosleep", "nanosleep",
		"getrandom",
		// waiting
		"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "poll", "ppoll",
		// files that are open
		"close", "fstat", "fstatfs", "ftruncate", "getdents64", "lseek", "pread64", "read", "write",
		// files by name, to look at: /proc, /etc/passwd, and what could not be executed
		"access", "faccessat", "fstatat", "getxattr", "newfstatat", "readlink", "readlinkat", "statfs", "statx",
		// what this process and this machine are
		"getcwd", "getegid", "geteuid", "getgid", "getpgid", "getppid", "getrusage", "getuid", "uname",
		// until no hook runs any more
		"membarrier",
	}
}

// withOlderTwin returns the calls for which there is an older one that a filter can look into.
func withOlderTwin() []string { return []string{"clone3", "faccessat2", "openat2"} }

// writing are the flags of open(2) that change a file or make one.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC

// nameAnonymousMemory is PR_SET_VMA of linux/prctl.h: Go's runtime names its memory for /proc/PID/maps.
const nameAnonymousMemory = 0x53564d41

// onlyWith returns the calls that are allowed with some arguments only.
func onlyWith(needs Needs, pid, child int) []seccomp.NameWithConditions {
	list := []seccomp.NameWithConditions{
		// No memory that can be both written and run.
		without("mmap", 2, unix.PROT_EXEC),
		without("mprotect", 2, unix.PROT_EXEC),
		without("openat", 2, writing),
		// A thread, and no process.
		when("clone", 0, seccomp.BitsSet, unix.CLONE_THREAD),
		// A signal to itself: to preempt a goroutine, or to end by it.
		equal("tgkill", 0, uint64(pid)),
		equal("kill", 0, uint64(pid)),
		equal("prctl", 0, nameAnonymousMemory),
	}
	// No owner and no signal for a file, and no size for a pipe.
	list = append(list, oneOf("fcntl", 1, unix.F_DUPFD_CLOEXEC, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL)...)
	// Whether it is a terminal, how wide, and whose: nothing is typed into one (TIOCSTI).
	list = append(list, oneOf("ioctl", 1, unix.TCGETS, unix.TIOCGWINSZ, unix.TIOCGPGRP)...)
	if needs&Kernel != 0 {
		list = append(list, oneOf("bpf", 0,
			unix.BPF_MAP_LOOKUP_ELEM,    // the counters
			unix.BPF_OBJ_GET_INFO_BY_FD, // what the programs cost
			unix.BPF_ITER_CREATE,        // the processes that run
		)...)
	}
	if needs&Child != 0 {
		list = append(list, equal("kill", 0, uint64(child)), equal("wait4", 0, uint64(child)))
	}
	return list
}

func when(name string, argument uint32, operation seccomp.Operation, value uint64) seccomp.NameWithConditions {
	return seccomp.NameWithConditions{
		Name:       name,
		Conditions: seccomp.ArgumentConditions{{Argument: argument, Operation: operation, Value: value}},
	}
}

func equal(name string, argument uint32, value uint64) seccomp.NameWithConditions {
	return when(name, argument, seccomp.Equal, value)
}

// without allows a call when none of the bits is set.
func without(name string, argument uint32, bits uint64) seccomp.NameWithConditions {
	return when(name, argument, seccomp.BitsNotSet, bits)
}

func oneOf(name string, argument uint32, values ...uint64) []seccomp.NameWithConditions {
	var list []seccomp.NameWithConditions
	for _, value := range values {
		list = append(list, equal(name, argument, value))
	}
	return list
}
