package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// bufferLayouts returns what the records of each buffer are: by --format, else by --type, else by what the object tells.
// Of a buffer that nothing is known of there is no layout.
func bufferLayouts(o *object.Object, buffers []string, opts *recordOptions) (map[string]*layout.Type, error) {
	if opts.output.value == formatHex && len(opts.formats)+len(opts.types) > 0 {
		return nil, &usageError{"--type and --format do not change a hex dump", "leave them out, or -o"}
	}
	formats, err := perBuffer("--format", opts.formats, buffers, func(text string) (*layout.Type, error) {
		l, err := layout.Parse(text, o.Spec().ByteOrder)
		if err != nil {
			return nil, &usageError{"--format: " + err.Error(), "such as --format 'u64 time, u32 pid, char comm[16], strings args'"}
		}
		return l, nil
	})
	if err != nil {
		return nil, err
	}
	types, err := perBuffer("--type", opts.types, buffers, func(name string) (*layout.Type, error) {
		l, err := o.StructLayout(name)
		if err != nil {
			return nil, &usageError{"--type: " + err.Error(), structsOf(o)}
		}
		return l, nil
	})
	if err != nil {
		return nil, err
	}
	layouts := map[string]*layout.Type{}
	for _, name := range buffers {
		l := formats[name]
		if l == nil {
			l = types[name]
		}
		if l == nil && opts.output.value != formatHex {
			if l, err = o.BufferLayout(name); err != nil {
				return nil, &usageError{err.Error(), "use --format, or -o hex"}
			}
		}
		layouts[name] = l
	}
	return layouts, nil
}

// perBuffer reads the values [BUFFER=]TEXT of a flag. One without a buffer is for all that are not named.
func perBuffer(flag string, values, buffers []string, read func(text string) (*layout.Type, error)) (map[string]*layout.Type, error) {
	found := map[string]*layout.Type{}
	var others *layout.Type
	for _, value := range values {
		buffer, text, named := strings.Cut(value, "=")
		if !named {
			text = value
		}
		l, err := read(strings.TrimSpace(text))
		switch {
		case err != nil:
			return nil, err
		case named && !slices.Contains(buffers, buffer):
			return nil, &usageError{fmt.Sprintf("%s: no buffer named %s", flag, quote(buffer)), buffersOf(buffers)}
		case named && found[buffer] != nil:
			return nil, &usageError{fmt.Sprintf("%s is given twice for the buffer %s", flag, buffer), "leave one out"}
		case named:
			found[buffer] = l
		case others != nil:
			return nil, &usageError{flag + " is given twice for all buffers", "write " + flag + " BUFFER=... for each; " + buffersOf(buffers)}
		default:
			others = l
		}
	}
	for _, name := range buffers {
		if found[name] == nil && others != nil {
			found[name] = others
		}
	}
	return found, nil
}

func buffersOf(buffers []string) string {
	if len(buffers) == 0 {
		return "the object has no buffers"
	}
	return "the object has " + listed(buffers)
}

func structsOf(o *object.Object) string {
	names := o.StructNames()
	if len(names) == 0 {
		return "use --format to say what a record is"
	}
	return "the object has " + listed(names)
}

// listed joins names for a message; of very many the first.
func listed(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
