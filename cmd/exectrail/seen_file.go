package main

import (
	"path/filepath"
	"strings"
)

// defaultSeenFile is where it is remembered which programs were executed.
const defaultSeenFile = "/var/lib/exectrail/seen"

// seenFileOf returns where it is remembered in a service that systemd gave directories for its state, with colons between
// them. Without one it is the default.
func seenFileOf(stateDirectories string) string {
	first, _, _ := strings.Cut(stateDirectories, ":")
	if first == "" {
		return defaultSeenFile
	}
	return filepath.Join(first, filepath.Base(defaultSeenFile))
}
