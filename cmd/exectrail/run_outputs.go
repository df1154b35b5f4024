package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/exectrail/exectrail/internal/gate"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/allow"
	"github.com/exectrail/exectrail/internal/lives/export"
	"github.com/exectrail/exectrail/internal/lives/report"
	"github.com/exectrail/exectrail/internal/lives/trail"
	"github.com/exectrail/exectrail/internal/timeline"
)

// output is a file that is written at the end of a run.
type output struct {
	flag  string
	file  *os.File
	write func(w io.Writer, told *report.Report) error
}

// createOutputs creates the files, for the user whom the command is for.
func (o *runOptions) createOutputs(user *gate.User, g *guard) (outputs, error) {
	var list outputs
	for _, out := range []struct {
		fileFlag
		write func(io.Writer, *report.Report) error
	}{
		{fileFlag{"report", o.report}, func(w io.Writer, told *report.Report) error {
			if filepath.Ext(o.report) == ".md" {
				return told.WriteMarkdown(w)
			}
			return told.WriteText(w, textWidth)
		}},
		{fileFlag{"timeline", o.timeline}, ofRun(timeline.Write)},
		{fileFlag{"trace", o.trace}, ofRun(export.WriteTrace)},
		{fileFlag{"folded", o.folded}, ofRun(func(w io.Writer, run *lives.Run) error {
			by := export.ByCPU
			if o.foldedBy.value == foldedByWall {
				by = export.ByWall
			}
			return export.WriteFolded(w, run, by)
		})},
		{fileFlag{"save", o.save}, ofRun(trail.Write)},
		{fileFlag{"learn", o.learn}, ofRun(func(w io.Writer, run *lives.Run) error {
			comment := "what ran below: " + string(lives.AppendCommand(nil, run.Command))
			if len(run.Command) == 0 {
				comment = "what ran while it was recorded"
			}
			return allow.Write(w, comment, allow.Learn(run, g.sums.before(run.Begin)))
		})},
	} {
		if out.path == "" {
			continue
		}
		f, err := createFor(user, out.path)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("create file for --%s: %w", out.flag, err), list.close())
		}
		list = append(list, output{out.flag, f, out.write})
	}
	return list, nil
}

func ofRun(write func(io.Writer, *lives.Run) error) func(io.Writer, *report.Report) error {
	return func(w io.Writer, told *report.Report) error { return write(w, told.Run) }
}

// createFor is createPrivate for a file of another user. One that is there keeps its owner, and until it is written what is in it.
func createFor(user *gate.User, path string) (*os.File, error) {
	if user == nil {
		return openPrivate(path, 0)
	}
	// What the user puts there meanwhile, such as a link to a file of root, is not the file that was created here.
	f, err := openPrivate(path, os.O_EXCL)
	if errors.Is(err, os.ErrExist) {
		return openPrivate(path, 0)
	}
	if err != nil {
		return nil, err
	}
	if err := f.Chown(int(user.UID), int(user.GID)); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

type outputs []output

// write writes and closes all of them. What fails keeps none of the others.
func (list outputs) write(told *report.Report) error {
	var errs []error
	for _, out := range list {
		err := empty(out.file)
		if err == nil {
			err = out.write(out.file, told)
		}
		if err = errors.Join(err, out.file.Close()); err != nil {
			errs = append(errs, fmt.Errorf("--%s: %w", out.flag, err))
		}
	}
	return errors.Join(errs...)
}

// empty leaves nothing of what was in a file. What is no file, such as a pipe, has nothing in it.
func empty(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Truncate(0)
}

func (list outputs) close() error {
	var errs []error
	for _, out := range list {
		errs = append(errs, out.file.Close())
	}
	return errors.Join(errs...)
}
