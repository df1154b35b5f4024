package ecs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/sinktest"
)

// eachLeaf calls visit with the path of each value below v that is no object. Arrays are not part of a path.
func eachLeaf(path string, v any, visit func(path string, value any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			eachLeaf(strings.TrimPrefix(path+"."+name, "."), member, visit)
		}
	case []any:
		for _, item := range v {
			eachLeaf(path, item, visit)
		}
		if len(v) == 0 {
			visit(path, "")
		}
	default:
		visit(path, v)
	}
}

func TestFieldsAreWhatIsWritten(t *testing.T) {
	fields := map[string]ecs.Field{}
	for _, f := range ecs.Fields() {
		if _, twice := fields[f.Name]; twice {
			t.Errorf("%s is listed twice", f.Name)
		}
		fields[f.Name] = f
	}
	type use struct {
		name   string
		action event.Action
	}
	written := map[use]bool{}
	for _, e := range sinktest.Events() {
		eachLeaf("", decode(t, e), func(path string, value any) {
			name, bytes := strings.CutSuffix(path, "_bytes")
			if _, own := fields[path]; own {
				name, bytes = path, false // such as missing_bytes
			}
			if label, ok := strings.CutPrefix(path, "container.labels."); ok && label != "" {
				name, bytes = "container.labels", false // by names that users chose
			}
			f, known := fields[name]
			switch {
			case !known:
				t.Errorf("%s: %s is not in the list", e.Action(), path)
				return
			case !slices.Contains(f.Actions, e.Action()):
				t.Errorf("%s: %s is not listed for this kind of event", e.Action(), path)
			case bytes && !f.Bytes:
				t.Errorf("%s: %s is written, but not listed", e.Action(), path)
			}
			written[use{name, e.Action()}] = true
			checkType(t, f, value)
		})
	}
	for _, f := range fields {
		for _, a := range f.Actions {
			if !written[use{f.Name, a}] {
				t.Errorf("%s: %s is listed, but no sample has it", a, f.Name)
			}
		}
	}
}

func checkType(t *testing.T, f ecs.Field, value any) {
	t.Helper()
	ok := false
	switch value := value.(type) {
	case float64:
		ok = f.Type == "long"
	case bool:
		ok = f.Type == "boolean"
	case string:
		ok = f.Type == "keyword" || f.Type == "wildcard" || f.Type == "match_only_text" || f.Type == "object" || f.Type == "date" && strings.HasSuffix(value, "Z")
	}
	if !ok {
		t.Errorf("%s is %v, which is no %s", f.Name, value, f.Type)
	}
}

func TestReference(t *testing.T) {
	var doc []byte
	doc = append(doc, `# Events

<!-- Made from the sources: go test ./sink/ecs -update -->

exectrail tells six kinds of event: a program began to run (`+"`exec`"+`) or could not
(`+"`exec-failed`"+`), a process was created (`+"`fork`"+`) or ended (`+"`exit`"+`), events are missing here
(`+"`lost`"+`), and the wall clock was set (`+"`clock`"+`).

## Columns

For `+"`--columns`"+`, and as `+"`{{.name}}`"+` in templates. In tables, text is escaped so that
nothing but printable characters reaches the terminal, and arguments are quoted
so that they can be pasted into a shell. Durations and times are shown shortened.

`...)
	doc = event.AppendColumnReference(doc)
	doc = append(doc, `
## JSON

One object a line, by the names of the Elastic Common Schema `+ecs.Version+`; what it has no
name for stands below `+"`exectrail`"+`. A field without a value is left out.

When an exec failed, `+"`process`"+` is the caller, which goes on to run `+"`process.executable`"+`. But
`+"`process.args`, `args_count` and `command_line`"+` are those that it passed to the call; its own stand in
`+"`process.previous`"+`.

Text is exact when it is UTF-8. Of text that is not, the field shows the stray
bytes as `+"`\\xff`"+`, and a second field with `+"`_bytes`"+` at the end of its name holds the
exact bytes in base64: for `+"`process.args`"+` and `+"`process.env_vars`"+` an array of all of them.
There is a second field if and only if the text is not exact. Fields that can have
one are marked with +.

`...)
	doc = ecs.AppendFieldReference(doc)
	doc = append(doc, `
## Signals

What is out of the ordinary with a program that began to run: `+"`exectrail.signals`"+` and the column `+"`signals`"+`. Each is
a hint and no verdict, as there are good reasons for all of them. They are told by what the kernel knows of the new
program before its first instruction, and by its arguments. Where these were not recorded (see *Degraded events*), the signals that
follow from them are not there: skeletons have none but deleted, upper-layer, privileges-raised and ld-preload.

`...)
	doc = event.AppendSignalReference(doc)
	doc = append(doc, `
## Filters

`+"`--filter`"+` takes an expression over these names; `+"`exectrail help filters`"+` tells how it is written, and `+"`exectrail fields`"+`
lists the same. A field that an event does not have makes the comparison false in which it stands.

`...)
	doc = event.AppendFieldReference(doc)
	doc = append(doc, `
## Degraded events

When execs come faster than they are read and the buffer is short of room, they are recorded with less before any of
them is lost. `+"`exectrail.degraded`"+` and the column `+"`degraded`"+` tell what was left out, in this order. Fields of
these parts are left out, and cells are empty:

`...)
	doc = event.AppendPartReference(doc)
	doc = append(doc, `
What can be read from /proc, as the process still runs, is filled in: the arguments, the executable and the working
directory. Then `+"`exectrail.filled_in`"+` names the part too. That is weaker evidence than a record of the kernel, since it
is what the process showed of itself a moment later.

## Redaction

Secrets are replaced by `+"`[redacted]`"+` before anything else sees an event: in `+"`process.args`"+`, in what is told
of the parent, the ancestors and the previous program, in `+"`process.env_vars`"+`, and in the file name and the reason of
a failed exec, which can be a whole command by mistake. `+"`exectrail.redacted`"+` and the column `+"`redacted`"+` count
those of the event itself. Lengths are those of what stands in the place of a secret. Paths of programs and directories stay
as they are.

A secret is what follows a flag or stands under a name such as `+"`--password`, `DB_TOKEN` or `client_secret`"+`; what
programs such as curl, mysql, docker and openssl take by flags of their own; a password in an address or an HTTP header; a
token that has the shape of a well-known service; a private key. It is also looked for in the command of `+"`sh -c`"+`. Where
bytes are missing in the middle, the first word behind them can be the end of a secret, and is replaced. What only stands
for a secret is left, such as `+"`$PASSWORD`"+` or the path of a file. No list is complete: `+"`--redact-pattern`"+`
adds to it.

In a recording, secrets are overwritten in their place, so that only their length stays. A recording made with
`+"`--redact=off`"+` holds them all.

## Causes of failure

The kernel gives an error for an exec that failed, which has several causes each. Which one it was
is checked a moment later, where the kernel does not say. These are the keywords in
`+"`exectrail.failure.cause`"+`, and the sentences in `+"`error.message`"+` and the column `+"`reason`"+`.

`...)
	doc = event.AppendCauseReference(doc)
	sinktest.Golden(t, "../../docs/events.md", doc)
}
