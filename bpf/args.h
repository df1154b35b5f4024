/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Strings of the new program, from its own memory: the kernel has just copied
 * them there, and the program has not run.
 */
#ifndef EXECTRAIL_ARGS_H
#define EXECTRAIL_ARGS_H

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
 * address. A global function, so that the verifier looks at its ways once and
 * not in each turn of the loop that calls it.
 */
__noinline int send_chunk(__u64 address, __u32 len, __u32 offset, __u64 seq, __u32 of_env)
{
	const __u32 head = sizeof(struct wire_chunk);
	__u32 exec = WIRE_EXEC, part = len - offset;
	struct wire_counter *counter = bpf_map_lookup_elem(&counters, &exec);
	struct wire_chunk *chunk;

	if (!counter)
		return 0;
	if (part > CHUNK_LARGE)
		part = CHUNK_LARGE;
	/* Of several copies of part, verifiers before 6.8 know the bounds of one: there must be one. */
	barrier_var(part);
	if (part > CHUNK_LARGE)
		return 0;
	chunk = bpf_ringbuf_reserve(&ring, head + chunk_room(part), 0);
	if (!chunk) {
		counter->chunks_lost++;
		return 0;
	}
	fill_head(&chunk->head, WIRE_CHUNK, head + part, counter);
	chunk->head.seq = seq;
	chunk->of_env = of_env;
	chunk->offset = offset;
	if (bpf_probe_read_user(chunk + 1, part, (void *)(address + offset))) {
		counter->short_reads++;
		bpf_ringbuf_discard(chunk, BPF_RB_NO_WAKEUP);
		return 0;
	}
	submit(chunk);
	return 0;
}

/* Global for the same reason: the loop is verified once, and not for each caller. */
__noinline int send_chunks(__u64 address, __u32 len, __u64 seq, __u32 of_env)
{
	__u32 offset = 0;

	for (int i = 0; i < MAX_CHUNKS && offset < len; i++) {
		send_chunk(address, len, offset, seq, of_env);
		offset += CHUNK_LARGE;
	}
	return 0;
}

#endif
