package ecs

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// appendContainer appends the container, and the pod that it is in. Containers never change, so that one is told from another by where it is.
func (c *Encoder) appendContainer(dst []byte, in *event.Container) []byte {
	if in == nil {
		return dst
	}
	return c.container.append(dst, in, func(dst []byte, in **event.Container) []byte { return appendContainer(dst, *in) })
}

func appendContainer(dst []byte, c *event.Container) []byte {
	dst = text(append(dst, `"container":{`...), `"id":"`, c.ID)
	dst = text(dst, `"name":"`, c.Name)
	dst = text(dst, `"runtime":"`, c.Runtime)
	if c.Image != "" {
		dst = text(append(dst, `"image":{`...), `"name":"`, c.Image)
		if c.ImageTag != "" { // the schema has an array of them
			dst = append(dst, `"tag":[`...)
			dst = closeArray(appendString(dst, c.ImageTag))
		}
		dst = closeObject(dst)
	}
	if len(c.Labels) > 0 {
		dst = append(dst, `"labels":{`...)
		for i, l := range c.Labels {
			if i > 0 && l.Name == c.Labels[i-1].Name {
				continue
			}
			dst = appendString(dst, l.Name)
			dst[len(dst)-1] = ':'
			dst = appendString(dst, l.Value)
		}
		dst = closeObject(dst)
	}
	dst = closeFilled(dst, `"container":{`)
	return appendPod(dst, &c.Pod)
}

// appendPod appends what orchestrates containers, where that is known.
func appendPod(dst []byte, p *event.Pod) []byte {
	if p.UID == "" && p.Name == "" {
		return dst
	}
	dst = append(dst, `"orchestrator":{"type":"kubernetes",`...)
	dst = text(dst, `"namespace":"`, p.Namespace)
	if p.Name != "" {
		dst = text(append(dst, `"resource":{"type":"pod",`...), `"name":"`, p.Name)
		dst = closeObject(dst)
	}
	return closeObject(dst)
}

// appendPodIdentity appends what the schema has no name for about a pod.
func appendPodIdentity(dst []byte, c *event.Container) []byte {
	if c == nil || c.Pod.UID == "" {
		return dst
	}
	dst = text(append(dst, `"pod":{`...), `"uid":"`, c.Pod.UID)
	dst = text(dst, `"qos":"`, c.Pod.QoS)
	return closeObject(dst)
}

// appendString appends a string. Bytes that are not UTF-8 are shown as \xff, with no second field.
func appendString(dst []byte, s string) []byte {
	dst, _ = printable.AppendJSON(append(dst, '"'), s)
	return append(dst, '"', ',')
}
