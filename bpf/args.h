/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Strings of the new program, from its own memory: the kernel has just copied
 * them there, and the program has not run.
 */
#ifndef EXECTRAIL_ARGS_H
#define EXECTRAIL_ARGS_H

/*
 * What a chunk is of, in one word, for a function takes five: the environment or else argv, only
 * the ends of it, and the lane.
 */
#define CHUNK_ENV 1
#define CHUNK_ENDS 2
#define CHUNK_LANE_SHIFT 2

/* How much of strings is kept at each end when there is little room. */
#define STRINGS_END 4096

#define CHUNK_LARGE (32 << 10)

/* 6 MiB is the most that execve takes (bprm_stack_limits()), for argv and environment together. */
#define MAX_CHUNKS ((6 << 20) / CHUNK_LARGE + 1)

/* What is reserved for a chunk of len bytes: a constant on each way through, as the ring wants it. */
static __always_inline __u32 chunk_room(__u32 len)
{
	if (len <= 2 << 10)
		return 2 << 10;
	if (len <= 4 << 10)
		return 4 << 10;
	if (len <= 8 << 10)
		return 8 << 10;
	if (len <= 16 << 10)
		return 16 << 10;
	return CHUNK_LARGE;
}

/*
 * Sends the strings from offset on, as many as go in a chunk, of len bytes at
 * address. Returns whether there was no room for them. A global function, so that the verifier looks at its ways once and
 * not in each turn of the loop that calls it.
 */
__noinline int send_chunk(__u64 address, __u32 len, __u32 offset, __u64 seq, __u32 of)
{
	const __u32 head = sizeof(struct wire_chunk);
	__u32 lane = of >> CHUNK_LANE_SHIFT;
	__u32 part = len - offset;
	struct wire_counter *counter = counter_of(WIRE_EXEC, lane);
	struct wire_chunk *chunk;

	if (!counter)
		return 1;
	if (part > CHUNK_LARGE)
		part = CHUNK_LARGE;
	/* Of several copies of part, verifiers before 6.8 know the bounds of one: there must be one. */
	barrier_var(part);
	if (part > CHUNK_LARGE)
		return 0;
	chunk = bpf_ringbuf_reserve(&ring, head + chunk_room(part), 0);
	if (!chunk) {
		counter->chunks_lost++;
		return 1;
	}
	fill_head(&chunk->head, WIRE_CHUNK, lane, head + part, counter);
	chunk->head.seq = seq;
	chunk->of_env = of & CHUNK_ENV;
	chunk->offset = offset;
	if (bpf_probe_read_user(chunk + 1, part, (void *)(address + offset))) {
		counter->short_reads++;
		bpf_ringbuf_discard(chunk, BPF_RB_NO_WAKEUP);
		return 0;
	}
	submit(chunk);
	return 0;
}

/*
 * Sends strings. Returns whether some were left out for want of room. Global for the same reason: the loop is
 * verified once, and not for each caller.
 */
__noinline int send_chunks(__u64 address, __u32 len, __u64 seq, __u32 of)
{
	__u32 offset = 0;
	int left_out = 0;

	if (of & CHUNK_ENDS && len > 2 * STRINGS_END) {
		send_chunk(address, STRINGS_END, 0, seq, of);
		send_chunk(address, len, len - STRINGS_END, seq, of);
		return 1;
	}
	for (int i = 0; i < MAX_CHUNKS && offset < len; i++) {
		left_out |= send_chunk(address, len, offset, seq, of);
		offset += CHUNK_LARGE;
	}
	return left_out;
}

#endif
