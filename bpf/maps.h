/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_MAPS_H
#define EXECTRAIL_MAPS_H

/* Every record. Its size is set by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
	__type(value, union wire_record);
} ring SEC(".maps");

/* One counter for each hook, by wire_kind. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_COUNTED);
	__type(key, __u32);
	__type(value, struct wire_counter);
} counters SEC(".maps");

/*
 * Shared with the reader, which sets asleep just before it sleeps. A wake-up
 * costs about ten times as much as the rest of an event, so there is none
 * while the reader is awake.
 */
struct reader {
	__u32 asleep;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct reader);
} reader SEC(".maps");

/* Takes the number of the event, lost or not. */
static __always_inline struct wire_counter *count(__u32 kind)
{
	struct wire_counter *counter = bpf_map_lookup_elem(&counters, &kind);

	if (counter) {
		counter->seen++;
		counter->last = bpf_ktime_get_boot_ns();
	}
	return counter;
}

static __always_inline void fill_head(struct wire_head *head, __u16 kind, __u32 size,
				      const struct wire_counter *counter)
{
	head->kind = kind;
	head->cpu = bpf_get_smp_processor_id();
	head->size = size;
	head->seq = counter->seen;
	head->time = counter->last;
}

/*
 * Commits a record. If the reader is about to sleep or sleeps, it is woken, by
 * the first event only. The reader looks at the ring once more after it set
 * the flag, and the space was reserved long before the flag is read here.
 */
static __always_inline void submit(void *record)
{
	__u32 zero = 0;
	struct reader *r = bpf_map_lookup_elem(&reader, &zero);
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (r && *(volatile __u32 *)&r->asleep) {
		*(volatile __u32 *)&r->asleep = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	}
	bpf_ringbuf_submit(record, flags);
}

static __always_inline bool is_self(__u32 tgid)
{
	return self_tgid && self_tgid == tgid;
}

#endif
