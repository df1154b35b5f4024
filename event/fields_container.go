package event

// containerFields tell in which container and pod a process runs, in the form that JSON has.
func containerFields() []*Field {
	get := func(name, meaning, example string, value func(*Container) string) *Field {
		return text(name, ofProcess(), meaning, example, func(dst []byte, e Event) []byte {
			if c := containerOf(e); c != nil {
				dst = append(dst, value(c)...)
			}
			return dst
		})
	}
	id := get("container.id", "Id of the container; a constant may be the beginning of one of 64 digits, at least four of them.", `"3f2a"`,
		func(c *Container) string { return c.ID })
	id.Prefix = true
	late := func(name, meaning, example string, value func(*Container) string) *Field {
		f := get(name, meaning, example, value)
		f.Late = true
		return f
	}
	return []*Field{
		id,
		late("container.name", "Its name.", `"web"`, func(c *Container) string { return c.Name }),
		get("container.runtime", "Its runtime.", `"docker"`, func(c *Container) string { return c.Runtime }),
		late("container.image.name", "Its image, without the tag.", `"nginx"`, func(c *Container) string { return c.Image }),
		late("container.image.tag", "The tag.", `"1.27"`, func(c *Container) string { return c.ImageTag }),
		{
			Name: "container.labels", Type: TypeList, Late: true, Actions: ofProcess(), Example: `"app=shop"`, Meaning: "Its labels, each as name=value.",
			text: func(dst []byte, e Event) []byte {
				if c := containerOf(e); c != nil {
					for _, l := range c.Labels {
						dst = append(append(append(append(dst, l.Name...), '='), l.Value...), 0)
					}
				}
				return dst
			},
		},
		late("orchestrator.namespace", "Namespace of the pod.", `"shop"`, func(c *Container) string { return c.Pod.Namespace }),
		late("orchestrator.resource.name", "Name of the pod.", `"web-7d4b9c"`, func(c *Container) string { return c.Pod.Name }),
		get("exectrail.pod.uid", "Uid of the pod.", `"0d1c7a5e-…"`, func(c *Container) string { return c.Pod.UID }),
		get("exectrail.pod.qos", "Class of service of the pod.", `"burstable"`, func(c *Container) string { return c.Pod.QoS }),
	}
}
