// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// Has maps of several types, which its program fills.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct flow {
	__u32 from;
	__u16 port;
	__u16 zone;
};

struct traffic {
	__u64 packets;
	__u64 bytes;
	char comm[16];
};

struct subnet {
	__u32 prefix_len;
	__u8 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow);
	__type(value, struct traffic);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct subnet);
	__type(value, __u32);
} subnets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, __u32);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} jumps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 12);
} stream SEC(".maps");

const volatile __u32 limit = 5;
__u64 total = 40;
struct flow last = { .port = 1 };
__u32 seen;

SEC("socket")
int fill(struct __sk_buff *skb)
{
	struct flow key = { .from = 7, .port = 443, .zone = 1 };
	struct traffic value = { .packets = 3, .bytes = 180, .comm = "curl" };
	struct subnet net = { .prefix_len = 24, .address = { 10, 1, 2 } };
	__u32 first = 0, mark = limit;
	__u64 *count = bpf_map_lookup_elem(&runs, &first);

	if (count)
		*count += 1;
	bpf_map_update_elem(&flows, &key, &value, BPF_ANY);
	bpf_map_update_elem(&subnets, &net, &mark, BPF_ANY);
	bpf_map_push_elem(&waiting, &mark, 0);
	bpf_ringbuf_output(&stream, &mark, sizeof(mark), 0);
	bpf_tail_call(skb, &jumps, 0);
	total += 2;
	seen = 1;
	last.zone = 9;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
