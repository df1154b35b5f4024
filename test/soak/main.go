// Command soak runs exectrail under random trouble, and finds every process that it caused accounted for in the end:
//
//	go run ./test/soak -minutes 30 [-seed 123 [-round 4]]
//
// It prints its seed first. The plan of a round follows from the seed and the number of the round alone. A round takes
// some seconds: exectrail traces, scenarios run (floods, huge arguments, fork bombs, daemons, failed execs), and meanwhile
// it is stopped for a while, or killed and started anew. Then every process that the spawners logged is looked for in what
// exectrail wrote. Nothing that a round made is there after it: no file, process, cgroup or pin.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var o options
	minutes := flag.Float64("minutes", 3, "begin no round after so many `minutes`")
	seed := flag.String("seed", "", "repeat what was done with this `number`; a random one if it is empty")
	flag.IntVar(&o.first, "round", 1, "begin with the round of this `number`")
	flag.BoolVar(&o.pins, "pins", true, "pin sessions, kill exectrail and start it anew while it should trace")
	flag.BoolVar(&o.keep, "keep", false, "leave the files of a round that failed, and say where they are")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	o.span = time.Duration(*minutes * float64(time.Minute))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *seed, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, seed string, o options) error {
	if os.Geteuid() != 0 {
		return errors.New("only root may trace the machine; run it with sudo")
	}
	// The number that the kernel gives the first pid namespace at build time (PROC_PID_INIT_INO).
	if link, err := os.Readlink("/proc/self/ns/pid"); err != nil || link != "pid:[4026531836]" {
		return errors.New("process ids are compared with those of the kernel; run it outside of containers")
	}
	if err := enterPrivate(); err != nil {
		return err
	}
	var err error
	if o.seed, err = parseSeed(seed); err != nil {
		return err
	}
	fmt.Printf("seed %d (make soak SEED=%d does the same again)\n", o.seed, o.seed)
	err = soak(ctx, o)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}
