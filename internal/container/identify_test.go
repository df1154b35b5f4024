package container

import (
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

const (
	id      = "3f2a9c0d7b6e51488f0c2d4e6a8b1c3d5e7f9012a4b6c8d0e2f4a6b8c0d2e4f6"
	outer   = "00aa11bb22cc33dd44ee55ff66007788990011223344556677889900aabbccdd"
	uid     = "1c2d3e4f-5a6b-4c8d-9e0f-a1b2c3d4e5f6"
	unitUID = "1c2d3e4f_5a6b_4c8d_9e0f_a1b2c3d4e5f6"
	hash    = "7b1f0f7f5b0d4e3a8c9d2e1f0a3b5c7d" // of the file of a static pod
)

// reversed returns the components of a path as the kernel hands them over.
func reversed(path string) []string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	slices.Reverse(parts)
	return parts
}

func TestIdentify(t *testing.T) {
	pod := func(qos string) event.Pod { return event.Pod{UID: uid, QoS: qos} }
	for path, want := range map[string]event.Container{
		// Docker
		"/system.slice/docker-" + id + ".scope":        {ID: id, Runtime: Docker},
		"/docker/" + id:                                {ID: id, Runtime: Docker},
		"/docker/" + id + "/init.scope":                {ID: id, Runtime: Docker},
		"/docker/" + id + "/system.slice/cron.service": {ID: id, Runtime: Docker},
		"/custom.slice/docker-" + id + ".scope":        {ID: id, Runtime: Docker},
		"/system.slice:docker:" + id:                   {ID: id, Runtime: Docker},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" + id + ".scope": {ID: id, Runtime: Docker},
		// containerd
		"/k8s.io/" + id:                          {ID: id, Runtime: Containerd},
		"/system.slice/nerdctl-" + id + ".scope": {ID: id, Runtime: Containerd},
		"/default/" + id:                         {ID: id},
		// Kubernetes with containerd
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice/cri-containerd-" + id + ".scope":   {ID: id, Runtime: Containerd, Pod: pod("burstable")},
		"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + unitUID + ".slice/cri-containerd-" + id + ".scope": {ID: id, Runtime: Containerd, Pod: pod("besteffort")},
		"/kubepods.slice/kubepods-pod" + unitUID + ".slice/cri-containerd-" + id + ".scope":                                      {ID: id, Runtime: Containerd, Pod: pod("guaranteed")},
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + hash + ".slice/cri-containerd-" + id + ".scope":      {ID: id, Runtime: Containerd, Pod: event.Pod{UID: hash, QoS: "burstable"}},
		"/kubepods/burstable/pod" + uid + "/" + id:  {ID: id, Pod: pod("burstable")},
		"/kubepods/besteffort/pod" + uid + "/" + id: {ID: id, Pod: pod("besteffort")},
		"/kubepods/pod" + uid + "/" + id:            {ID: id, Pod: pod("guaranteed")},
		"/system.slice/containerd.service/kubepods-burstable-pod" + unitUID + ".slice:cri-containerd:" + id: {ID: id, Runtime: Containerd, Pod: pod("burstable")},
		// Kubernetes with Docker and CRI-O
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice/docker-" + id + ".scope":         {ID: id, Runtime: Docker, Pod: pod("burstable")},
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice/crio-" + id + ".scope":           {ID: id, Runtime: CRIO, Pod: pod("burstable")},
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice/crio-" + id + ".scope/container": {ID: id, Runtime: CRIO, Pod: pod("burstable")},
		"/kubepods/besteffort/pod" + uid + "/crio-" + id:                                                                       {ID: id, Runtime: CRIO, Pod: pod("besteffort")},
		// Podman
		"/machine.slice/libpod-" + id + ".scope":                                                     {ID: id, Runtime: Podman},
		"/machine.slice/libpod-" + id + ".scope/container":                                           {ID: id, Runtime: Podman},
		"/libpod_parent/libpod-" + id:                                                                {ID: id, Runtime: Podman},
		"/machine.slice/machine-libpod_pod_" + outer + ".slice/libpod-" + id + ".scope":              {ID: id, Runtime: Podman},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope":           {ID: id, Runtime: Podman},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope/container": {ID: id, Runtime: Podman},
		"/system.slice/web.service/libpod-payload-" + id:                                             {ID: id, Runtime: Podman},
		// nested
		"/docker/" + outer + "/docker/" + id: {ID: id, Runtime: Docker},
		"/system.slice/docker-" + outer + ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" + unitUID + ".slice/cri-containerd-" + id + ".scope": {ID: id, Runtime: Containerd, Pod: pod("burstable")},
		"/docker/" + outer + "/kubelet/kubepods/besteffort/pod" + uid + "/" + id: {ID: id, Pod: pod("besteffort")},
		"/docker/" + outer + "/kubelet.slice/kubelet.service":                    {ID: outer, Runtime: Docker},
		"/kubepods/burstable/pod" + uid + "/" + outer + "/docker/" + id:          {ID: id, Runtime: Docker, Pod: pod("burstable")},
		// systemd-nspawn
		"/machine.slice/machine-deb.scope":                                   {ID: "deb", Runtime: Nspawn},
		`/machine.slice/machine-my\x2dbox.scope`:                             {ID: "my-box", Runtime: Nspawn},
		"/machine.slice/machine-deb.scope/payload/system.slice/cron.service": {ID: "deb", Runtime: Nspawn},
		"/machine.slice/systemd-nspawn@deb.service":                          {ID: "deb", Runtime: Nspawn},
		"/machine.slice/systemd-nspawn@deb.service/payload":                  {ID: "deb", Runtime: Nspawn},
		`/machine.slice/systemd-nspawn@a\x5cx.service/payload/init.scope`:    {ID: `a\x`, Runtime: Nspawn},
		// LXC
		"/lxc.payload.c1": {ID: "c1", Runtime: LXC},
		"/lxc.payload.c1/system.slice/cron.service": {ID: "c1", Runtime: LXC},
		"/lxc.payload/c1":        {ID: "c1", Runtime: LXC},
		"/lxc/c1":                {ID: "c1", Runtime: LXC},
		"/lxc/101/ns/init.scope": {ID: "101", Runtime: LXC},
		`/machine.slice/machine-lxc\x2d1234\x2dweb.scope`: {ID: "web", Runtime: LibvirtLXC},
		// without another runtime
		"/system.slice/runc-job.scope": {ID: "job", Runtime: Runc},
		"/user.slice/crun-a.b.scope":   {ID: "a.b", Runtime: Crun},
	} {
		got := Identify(reversed(path))
		if got == nil || got.ID != want.ID || got.Runtime != want.Runtime || got.Pod != want.Pod {
			t.Errorf("%s: got %+v, want %+v", path, got, want)
		}
	}
}

func TestNoContainer(t *testing.T) {
	for _, path := range []string{
		"/", "", "/init.scope", "/system.slice/docker.service", "/system.slice/containerd.service", "/docker", "/lxc", "/kubepods",
		"/user.slice/user-1000.slice/session-3.scope",
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice", // no container in it
		"/kubepods/burstable/pod" + uid,
		// monitors
		"/machine.slice/libpod-conmon-" + id + ".scope",
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-conmon-" + id + ".scope",
		"/libpod_parent/libpod-conmon-" + id, "/libpod_parent/conmon",
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + unitUID + ".slice/crio-conmon-" + id + ".scope",
		"/lxc.monitor.c1", "/lxc.monitor/c1", "/lxc.pivot", "/machine.slice/machine-deb.scope/supervisor",
		"/machine.slice/systemd-nspawn@deb.service/supervisor",
		`/machine.slice/machine-qemu\x2d1\x2dvm.scope`, `/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt/emulator`,
		// names that are not whole, or not such names
		"/docker/" + id[:63], "/docker/" + id + "0", "/docker/" + strings.ToUpper(id), "/system.slice/docker-" + id[1:] + ".scope",
		"/system.slice/docker" + id + ".scope", "/system.slice/docker-" + id + ".scop", "/lxc.payload.", "/machine.slice/machine-.scope",
	} {
		if got := Identify(reversed(path)); got != nil {
			t.Errorf("%s: got %+v", path, got)
		}
	}
}

// TestTruncated has the beginning of a path missing, or any of its bytes.
func TestTruncated(t *testing.T) {
	whole := reversed("/kubepods/burstable/pod" + uid + "/" + id)
	for n, want := range []event.Container{{}, {ID: id}, {ID: id, Pod: event.Pod{UID: uid}}, {ID: id, Pod: event.Pod{UID: uid, QoS: "burstable"}}} {
		got := Identify(whole[:n])
		if want.ID == "" {
			if got != nil {
				t.Errorf("got %+v of nothing", got)
			}
			continue
		}
		if got == nil || got.ID != want.ID || got.Pod != want.Pod {
			t.Errorf("of %q: got %+v, want %+v", whole[:n], got, want)
		}
	}
	name := "cri-containerd-" + id + ".scope"
	for i := range len(name) - len(".scope") {
		if got := Identify([]string{name[:i]}); got != nil {
			t.Errorf("of %s: got %+v", name[:i], got)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("/kubepods/burstable/pod" + uid + "/" + id)
	f.Add(`/machine.slice/machine-a\x2.scope/supervisor`)
	f.Fuzz(func(t *testing.T, path string) {
		if c := Identify(reversed(path)); c != nil && (c.ID == "" || len(c.ID) > len(path)) {
			t.Errorf("%q: got %+v", path, c)
		}
	})
}
