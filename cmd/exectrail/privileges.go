package main

import "github.com/exectrail/exectrail/internal/confine"

// giveUpPrivileges leaves this process the privileges that a session needs from
// its start to its end. A machine may not permit to give up all of them, as
// in a sandbox: that is told, and is no reason not to go on.
func (o *traceOptions) giveUpPrivileges(ui *ui) {
	if o.keepPrivileges {
		return
	}
	needs := confine.Kernel | confine.Processes
	if o.replay != "" {
		needs = 0
	}
	if err := confine.Process(needs, 0); err != nil && !o.quiet {
		ui.notice(cannotGiveUp, err)
	}
}

// cannotGiveUp tells that a machine does not permit to give up privileges.
const cannotGiveUp = "some privileges could not be given up: %v"
