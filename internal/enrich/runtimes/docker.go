package runtimes

import (
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/container"
)

// docker reads what the Docker daemon keeps of a container (config.v2.json, since 1.10) in its data
// directory, which its configuration may place elsewhere.
func (s *State) docker(id string) (event.Container, bool) {
	var daemon struct {
		Root string `json:"data-root"`
	}
	data := "/var/lib/docker"
	if readJSON(s.at("/etc/docker/daemon.json"), &daemon) && strings.HasPrefix(daemon.Root, "/") {
		data = daemon.Root
	}
	var config struct {
		Name   string
		Config struct {
			Image  string
			Labels map[string]string
		}
	}
	if !readJSON(s.at(data, "containers", id, "config.v2.json"), &config) {
		return event.Container{}, false
	}
	c := event.Container{
		Runtime: container.Docker, Name: strings.TrimPrefix(config.Name, "/"), Labels: labelsOf(config.Config.Labels),
	}
	c.Image, c.ImageTag = imageOf(config.Config.Image)
	// As cri-dockerd labels them.
	c.Pod.Name, c.Pod.Namespace = config.Config.Labels["io.kubernetes.pod.name"], config.Config.Labels["io.kubernetes.pod.namespace"]
	c.Pod.UID = config.Config.Labels["io.kubernetes.pod.uid"]
	if name := config.Config.Labels["io.kubernetes.container.name"]; name != "" {
		c.Name = name
	}
	return c, true
}
