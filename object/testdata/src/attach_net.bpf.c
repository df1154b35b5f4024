// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Programs for packets and sockets. Those for packets count the UDP packets to one port, which the test sends.
#include "attach.h"
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>

#define PORT 40507

static __always_inline int is_ours(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end)
		return 0;
	return eth->h_proto == bpf_htons(ETH_P_IP) && ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(PORT);
}

static __always_inline void *at(__u32 address) { return (void *)(long)address; }

#define PACKETS(section, name, context, verdict)                               \
	SEC(section) int name(struct context *ctx)                             \
	{                                                                      \
		static const char text[16] = #name;                            \
		if (is_ours(at(ctx->data), at(ctx->data_end)))                 \
			count(text, 0);                                        \
		return verdict;                                                \
	}

PACKETS("xdp", xdp_pass, xdp_md, XDP_PASS)
PACKETS("xdp.frags", xdp_frags, xdp_md, XDP_PASS)
PACKETS("tcx/ingress", tcx_in, __sk_buff, TC_ACT_UNSPEC)
PACKETS("tc/egress", tcx_out, __sk_buff, TC_ACT_UNSPEC)
PACKETS("classifier", classify, __sk_buff, TC_ACT_UNSPEC)

SEC("socket") int socket_filter(struct __sk_buff *skb)
{
	static const char text[16] = "socket_filter";
	__u16 port = 0;

	/* After the headers of Ethernet and IP. */
	bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct iphdr) + 2, &port, sizeof(port));
	if (port == bpf_htons(PORT))
		count(text, 0);
	return 0;
}

/* Programs of control groups allow everything. */
#define ALLOWS(section, name)                                                  \
	SEC(section) int name(void *ctx)                                       \
	{                                                                      \
		static const char text[16] = #name;                            \
		count(text, 0);                                                \
		return 1;                                                      \
	}

ALLOWS("cgroup_skb/egress", cgroup_egress)
ALLOWS("cgroup/skb", cgroup_skb)
ALLOWS("cgroup/sock_create", cgroup_create)
ALLOWS("cgroup/connect4", cgroup_connect)
ALLOWS("cgroup/sysctl", cgroup_sysctl)
ALLOWS("cgroup/dev", cgroup_device)
ALLOWS("sockops", cgroup_sockops)
ALLOWS("sk_lookup", lookup)
