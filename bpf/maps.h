/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_MAPS_H
#define EXECTRAIL_MAPS_H

/* The sizes of both rings, which are the same, are set by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
	__type(value, union wire_record);
} ring SEC(".maps");

/* For what does not find room in the main ring any more. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
} reserve SEC(".maps");

/* For each hook, by wire_kind, and each of its lanes. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_LANES * WIRE_COUNTED);
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

static __always_inline struct wire_counter *counter_of(__u32 kind, __u32 lane)
{
	__u32 row = lane * WIRE_COUNTED + kind;

	return bpf_map_lookup_elem(&counters, &row);
}

/* Takes the number of the event, lost or not. */
static __always_inline struct wire_counter *count(__u32 kind, __u32 lane)
{
	struct wire_counter *counter = counter_of(kind, lane);

	if (counter) {
		counter->seen++;
		counter->last = bpf_ktime_get_boot_ns();
	}
	return counter;
}

static __always_inline void fill_head(struct wire_head *head, __u8 kind, __u8 lane, __u32 size,
				      const struct wire_counter *counter)
{
	head->kind = kind;
	head->lane = lane;
	head->cpu = bpf_get_smp_processor_id();
	head->size = size;
	head->seq = counter->seen;
	head->time = counter->last;
}

/*
 * If the reader is about to sleep or sleeps, it is woken, by
 * the first event only. The reader looks at the ring once more after it set
 * the flag, and the space was reserved long before the flag is read here.
 */
static __always_inline __u64 wakeup(void)
{
	__u32 zero = 0;
	struct reader *r = bpf_map_lookup_elem(&reader, &zero);

	if (!r || !*(volatile __u32 *)&r->asleep)
		return BPF_RB_NO_WAKEUP;
	*(volatile __u32 *)&r->asleep = 0;
	return BPF_RB_FORCE_WAKEUP;
}

/* Room for a record that is not made any shorter. The size has to be a constant. */
static __always_inline void *room_for(__u64 size)
{
	void *record = bpf_ringbuf_reserve(&ring, size, 0);

	return record ? record : bpf_ringbuf_reserve(&reserve, size, 0);
}

/*
 * How much of an event is told. The fuller the main ring, the less, so that more of them find room: what
 * has to be left out at last goes to the reserve.
 */
enum detail {
	DETAIL_ALL,
	DETAIL_ENDS,    /* of long strings, the beginning and the end */
	DETAIL_TEXTS,   /* no strings, but their length */
	DETAIL_NUMBERS, /* what has a fixed size */
};

static __always_inline enum detail detail_for_room(void)
{
	__u64 used = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);

	if (used <= ring_size / 2)
		return DETAIL_ALL;
	if (used <= ring_size / 8 * 7)
		return DETAIL_ENDS;
	if (used <= ring_size / 16 * 15)
		return DETAIL_TEXTS;
	return DETAIL_NUMBERS;
}

static __always_inline void submit(void *record)
{
	bpf_ringbuf_submit(record, wakeup());
}

/* The same for a record that lies elsewhere. The flag can be read only when the record is in the ring. */
static __always_inline bool output(void *record, __u64 size)
{
	void *nothing;

	if (bpf_ringbuf_output(&ring, record, size, BPF_RB_NO_WAKEUP))
		return false;
	if (wakeup() == BPF_RB_FORCE_WAKEUP) {
		nothing = bpf_ringbuf_reserve(&ring, 8, 0);
		if (nothing)
			bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	}
	return true;
}

static __always_inline bool is_self(__u32 tgid)
{
	return self_tgid && self_tgid == tgid;
}

#endif
