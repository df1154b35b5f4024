package event

import (
	"math"
	"strconv"
)

// fieldOf returns the field that a column is.
func fieldOf(c *Column) *Field {
	more := columnFields[c.Name]
	f := &Field{
		Name: c.Name, Aliases: more.aliases, Type: c.Type, Actions: c.Actions, Meaning: c.Meaning, Example: more.example,
		part: more.part, Late: more.late,
	}
	if f.Example == "" {
		f.Example = c.Example
		if c.Type == TypeText {
			f.Example = strconv.Quote(c.Example)
		}
	}
	switch {
	case c.Type == TypeTime:
		f.number = func(e Event) (int64, bool) { return e.Header().Time.UnixNano(), true }
	case c.number != nil:
		f.number = func(e Event) (int64, bool) {
			n, ok := c.number(e)
			return int64(min(n, math.MaxInt64)), ok
		}
	case c.Name == "command":
		f.text = appendCommandLine
	case c.Name == "ancestors":
		f.Type = TypeProcesses
	default:
		f.text = c.text
	}
	return f
}

// appendCommandLine appends the arguments with spaces between them, or a sentence where there are none.
func appendCommandLine(dst []byte, e Event) []byte {
	start := len(dst)
	dst = appendCommand(dst, e)
	if a := attemptOf(e); a != nil && len(a.Args.Raw) > 0 {
		return appendSpaced(dst[:start], dst[start:])
	}
	return dst
}

// columnFields tells of a column what only filters need: its names in JSON, the part of a record that it is left out with, and
// an example where that of the table is not how one writes the value.
var columnFields = map[string]struct {
	aliases []string
	part    Parts
	example string
	late    bool
}{
	"time":        {aliases: []string{"@timestamp"}, example: `"2026-01-31T15:04:05Z"`},
	"pcomm":       {aliases: []string{"exectrail.caller.name"}},
	"pid":         {aliases: []string{"process.pid"}},
	"uid":         {aliases: []string{"process.real_user.id"}},
	"gid":         {aliases: []string{"process.real_group.id"}},
	"command":     {part: PartArgs},
	"tid":         {aliases: []string{"exectrail.caller.tid"}},
	"nspid":       {aliases: []string{"process.vpid"}},
	"comm":        {aliases: []string{"process.name"}},
	"args":        {aliases: []string{"process.args"}, part: PartArgs, example: `"-r"`},
	"entity":      {aliases: []string{"process.entity_id"}},
	"parent":      {aliases: []string{"process.parent.name"}},
	"pexe":        {aliases: []string{"process.parent.executable"}},
	"pargs":       {aliases: []string{"process.parent.args"}, example: `"-l"`},
	"ancestors":   {aliases: []string{"exectrail.ancestors"}, example: `{.name == "sshd"}`},
	"sid":         {aliases: []string{"process.session_leader.pid"}},
	"pgid":        {aliases: []string{"process.group_leader.pid"}},
	"euid":        {aliases: []string{"process.user.id"}},
	"suid":        {aliases: []string{"process.saved_user.id"}},
	"egid":        {aliases: []string{"process.group.id"}},
	"sgid":        {aliases: []string{"process.saved_group.id"}},
	"loginuid":    {aliases: []string{"exectrail.login_user.id"}},
	"session":     {aliases: []string{"exectrail.audit_session"}},
	"exe":         {aliases: []string{"process.executable"}, part: PartPaths},
	"file":        {aliases: []string{"exectrail.filename"}, part: PartPaths},
	"interpreter": {aliases: []string{"exectrail.interpreter"}, part: PartPaths},
	"cwd":         {aliases: []string{"process.working_directory"}, part: PartPaths},
	"device":      {aliases: []string{"exectrail.file.device"}},
	"inode":       {aliases: []string{"exectrail.file.inode"}},
	"links":       {aliases: []string{"exectrail.file.links"}},
	"tty":         {aliases: []string{"process.tty.name"}, part: PartDetails},
	"caps":        {aliases: []string{"exectrail.capabilities.effective"}, part: PartDetails},
	"permcaps":    {aliases: []string{"exectrail.capabilities.permitted"}, part: PartDetails},
	"cgroup":      {part: PartPaths},
	"cgroupid":    {aliases: []string{"exectrail.cgroup.id"}},
	"pidns":       {aliases: []string{"exectrail.namespaces.pid"}},
	"mntns":       {aliases: []string{"exectrail.namespaces.mount"}},
	"userns":      {aliases: []string{"exectrail.namespaces.user"}},
	"netns":       {aliases: []string{"exectrail.namespaces.net"}},
	"cgroupns":    {aliases: []string{"exectrail.namespaces.cgroup"}},
	"envc":        {aliases: []string{"exectrail.env.count"}},
	"missing":     {aliases: []string{"exectrail.args.missing_bytes"}},
	"env":         {aliases: []string{"process.env_vars"}, part: PartEnv, example: `"HOME=/root"`},
	"error":       {aliases: []string{"error.code"}},
	"reason":      {aliases: []string{"error.message"}},
	"call":        {aliases: []string{"exectrail.call.name"}, part: PartDetails},
	"dirfd":       {part: PartDetails},
	"duration":    {aliases: []string{"event.duration"}},
	"usertime":    {aliases: []string{"exectrail.cpu.user_ns"}},
	"systime":     {aliases: []string{"exectrail.cpu.system_ns"}},
	"maxrss":      {aliases: []string{"exectrail.max_rss_bytes"}},
	"minflt":      {aliases: []string{"exectrail.faults.minor"}},
	"majflt":      {aliases: []string{"exectrail.faults.major"}},
	"readbytes":   {aliases: []string{"exectrail.io.read_bytes"}},
	"writebytes":  {aliases: []string{"exectrail.io.write_bytes"}},
	"nvcsw":       {aliases: []string{"exectrail.context_switches.voluntary"}},
	"nivcsw":      {aliases: []string{"exectrail.context_switches.involuntary"}},
	"action":      {aliases: []string{"event.action"}},
	"seq":         {aliases: []string{"event.sequence"}},
	"cpu":         {aliases: []string{"exectrail.hook.cpu"}},
	"signals":     {aliases: []string{"exectrail.signals"}, example: `"piped-script"`},
	"container":   {late: true},
	"pod":         {late: true},
	"image":       {late: true},
	"redacted":    {aliases: []string{"exectrail.redacted"}},
	"lost":        {aliases: []string{"exectrail.lost.count"}},
	"cause":       {aliases: []string{"exectrail.lost.cause"}},
}
