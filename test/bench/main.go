// Command bench measures what exectrail costs and what it sees, beside the
// execsnoop of libbpf-tools and that of bpftrace, in one run. It needs root and
// a C compiler.
//
//	go run ./test/bench -o docs/benchmarks.md
//
// It prints the document, and says on stderr what it is doing.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	output := flag.String("o", "", "also write the document to `file`")
	quick := flag.Bool("quick", false, "measure little: the figures only show that it works")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *output, *quick)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, output string, quick bool) (err error) {
	if os.Geteuid() != 0 {
		return errors.New("only root may trace the machine; run it with sudo")
	}
	if err := provideTracing(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "exectrail-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	b := &bench{dir: dir, size: fullSize, log: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}}
	if quick {
		b.size = quickSize
	}
	r, err := b.measure(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		return err
	}
	var document bytes.Buffer
	r.write(&document)
	if output != "" {
		if err := os.WriteFile(output, document.Bytes(), 0o644); err != nil {
			return err
		}
	}
	_, err = os.Stdout.Write(document.Bytes())
	return err
}
