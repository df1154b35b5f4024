package sinktest

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// container returns a container of which all is known.
func container() *event.Container {
	return &event.Container{
		ID: "3f2a9c0d" + strings.Repeat("17e6", 14), Runtime: "containerd", Name: "web", Image: "docker.io/library/nginx", ImageTag: "1.27",
		Labels: []event.Label{{Name: "app", Value: "shop"}, {Name: "io.example/tier", Value: "front end"}},
		Pod:    event.Pod{UID: "1c2d3e4f-5a6b-4c8d-9e0f-a1b2c3d4e5f6", QoS: "burstable", Name: "web-7d4b9c", Namespace: "shop"},
	}
}

// unnamedContainer returns a container of which only its control groups told.
func unnamedContainer() *event.Container {
	return &event.Container{ID: strings.Repeat("0f", 32), Runtime: "docker"}
}

// hostileContainer returns a container whose texts are made to fool a terminal or a parser.
func hostileContainer() *event.Container {
	return &event.Container{
		ID: "c\x1b\xff", Runtime: "lxc\xff", Name: "web\x1b[2J\xff", Image: "\u202eimage\xff", ImageTag: "v\x07",
		Labels: []event.Label{{Name: "a\"\x1b", Value: "\"},\n\xff"}, {Name: "a\"\x1b", Value: "twice"}},
		Pod:    event.Pod{UID: "u\xff", QoS: "q\xff", Name: "p\x1b\xff", Namespace: "n\n\xff"},
	}
}
