package object

// Placement tells where [Object.Run] would attach a program on this machine, if its options named no more than the
// object does.
type Placement struct {
	Attachments []Attachment
	// Reason is why there are none, and Hint what to do about that, if anything.
	Reason, Hint string
}

// Placements returns the placement of each program, by name. Nothing is loaded or attached for that.
func (o *Object) Placements() map[string]Placement {
	p := newPlan(o, &kernel{}, Options{})
	defer p.kernel.close()
	found := map[string]Placement{}
	refuse := func(name string, err error) { found[name] = Placement{Reason: err.Error(), Hint: hintOf(err)} }
	if err := checkByteOrder(p.spec.ByteOrder); err != nil {
		for name := range p.all {
			refuse(name, err)
		}
		return found
	}
	for name := range p.all {
		found[name] = Placement{Reason: "it is attached only if it is picked by name, or called by another program"}
	}
	chosen, err := p.choose()
	if err != nil {
		return found // there is no program
	}
	for _, h := range chosen {
		if err := p.aim(h); err != nil {
			refuse(h.spec.Name, err)
			continue
		}
		p.hooks = append(p.hooks, h)
	}
	p.dropGuesses()
	for name, out := range p.omitted {
		refuse(name, out)
	}
	for _, h := range p.hooks {
		var placement Placement
		for _, at := range h.places {
			placement.Attachments = append(placement.Attachments, at.Attachment)
		}
		found[h.spec.Name] = placement
	}
	return found
}
