package container

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// The classes of service of a pod, as Kubernetes calls them.
const (
	guaranteed = "guaranteed"
	burstable  = "burstable"
	bestEffort = "besteffort"
)

// podOf matches the control group of a pod. The systemd driver calls it
// kubepods-QOS-podUID.slice, with _ for each - of the uid, and cgroupfs kubepods/QOS/podUID; the class
// is left out for guaranteed pods. Before the name can stand that of a group above (kubelet-kubepods-…).
func podOf(path []string) (event.Pod, bool) {
	name, _, _ := strings.Cut(path[0], ":") // SLICE:PREFIX:ID, see matchHash
	if slice, ok := strings.CutSuffix(name, ".slice"); ok {
		head, uid, ok := cutLast(slice, "-pod")
		uid = strings.ReplaceAll(uid, "_", "-")
		if !ok || !isUID(uid) {
			return event.Pod{}, false
		}
		return event.Pod{UID: uid, QoS: qosOf(head[strings.LastIndexByte(head, '-')+1:])}, true
	}
	uid, ok := strings.CutPrefix(name, "pod")
	if !ok || !isUID(uid) {
		return event.Pod{}, false
	}
	return event.Pod{UID: uid, QoS: qosOf(component(path, 1))}, true
}

func qosOf(above string) string {
	switch above {
	case "kubepods":
		return guaranteed
	case burstable, bestEffort:
		return above
	}
	return ""
}

// isUID reports whether s is the uid of a pod: that of an object in the cluster, or the hash of a file for
// a pod that a node runs by itself.
func isUID(s string) bool {
	const dashes, digits = 4, 32
	if len(s) != digits && len(s) != digits+dashes {
		return false
	}
	for i := range len(s) {
		switch dash := len(s) > digits && (i == 8 || i == 13 || i == 18 || i == 23); {
		case dash != (s[i] == '-'):
			return false
		case !dash && strings.IndexByte(hexDigits, s[i]) < 0:
			return false
		}
	}
	return true
}

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
