/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The texts at the end of an exec record: measured first, so that a slot of the
 * right size can be reserved, and then copied into it.
 */
#ifndef EXECTRAIL_TEXT_H
#define EXECTRAIL_TEXT_H

/* The texts of an exec, measured before space for them is reserved. */
struct texts {
	__u32 total;
	__u32 lengths; /* the bits of all lengths together: no piece is longer than they can count */
	__u32 filename, interp, cgroup;
};

/*
 * The verifier wants to see that a copy ends within the slot, and it knows the
 * offset and the length each by their greatest values only. So each copy needs
 * room for the longest piece of the record, rounded up to one of these.
 */
#define PIECE_SHORT 32
#define PIECE_NAME 256
#define PIECE_PATH 4096

static __always_inline __u32 piece_for(__u32 lengths, const bool modern)
{
	if (modern && lengths < PIECE_SHORT)
		return PIECE_SHORT;
	if (lengths < PIECE_NAME)
		return PIECE_NAME;
	return PIECE_PATH;
}

/* Sizes of the slots in the ring: the size that is reserved must be a constant. */
#define SLOT_ARGS 4352        /* the largest that holds argv; what is longer goes in chunks */
#define SLOT_PATH (8 << 10)   /* for a long piece, which a whole path is before 6.2 */
#define SLOT_TEXTS (21 << 10) /* holds the longest texts there can be */
#define SLOT_MASK 0x7fff

static __always_inline __u32 slot_for(__u32 need, __u32 piece, const bool modern)
{
	if (piece == PIECE_PATH)
		return !modern && need <= SLOT_PATH ? SLOT_PATH : SLOT_TEXTS;
	if (modern && need <= 512)
		return 512;
	if (modern && need <= 768)
		return 768;
	if (need <= 1024)
		return 1024;
	if (modern && need <= 2176)
		return 2176;
	if (need <= SLOT_ARGS)
		return SLOT_ARGS;
	return SLOT_TEXTS;
}

/*
 * Length of a name that the kernel keeps below 256 bytes, without its NUL.
 * Global, for then the verifier knows nothing of the result and does not
 * follow the cases apart.
 */
__noinline __u32 name_len(__u64 name)
{
	char half[PIECE_NAME / 2]; /* the stack is small */
	long n = bpf_probe_read_kernel_str(half, sizeof(half), (void *)name);

	if (n == sizeof(half))
		n += bpf_probe_read_kernel_str(half, sizeof(half), (void *)name + sizeof(half) - 1) - 1;
	return n > 0 && n <= PIECE_NAME ? n - 1 : 0;
}

static __always_inline __u32 measure(struct texts *texts, __u32 len)
{
	texts->total += len;
	texts->lengths |= len;
	return len;
}

struct measuring {
	struct walk walk;
	struct texts texts;
};

/* One step of a path; returns 1 at its end, as bpf_loop() wants it. */
static long measure_turn(__u32 turn, struct measuring *m)
{
	const unsigned char *name;
	__u32 len;
	enum walk_step step = walk_up(&m->walk, &name, &len, true);

	if (step == WALK_DONE)
		return 1;
	if (step == WALK_MOUNT)
		return 0;
	measure(&m->texts, len + 1);
	return step == WALK_PSEUDO;
}

static __always_inline void measure_path(struct measuring *m, const struct walk *walk)
{
	m->walk = *walk;
	bpf_loop(WALK_STEPS, measure_turn, m, 0);
}

/* The record being written. */
struct writer {
	struct wire_attempt *record; /* head.size: how far it is filled */
	__u64 slot; /* 64 bits wide: the verifier does not follow half a word of the stack */
	__u64 piece;
};

/*
 * How far the record is filled is read back from it, for then the verifier
 * does not know, and does not follow each length of a path apart from the
 * others to the end of the program.
 */
static __always_inline __u64 end_of(struct writer *w)
{
	return *(volatile __u32 *)&w->record->head.size & SLOT_MASK;
}

static __always_inline bool append(struct writer *w, const void *src, __u64 len)
{
	__u64 end = end_of(w);

	barrier_var(len); /* the register that is compared must be the one that is used */
	if (len > w->piece || end > w->slot - w->piece) {
		w->record->flags |= WIRE_TEXT_CUT;
		return false;
	}
	bpf_probe_read_kernel((void *)w->record + end, len, src);
	w->record->head.size = end + len;
	return true;
}

/*
 * The same for a short name that lies in the dentry: typed memory, and loads
 * take a quarter of the time of a helper. Copies PIECE_SHORT bytes, of which len count.
 */
static __always_inline bool append_short(struct writer *w, const void *src, __u64 len)
{
	__u64 end = end_of(w), *dst;

	if (end > w->slot - w->piece) {
		w->record->flags |= WIRE_TEXT_CUT;
		return false;
	}
	dst = (void *)w->record + end;
	for (int i = 0; i < PIECE_SHORT / sizeof(*dst); i++)
		dst[i] = ((const __u64 *)src)[i];
	w->record->head.size = end + len;
	return true;
}

static __always_inline void put(struct writer *w, __u16 *dst_len, const void *src, __u32 len)
{
	*dst_len = 0;
	if (len && append(w, src, len))
		*dst_len = len;
}

/* A name that the kernel keeps, with its NUL. */
static __always_inline bool append_name(struct writer *w, const char *name)
{
	__u64 end = end_of(w), piece = w->piece;
	long n;

	barrier_var(piece);
	if (piece > PIECE_PATH || end > w->slot - w->piece) {
		w->record->flags |= WIRE_TEXT_CUT;
		return false;
	}
	n = bpf_probe_read_kernel_str((void *)w->record + end, piece, name);
	if (n <= 0)
		return false;
	w->record->head.size = end + n;
	return true;
}

/* A path on its way into the record. */
struct copying {
	struct walk walk;
	struct writer w;
	__u32 cut, pseudo; /* flags: set until the walk is at its end; set for a file outside of any tree */
};

static long copy_turn(__u32 turn, struct copying *c)
{
	struct dentry *dentry = c->walk.dentry;
	const unsigned char *name;
	__u32 len;
	enum walk_step step = walk_up(&c->walk, &name, &len, true);

	if (step == WALK_DONE) {
		c->w.record->flags &= ~c->cut;
		return 1;
	}
	if (step == WALK_MOUNT)
		return 0;
	if (len < PIECE_SHORT && (const void *)name == short_name(dentry)) {
		if (!append_short(&c->w, short_name(dentry), len + 1))
			return 1;
	} else if (!append(&c->w, name, len + 1)) {
		return 1;
	}
	if (step == WALK_PSEUDO) {
		c->w.record->flags ^= c->cut | c->pseudo;
		return 1;
	}
	return 0;
}

static __always_inline void put_path(struct copying *c, __u16 *dst_len, const struct walk *walk, __u32 cut, __u32 pseudo)
{
	c->walk = *walk;
	c->cut = cut;
	c->pseudo = pseudo;
	*dst_len = end_of(&c->w);
	c->w.record->flags |= cut;
	bpf_loop(WALK_STEPS, copy_turn, c, 0);
	*dst_len = end_of(&c->w) - *(volatile __u16 *)dst_len;
}

#endif
