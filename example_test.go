package exectrail_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// Tells what this machine executes, and how it ends, until Ctrl-C. It needs
// the rights of root.
//
//nolint:testableexamples // it has no end, and what it prints depends on the machine
func Example() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	tracer, err := exectrail.Open(ctx, exectrail.WithExits())
	if err != nil {
		log.Fatal(err)
	}
	defer tracer.Close()

	for e, err := range tracer.Events(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		switch e := e.(type) {
		case *event.Exec:
			fmt.Printf("%d %s %q\n", e.PID, e.User, e.Args.Slice())
		case *event.Exit:
			fmt.Printf("%d exit %d after %s\n", e.Process.Key.PID, e.Status, e.Duration())
		case *event.Lost:
			fmt.Printf("%d events were lost\n", e.Count)
		}
	}
	fmt.Printf("%+v\n", tracer.Stats().Execs)
}

// Tells who started what, from a recording that was made on another machine.
func ExampleOpenRecording() {
	file, err := os.Open("testdata/demo.raw")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	tracer, err := exectrail.OpenRecording(file)
	if err != nil {
		log.Fatal(err)
	}
	defer tracer.Close()

	for e, err := range tracer.Events(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		exec, ok := e.(*event.Exec)
		if !ok || exec.User != "alice" {
			continue
		}
		line := []string{exec.Process.Name}
		for p := range exec.Process.Ancestors {
			line = append(line, p.Name)
		}
		fmt.Println(strings.Join(line, " < "))
	}
	fmt.Println(tracer.Stats().Execs.Lost(), "lost")
	// Output:
	// sh < session < init
	// grep < session < init
	// sh < session < init
	// printf < session < init
	// sh < session < init
	// ping < session < init
	// sh < session < init
	// 0 lost
}
