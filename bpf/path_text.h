/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Paths before 6.2, where walks are loops that the verifier goes through turn by turn. So a path is walked once, in a
 * function that is verified by itself, and is one text from then on.
 */
#ifndef EXECTRAIL_PATH_TEXT_H
#define EXECTRAIL_PATH_TEXT_H

enum path_of {
	PATH_EXE,
	PATH_CWD,
	PATHS,
};

struct path_text {
	struct walk walk;
	__u32 end; /* enum walk_step: at the last step, or WALK_NAME where the beginning of the path is missing */
	__u32 len;
	__u8 text[PIECE_PATH];
};

/* Nothing comes between on the same CPU: up to 7.0 a tracepoint is not preempted. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PATHS);
	__type(key, __u32);
	__type(value, struct path_text);
} path_texts SEC(".maps");

/* Takes in one more component; true at the end. */
static __always_inline bool add_component(struct path_text *p)
{
	const unsigned char *name;
	__u64 len = p->len;
	__u32 name_len;
	long n;

	p->end = walk_up(&p->walk, &name, &name_len, false);
	if (p->end == WALK_DONE || p->end == WALK_MOUNT)
		return p->end == WALK_DONE;
	n = -1;
	barrier_var(len);
	if (len <= PIECE_PATH - PIECE_NAME)
		n = bpf_probe_read_kernel_str(p->text + len, PIECE_NAME, name);
	if (n <= 0) {
		p->end = WALK_NAME;
		return true;
	}
	p->len = len + n;
	return p->end == WALK_PSEUDO;
}

/* Loops in loops, for so the verifier goes through the turns of each once, and not through their product. */
#define PATH_TURNS 64

__noinline int add_components(__u32 of)
{
	struct path_text *p = bpf_map_lookup_elem(&path_texts, &of);

	if (!p)
		return 1;
	for (int i = 0; i < PATH_TURNS; i++)
		if (add_component(p))
			return 1;
	return 0;
}

__noinline int walk_path(__u32 of)
{
	for (int i = 0; i < WALK_STEPS / PATH_TURNS; i++)
		if (add_components(of))
			break;
	return 0;
}

/* Walks a path, and returns how long it is as a text. */
static __always_inline __u32 take_path(struct walk *walk, __u32 of)
{
	struct path_text *p = bpf_map_lookup_elem(&path_texts, &of);

	if (!p)
		return 0;
	p->walk = *walk;
	p->len = 0;
	walk_path(of);
	return p->len;
}

static __always_inline void put_taken_path(struct writer *w, __u16 *dst_len, __u32 of, __u32 cut, __u32 pseudo)
{
	struct path_text *p = bpf_map_lookup_elem(&path_texts, &of);

	*dst_len = 0;
	if (!p)
		return;
	if (p->end == WALK_PSEUDO)
		w->record->flags |= pseudo;
	else if (p->end != WALK_DONE)
		w->record->flags |= cut;
	put(w, dst_len, p->text, p->len);
}

#endif
