package pipeline

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/container"
	"github.com/exectrail/exectrail/internal/wire"
)

const webID = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"

// inCgroup returns an exec in a control group.
func inCgroup(number uint64, path string) *event.Attempt {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	a := &event.Attempt{}
	a.CgroupID = number
	for i, part := range parts {
		switch len(parts) - 1 - i {
		case 0:
			a.CgroupName = []byte(part)
		case 1:
			a.CgroupParent = []byte(part)
		default:
			a.CgroupAbove = append([]byte(part+"\x00"), a.CgroupAbove...)
		}
	}
	return a
}

func TestContainerLearnsLate(t *testing.T) {
	c := newContainers()
	a := inCgroup(7, "/docker/"+webID+"/system.slice/cron.service")
	first := c.of(a, nil)
	if first == nil || first.ID != webID || first.Runtime != container.Docker || first.Name != "" {
		t.Fatalf("got %+v", first)
	}
	if again := c.of(a, nil); again != first {
		t.Error("it was found twice")
	}
	c.learn(wire.Facts{Container: event.Container{ID: webID, Runtime: "other", Name: "web", Image: "nginx", Labels: []event.Label{{Name: "a", Value: "b"}}}})
	then := c.of(a, nil)
	if then.Name != "web" || then.Image != "nginx" || then.Runtime != container.Docker || len(then.Labels) != 1 {
		t.Errorf("got %+v", then)
	}
	if first.Name != "" {
		t.Error("what was told before has changed")
	}
}

// TestDegradedContainer has events without the names, and without the number as well.
func TestDegradedContainer(t *testing.T) {
	c := newContainers()
	known := &event.Container{ID: "known"}
	lacking := &event.Attempt{Degraded: event.PartPaths}
	lacking.CgroupID = 7
	if got := c.of(lacking, known); got != known {
		t.Errorf("got %+v of a control group that is not known", got)
	}
	whole := c.of(inCgroup(7, "/lxc.payload.c1"), nil)
	if got := c.of(lacking, known); got != whole {
		t.Errorf("got %+v, want %+v", got, whole)
	}
	c.of(inCgroup(8, "/user.slice"), nil)
	lacking.CgroupID = 8
	if got := c.of(lacking, known); got != nil {
		t.Errorf("got %+v outside of containers", got)
	}
	if got := c.of(&event.Attempt{Degraded: event.PartDetails | event.PartPaths}, known); got != known {
		t.Errorf("got %+v of a skeleton", got)
	}
}

func TestDirectContainer(t *testing.T) {
	c := newContainers()
	inside, beside := inCgroup(1, "/jobs/build/sub"), inCgroup(2, "/home/jobs/build")
	if got := c.of(inside, nil); got != nil {
		t.Fatalf("got %+v", got)
	}
	c.learn(wire.Facts{Path: "/jobs/build", Container: event.Container{ID: "b1", Runtime: container.Runc, Name: "b1"}})
	if got := c.of(inside, nil); got == nil || got.ID != "b1" || got.Runtime != container.Runc {
		t.Errorf("got %+v", got)
	}
	if got := c.of(beside, nil); got != nil {
		t.Errorf("got %+v of another path that ends the same", got)
	}
}

// TestPodOfFacts has a pod of which control groups tell the uid and the class, and the runtime the name.
func TestPodOfFacts(t *testing.T) {
	const uid = "1c2d3e4f-5a6b-4c8d-9e0f-a1b2c3d4e5f6"
	c := newContainers()
	c.learn(wire.Facts{Container: event.Container{ID: webID, Runtime: container.Containerd, Name: "web", Pod: event.Pod{Name: "web-1", Namespace: "shop"}}})
	got := c.of(inCgroup(1, "/kubepods/burstable/pod"+uid+"/"+webID), nil)
	if want := (event.Pod{UID: uid, QoS: "burstable", Name: "web-1", Namespace: "shop"}); got == nil || got.Pod != want || got.Runtime != container.Containerd {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestContainersAreBounded(t *testing.T) {
	c := newContainers()
	for i := range uint64(3 * maxContainers) {
		c.of(inCgroup(i, "/lxc.payload."+string(rune('a'+i%26))+strings.Repeat("x", int(i%7))+string(rune(i))), nil)
	}
	if len(c.byPath) > maxContainers || len(c.byID) > maxContainers {
		t.Errorf("%d and %d are kept", len(c.byPath), len(c.byID))
	}
}

func TestOwners(t *testing.T) {
	o := newOwners()
	scope := wire.Scope{MountNS: 1, UserNS: 2}
	o.machine.users[1000], o.machine.groups[1000] = "ann", "users"
	a := &event.Attempt{}
	a.UID, a.EUID, a.GID, a.LoginUID, a.MountNS, a.UserNS = 1000, 1001, 1000, 1000, 1, 2
	if n := o.namesFor(a); n.User != "ann" || n.Group != "users" {
		t.Errorf("of the machine: got %+v", n)
	}
	o.learn(&wire.OwnerOf{Scope: scope, What: wire.OwnerUser, ID: 1000, Name: []byte("early")})
	o.learn(&wire.OwnerOf{Scope: scope, What: wire.ScopeOthers})
	if n := o.namesFor(a); n != (event.Names{LoginUser: "ann"}) {
		t.Errorf("of a container that is not known: got %+v", n)
	}
	o.learn(&wire.OwnerOf{Scope: scope, What: wire.OwnerUser, ID: 1000, Name: []byte("app")})
	o.learn(&wire.OwnerOf{Scope: scope, What: wire.OwnerGroup, ID: 1000, Name: []byte("apps")})
	if n := o.namesFor(a); n != (event.Names{User: "app", Group: "apps", LoginUser: "ann"}) {
		t.Errorf("of a container: got %+v", n)
	}
	o.learn(&wire.OwnerOf{Scope: scope, What: wire.ScopeMachine})
	if n := o.namesFor(a); n.User != "ann" {
		t.Errorf("of the machine again: got %+v", n)
	}
}
