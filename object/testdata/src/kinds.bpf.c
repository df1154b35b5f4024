// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// Maps and programs of many kinds, for those who tell what is in an object.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 pid;
	char comm[16];
};

struct counts {
	__u64 calls;
	__u64 bytes[4][2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, struct counts);
} by_process SEC(".maps");

// Kernels before 6.1 warn of programs for tracing that use such a map: none here does.
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG);
	__uint(key_size, 8);
	__uint(value_size, 1);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, char[16]);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} inner_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = {[1] = &inner_map},
};

const volatile __u32 wanted_pid = 0;
const volatile char prefix[16] = "exec";
__u64 total;
__u32 limit = 7;

void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

static __attribute__((noinline)) int count(__u32 pid)
{
	struct key key = {.pid = pid};
	struct counts *c = bpf_map_lookup_elem(&by_process, &key);

	if (!c)
		return 0;
	__sync_fetch_and_add(&c->calls, 1);
	return c->calls > limit;
}

__attribute__((noinline)) int sum(__u32 pid)
{
	total += pid;
	return count(pid) + 1;
}

SEC("kprobe/do_unlinkat")
int on_unlink(void *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (wanted_pid && pid != wanted_pid)
		return 0;
	return sum(pid);
}

SEC("fentry/do_unlinkat")
int on_unlink_trampoline(void *ctx)
{
	__u64 now = bpf_ktime_get_ns();

	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &now, sizeof(now));
	return 0;
}

SEC("lsm.s/file_open")
int may_open(void *ctx)
{
	return 0;
}

SEC("iter/task")
int each_task(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tp_btf/sched_process_exec")
int on_exec(void *ctx)
{
	__u32 zero = 0;
	char *comm = bpf_map_lookup_elem(&per_cpu, &zero);

	if (comm)
		bpf_get_current_comm(comm, 16);
	return 0;
}

SEC("uprobe.multi.s//bin/bash:readline")
int on_readline(void *ctx)
{
	return 0;
}

SEC("xdp")
int on_packet(void *ctx)
{
	return prefix[0] == 'e' ? XDP_PASS : XDP_DROP;
}

SEC("tcx/ingress")
int on_ingress(void *ctx)
{
	return 0;
}

SEC("cgroup_skb/ingress")
int on_cgroup_ingress(void *ctx)
{
	return 1;
}

SEC("cgroup/connect4")
int on_connect(void *ctx)
{
	__u32 one = 1;

	return bpf_map_lookup_elem(&outer, &one) != 0;
}

SEC("socket")
int on_socket(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
