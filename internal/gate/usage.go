package gate

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Usage is what the process used until it became the command. The kernel goes on counting from there.
type Usage struct {
	CPU    time.Duration
	MaxRSS uint64 // peak resident memory in bytes
}

// ownUsage returns what this process used so far, as the line that a [Gate] reads; see getrusage(2).
func ownUsage() string {
	var usage unix.Rusage
	// It fails only for a wrong address or selector.
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return fmt.Sprintf("%d %d", usage.Utime.Nano()+usage.Stime.Nano(), usage.Maxrss<<10)
}

func parseUsage(line string) (Usage, error) {
	var u Usage
	if _, err := fmt.Sscanf(line, "%d %d", &u.CPU, &u.MaxRSS); err != nil {
		return Usage{}, fmt.Errorf("%q was told", line)
	}
	return u, nil
}
