package ecs

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// Field is one member of the JSON objects, by its path.
type Field struct {
	Name    string
	Type    string         // type in an Elasticsearch mapping
	Actions []event.Action // the kinds of event that can have it
	Meaning string
	// Bytes tells that there can be a second field with _bytes at the end of its name.
	Bytes bool
}

// The types of fields.
const (
	keyword       = "keyword"
	wildcard      = "wildcard"
	matchOnlyText = "match_only_text"
	long          = "long"
	date          = "date"
	boolean       = "boolean"
	object        = "object"
)

// Fields returns all fields, in the order in which they are written.
func Fields() []Field {
	every := []event.Action{
		event.ActionExec, event.ActionExecFailed, event.ActionFork, event.ActionExit, event.ActionLost, event.ActionClock,
	}
	process, attempt, notice := every[:4], every[:2], every[4:]
	exec, failed, fork, exit, lost, clock := every[:1], every[1:2], every[2:3], every[3:4], every[4:5], every[5:]

	fields := []Field{
		{"@timestamp", date, every, "Wall-clock time of the event, with nanoseconds.", false},
		{"ecs.version", keyword, every, "Version of the Elastic Common Schema.", false},
		{"event.kind", keyword, every, "`event`; `pipeline_error` when events were lost.", false},
		{"event.category", keyword, every, "`process`, or `host` when the clock was set.", false},
		{"event.type", keyword, every, "`start`, `end`, `change` or `info`.", false},
		{"event.action", keyword, every, "`exec`, `exec-failed`, `fork`, `exit`, `lost` or `clock`.", false},
		{"event.outcome", keyword, failed, "`failure`.", false},
		{"event.duration", long, exit, "How long the process lived, in nanoseconds.", false},
		{"event.sequence", long, every, "Number of the event in the session, from 1. Lost events have numbers too.", false},
		{"host.name", keyword, every, "Name of the machine.", true},
		{"host.boot.id", keyword, every, "Boot id of the kernel.", true},
		{"host.architecture", keyword, every, "As `uname -m` tells it.", true},
		{"host.os.type", keyword, every, "`linux`.", false},
		{"host.os.kernel", keyword, every, "Release of the kernel.", true},
		{"message", matchOnlyText, notice, "What happened, in words.", true},
		{"error.code", keyword, failed, "Name of the error, such as `ENOENT`.", false},
		{"error.message", matchOnlyText, failed, "Why the exec failed, in a sentence.", true},

		{"process.exit_code", long, exit, "Exit status, or 128 and the signal, as shells have it.", false},
		{"process.end", date, exit, "When the process ended.", false},
		{"process.vpid", long, every[:3], "Process id in the innermost pid namespace of the process.", false},
	}
	fields = append(fields, known("process.", process)...)
	fields = append(fields,
		Field{"process.interactive", boolean, attempt, "Whether there is a controlling terminal.", false},
		Field{"process.tty.name", keyword, attempt, "Controlling terminal below /dev. The schema has device numbers only, which are not known.", true},
		Field{"process.user.id", keyword, attempt, "Effective user.", false},
		Field{"process.user.name", keyword, attempt, "Its name.", true},
		Field{"process.group.id", keyword, attempt, "Effective group.", false},
		Field{"process.group.name", keyword, attempt, "Its name.", true},
		Field{"process.real_user.name", keyword, attempt, "Name of the real user.", true},
		Field{"process.real_group.name", keyword, attempt, "Name of the real group.", true},
		Field{"process.saved_user.id", keyword, attempt, "Saved user.", false},
		Field{"process.saved_user.name", keyword, attempt, "Its name.", true},
		Field{"process.saved_group.id", keyword, attempt, "Saved group.", false},
		Field{"process.saved_group.name", keyword, attempt, "Its name.", true},
		Field{"process.session_leader.pid", long, attempt, "Session id.", false},
		Field{"process.session_leader.same_as_process", boolean, attempt, "True when the process leads its session.", false},
		Field{"process.group_leader.pid", long, attempt, "Process group id.", false},
		Field{"process.group_leader.same_as_process", boolean, attempt, "True when the process leads its group.", false},
		Field{"process.env_vars", keyword, exec, "Environment as NAME=value, as far as it was asked for.", true},
	)
	fields = append(fields, known("process.parent.", process)...)
	return append(fields, []Field{
		{"process.previous.executable", keyword, attempt, "What the process ran before; after a fork that is the program of its parent. When an exec failed, what it goes on to run. An array of one.", true},
		{"process.previous.args", keyword, attempt, "The arguments of that, cut to 4 KiB.", true},

		{"container.id", keyword, process, "Container that the process is in, as its control groups tell: mostly 64 hexadecimal digits. The fields below are there as far as the state of its runtime was read, which begins with the first event of a container.", true},
		{"container.name", keyword, process, "Its name.", true},
		{"container.runtime", keyword, process, "`docker`, `containerd`, `cri-o`, `podman`, `systemd-nspawn`, `lxc`, `libvirt-lxc`, `runc` or `crun`.", true},
		{"container.image.name", keyword, process, "Its image, without the tag.", true},
		{"container.image.tag", keyword, process, "The tag. An array of one.", false},
		{"container.labels", object, process, "Its labels; of containers that were started with runc or crun, their annotations. At most 64, and 8 KiB.", false},
		{"orchestrator.type", keyword, process, "`kubernetes`.", false},
		{"orchestrator.namespace", keyword, process, "Namespace of the pod.", true},
		{"orchestrator.resource.type", keyword, process, "`pod`.", false},
		{"orchestrator.resource.name", keyword, process, "Name of the pod.", true},

		{"exectrail.boot_ns", long, every, "CLOCK_BOOTTIME, by which events are ordered.", false},
		{"exectrail.hook.cpu", long, every, "Processor on which the kernel took the record.", false},
		{"exectrail.hook.lane", long, every, "Which of the programs that write events of this kind wrote it; not there for the first (0).", false},
		{"exectrail.hook.sequence", long, every, "Number of the record there, for each kind of event and lane from 1.", false},
		{"exectrail.pod.uid", keyword, process, "Uid of the Kubernetes pod, as control groups tell it.", true},
		{"exectrail.pod.qos", keyword, process, "Its class of service: `guaranteed`, `burstable` or `besteffort`.", true},
		{"exectrail.degraded", keyword, attempt, "What was left out of the record, as events came faster than they were read: see *Degraded events*. An array.", false},
		{"exectrail.filled_in", keyword, attempt, "What of that was read from /proc later. An array.", false},
		{"exectrail.redacted", long, attempt, "How many secrets were replaced by `[redacted]` in the arguments, in the environment, and in the file name of a failed exec.", false},
		{"exectrail.filename", keyword, attempt, "File name as it was passed to exec.", true},
		{"exectrail.filename_unreadable", boolean, failed, "True when the memory of the file name could not be read.", false},
		{"exectrail.interpreter", keyword, exec, "Interpreter that a script names.", true},
		{"exectrail.file.device", keyword, exec, "Device of the file that runs, as major:minor.", false},
		{"exectrail.file.inode", long, exec, "Its inode number.", false},
		{"exectrail.file.links", long, exec, "Hard links to it.", false},
		{"exectrail.file.deleted", boolean, exec, "True when the file was unlinked before it was run.", false},
		{"exectrail.file.memfd", boolean, exec, "True when it is a memfd.", false},
		{"exectrail.file.first_seen", boolean, exec, "Whether the file was not executed before, as far as is known: see *Signals*.", false},
		{"exectrail.executable_cut", boolean, exec, "True when the beginning of process.executable is missing.", false},
		{"exectrail.working_directory_cut", boolean, attempt, "True when the beginning of process.working_directory is missing.", false},
		{"exectrail.text_cut", boolean, attempt, "True when exectrail.filename, exectrail.interpreter or a name of the control group was left out.", false},
		{"exectrail.working_directory_deleted", boolean, attempt, "True when the working directory had been removed.", false},
		{"exectrail.args.untrusted", boolean, failed, "True: the arguments were read from the memory of the caller when the call returned, and another thread can have changed them meanwhile.", false},
		{"exectrail.args.bytes", long, attempt, "Length of all arguments, each with its NUL, as far as they were measured.", false},
		{"exectrail.args.missing_bytes", long, attempt, "How many bytes of them were not recorded: at their end, unless missing_at tells otherwise.", false},
		{"exectrail.args.missing_at", long, attempt, "Where those are missing, when not at the end: behind so many bytes of process.args, each with its NUL. The items of process.args before and behind that place can be cut; process.command_line has … there.", false},
		{"exectrail.args.unreadable", boolean, failed, "True when the memory of the arguments could not be read to their end.", false},
		{"exectrail.args.unmeasured", boolean, failed, "True when there are more arguments than were counted.", false},
		{"exectrail.call.name", keyword, failed, "`execve` or `execveat`.", false},
		{"exectrail.call.compat", boolean, failed, "True for a 32-bit system call.", false},
		{"exectrail.call.dirfd", long, failed, "Descriptor that execveat was passed; -100 for the working directory (AT_FDCWD).", false},
		{"exectrail.call.flags", long, failed, "Flags that execveat was passed, such as 4096 (AT_EMPTY_PATH).", false},
		{"exectrail.errno", long, failed, "Number of the error.", false},
		{"exectrail.failure.cause", keyword, failed, "Why it failed, in a keyword: see *Causes of failure*.", false},
		{"exectrail.failure.detail", keyword, failed, "What of: the interpreter, directory or architecture that `error.message` names.", true},
		{"exectrail.env.count", long, exec, "Number of environment variables.", false},
		{"exectrail.env.bytes", long, exec, "Length of those that were asked for.", false},
		{"exectrail.env.missing_bytes", long, exec, "How many bytes of them were not recorded.", false},
		{"exectrail.env.missing_at", long, exec, "Where those are missing, when not at the end: behind so many bytes of process.env_vars, each with its NUL.", false},
		{"exectrail.caller.tid", long, attempt, "Thread that called exec.", false},
		{"exectrail.caller.name", keyword, attempt, "Its name.", true},
		{"exectrail.privileges_raised", boolean, exec, "True when this exec gained privileges.", false},
		{"exectrail.signals", keyword, exec, "What is out of the ordinary with the program: see *Signals*. An array.", false},
		{"exectrail.capabilities.effective", keyword, attempt, "Effective capabilities in hexadecimal, as in /proc/PID/status.", false},
		{"exectrail.capabilities.permitted", keyword, attempt, "Permitted capabilities, likewise.", false},
		{"exectrail.login_user.id", keyword, attempt, "User who logged in, whatever su and sudo did since.", false},
		{"exectrail.login_user.name", keyword, attempt, "Its name.", true},
		{"exectrail.audit_session", long, attempt, "Audit session of the login.", false},
		{"exectrail.cgroup.id", long, attempt, "Inode number of the directory of the control group.", false},
		{"exectrail.cgroup.name", keyword, attempt, "Last component of its path.", true},
		{"exectrail.cgroup.parent", keyword, attempt, "The component before.", true},
		{"exectrail.namespaces.pid", long, attempt, "Pid namespace, by its number in /proc/PID/ns.", false},
		{"exectrail.namespaces.mount", long, attempt, "Mount namespace.", false},
		{"exectrail.namespaces.user", long, attempt, "User namespace.", false},
		{"exectrail.namespaces.net", long, attempt, "Network namespace.", false},
		{"exectrail.namespaces.cgroup", long, attempt, "Cgroup namespace.", false},
		{"exectrail.kernel_thread", boolean, fork, "True for a thread of the kernel.", false},
		{"exectrail.exit.status", long, exit, "Exit status; 0 when a signal ended the process.", false},
		{"exectrail.exit.signal", long, exit, "Signal that ended the process, or 0.", false},
		{"exectrail.exit.core_dumped", boolean, exit, "Whether a core was dumped.", false},
		{"exectrail.cpu.user_ns", long, exit, "CPU time in user mode, all threads together.", false},
		{"exectrail.cpu.system_ns", long, exit, "CPU time in the kernel, likewise.", false},
		{"exectrail.max_rss_bytes", long, exit, "Peak resident memory.", false},
		{"exectrail.faults.minor", long, exit, "Page faults that needed no reading from storage.", false},
		{"exectrail.faults.major", long, exit, "Page faults that were read from storage.", false},
		{"exectrail.io.read_bytes", long, exit, "Bytes read from storage.", false},
		{"exectrail.io.write_bytes", long, exit, "Bytes written to storage.", false},
		{"exectrail.context_switches.voluntary", long, exit, "Context switches because the process waited.", false},
		{"exectrail.context_switches.involuntary", long, exit, "Context switches because its time was up.", false},
		{"exectrail.args_cut", boolean, every[2:4], "True when process.args is not complete.", false},
		{"exectrail.reaper.pid", long, []event.Action{event.ActionExec, event.ActionExecFailed, event.ActionExit}, "Parent of the moment, where it is not the process that created this one.", false},
		{"exectrail.parent.args_cut", boolean, process, "True when process.parent.args is not complete.", false},
		{"exectrail.ancestors.pid", long, process, "The ancestors, an array from the parent up to the first process: process id,", false},
		{"exectrail.ancestors.entity_id", keyword, process, "unique id,", true},
		{"exectrail.ancestors.name", keyword, process, "name,", true},
		{"exectrail.ancestors.executable", keyword, process, "and path of the program.", true},
		{"exectrail.lost.count", long, lost, "How many events are missing here.", false},
		{"exectrail.lost.kind", keyword, lost, "Which kind of event, such as `exec`.", true},
		{"exectrail.lost.cause", keyword, lost, "`buffer-full`, `recursion`, `slow-output` or `restart`.", true},
		{"exectrail.lost.since", date, lost, "They were lost between this time and @timestamp.", false},
		{"exectrail.lost.since_boot_ns", long, lost, "The same by CLOCK_BOOTTIME.", false},
		{"exectrail.clock.step_ns", long, clock, "By how much the wall clock was set forward, or back if negative.", false},
	}...)
}

// known returns the fields that describe a process by what is known of it.
func known(prefix string, actions []event.Action) []Field {
	fields := []Field{
		{"pid", long, actions, "Process id in the initial pid namespace.", false},
		{"entity_id", keyword, actions, "Stable unique id of this image of the process: the first 16 bytes of the SHA-256 of boot id, pid, start (ns after boot) and exec count, joined by colons.", true},
		{"name", keyword, actions, "Name of the process (comm), of at most 15 bytes.", true},
		{"executable", keyword, actions, "Path of the program; for a script, of its interpreter.", true},
		{"args", keyword, actions, "The arguments. Of processes other than the one of an exec, the first 4 KiB.", true},
		{"command_line", wildcard, actions, "The arguments quoted as for a shell.", false},
		{"args_count", long, actions, "Number of the arguments, where it is known.", false},
		{"working_directory", keyword, actions, "Working directory, at the last exec.", true},
		{"start", date, actions, "When the process was created.", false},
		{"real_user.id", keyword, actions, "Real user.", false},
		{"real_group.id", keyword, actions, "Real group.", false},
	}
	for i := range fields {
		fields[i].Name = prefix + fields[i].Name
	}
	return fields
}

// AppendFieldReference appends the description of all fields as a table in Markdown.
func AppendFieldReference(dst []byte) []byte {
	dst = append(dst, "| Field | Type | Events | Meaning |\n|---|---|---|---|\n"...)
	for _, f := range Fields() {
		name := "`" + f.Name + "`"
		if f.Bytes {
			name += " +"
		}
		row := []string{"", name, f.Type, event.ActionList(f.Actions), f.Meaning, "\n"}
		dst = append(dst, strings.TrimSpace(strings.Join(row, " | "))...)
		dst = append(dst, " |\n"...)
	}
	return dst
}
