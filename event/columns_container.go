package event

// containerColumns tell in which container a program runs.
func containerColumns() []*Column {
	return []*Column{{
		Name: "container", Type: TypeText, Width: 16, Actions: ofProcess(), Example: "web",
		Meaning: "Container: its name, or the first 12 digits of its id while that is not known; empty outside of containers.",
		text:    func(dst []byte, e Event) []byte { return AppendContainer(dst, containerOf(e)) },
	}, {
		Name: "pod", Type: TypeText, Width: 24, Actions: ofProcess(), Example: "shop/web-7d4b9c",
		Meaning: "Kubernetes pod: its namespace and name, or its uid while these are not known.",
		text: func(dst []byte, e Event) []byte {
			c := containerOf(e)
			switch {
			case c == nil:
				return dst
			case c.Pod.Name == "":
				return append(dst, c.Pod.UID...)
			case c.Pod.Namespace != "":
				dst = append(append(dst, c.Pod.Namespace...), '/')
			}
			return append(dst, c.Pod.Name...)
		},
	}, {
		Name: "image", Type: TypeText, Width: 24, Actions: ofProcess(), Example: "nginx:1.27",
		Meaning: "Image of the container, with its tag.",
		text: func(dst []byte, e Event) []byte {
			c := containerOf(e)
			if c == nil {
				return dst
			}
			dst = append(dst, c.Image...)
			if c.ImageTag != "" {
				dst = append(append(dst, ':'), c.ImageTag...)
			}
			return dst
		},
	}}
}
