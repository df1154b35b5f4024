package filter

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

// The example of each field is one that can be written.
func TestExamplesCompile(t *testing.T) {
	for _, f := range event.Fields() {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			mustCompile(t, exampleOf(name, f.Type, f.Example))
		}
	}
	for _, f := range event.ProcessFields() {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			mustCompile(t, "ancestors any {"+exampleOf("."+name, f.Type, f.Example)+"}")
		}
	}
}

func exampleOf(name string, t event.ColumnType, example string) string {
	switch t {
	case event.TypeList:
		return example + " in " + name
	case event.TypeProcesses:
		return name + " any " + example
	}
	return name + " == " + example
}
