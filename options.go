package exectrail

import (
	"io"
	"log/slog"
	"time"

	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/probe"
)

// Option changes what a [Tracer] records.
type Option func(*config)

type config struct {
	bufferSize int
	failed     probe.FailedConfig
	exits      bool
	forks      bool
	terms      term.Terms

	awaitContainers bool
	loaderEnv       bool
	env             bool
	envNames        []string
	withoutSelf     bool
	rawCopy         io.Writer
	pin             string
	seenFile        string
	idle            func()
	latency         time.Duration
	redaction       Redaction
	overwritten     bool // secrets are, in a recording that is read
	logger          *slog.Logger
}

// DefaultBufferSize is the size of the kernel's ring buffers in bytes.
const DefaultBufferSize = 64 << 20

// WithExits delivers an event for each process that ends.
func WithExits() Option { return func(c *config) { c.exits = true } }

// WithForks delivers an event for each process that is created.
func WithForks() Option { return func(c *config) { c.forks = true } }

// WithEnv records the environment of each program: the named variables, or
// all of them when no name is given.
func WithEnv(names ...string) Option {
	return func(c *config) { c.env, c.envNames = true, names }
}

// WithLatency lets events wait for up to so long before they are delivered, while more of them come: 5 ms without it. What is read less
// often takes less from a busy machine. It is less than that where the buffer could not hold what may come meanwhile.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithLoaderEnv looks among the first 512 variables of the environment of each program for LD_PRELOAD and its like
// ([event.SignalLDPreload]), whether WithEnv records them or not. That takes 200 to 400 ns of each exec in the kernel,
// so it is not done unasked.
func WithLoaderEnv() Option { return func(c *config) { c.loaderEnv = true } }

// Terms select what is recorded: see [WithTerms].
type Terms = term.Terms

// Range is an interval of ids in [Terms].
type Range = term.Range

// Self in [Terms.Under] is the process that calls [Open], and with it all that it starts, also where it does not know its id
// in the initial pid namespace.
const Self = term.Self

// WithTerms records only that for which all terms hold. The kernel decides that at the start of each hook, before it spends
// anything else on it. What the terms do not hold for is counted ([Counts.Filtered]), and yields no event.
//
// The fork of any process is taken note of all the same, for it may be the ancestor of one that is wanted; with
// Terms.Under only of those below that process. What an ancestor for which the terms do not hold has executed is read from /proc
// when it is first needed, as long as that process is there.
func WithTerms(t Terms) Option { return func(c *config) { c.terms = t } }

// WithContainerNames has the first event of a container tell what the files of its runtime say of it: its name, image, labels and pod. It
// waits for them up to half a second, while the kernel's buffers take what comes. Without this option, no event waits: these are
// in the events that come after the files were read. crun run writes its files while the container begins, which can be too late.
func WithContainerNames() Option { return func(c *config) { c.awaitContainers = true } }

// WithBufferSize sets the size of the kernel's ring buffers, the main one and the reserve together,
// in bytes. It is rounded up to a power of two of at least 256 KiB.
func WithBufferSize(bytes int) Option { return func(c *config) { c.bufferSize = bytes } }

// WithoutSelf leaves out what the calling process itself does.
func WithoutSelf() Option { return func(c *config) { c.withoutSelf = true } }

// WithRawCopy writes a recording to w: the kernel's records as they are (but see [WithRedaction]), with what
// is needed to decode them. [OpenRecording] reads it. The session does not wait for w while it runs: up to 16 MiB
// wait to be written, and records for which there is no room are skipped, which the recording tells where
// it happened. [Tracer.Close] waits for w. The tracer does not close w.
func WithRawCopy(w io.Writer) Option { return func(c *config) { c.rawCopy = w } }

// WithLogger tells the tracer where to report what is no error but worth
// knowing. Without it nothing is reported.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }
