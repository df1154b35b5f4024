package builds

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// ErrNoApt is the error where there is no apt to fetch with.
var ErrNoApt = errors.New("there is no apt-get, which the source is fetched with")

// Fetch returns the archive with the source of the project as its authors released it. It is fetched once, from where apt gets its packages,
// checked by apt against the signed index there, and kept in the user's cache directory. apt's own lists stay as they are.
func Fetch(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "exectrail", "sources")
	if archive, err := archiveIn(dir); err == nil {
		return archive, nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "", ErrNoApt
	}
	tmp, err := os.MkdirTemp("", "exectrail-source-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	archive, err := download(ctx, tmp)
	if err != nil {
		return "", fmt.Errorf("fetch the source of %s, once, into %s: %w", Package, dir, err)
	}
	return keep(archive, dir)
}

// archiveIn finds the archive by its name in Debian, which has the version in it.
func archiveIn(dir string) (string, error) {
	list, err := filepath.Glob(filepath.Join(dir, Package+"_*.orig.tar.*z*"))
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", fmt.Errorf("no source of %s in %s", Package, dir)
	}
	return list[len(list)-1], nil
}

// download makes apt download into tmp what it calls the source, with lists of sources of its own.
func download(ctx context.Context, tmp string) (string, error) {
	var (
		parts    = filepath.Join(tmp, "sources.list.d")
		lists    = filepath.Join(tmp, "lists")
		archives = filepath.Join(tmp, "archives")
		options  = []string{
			"-q", "-o", "Dir::Etc::sourcelist=/dev/null", "-o", "Dir::Etc::sourceparts=" + parts,
			"-o", "Dir::State::lists=" + lists, "-o", "Dir::Cache=" + tmp,
			"-o", "Acquire::Languages=none", "-o", "Acquire::AllowInsecureRepositories=false", "-o", "APT::Get::AllowUnauthenticated=false",
		}
	)
	for _, dir := range []string{parts, filepath.Join(lists, "partial"), archives} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
	}
	if err := writeSources(ctx, parts); err != nil {
		return "", err
	}
	if err := giveToApt(tmp, archives); err != nil {
		return "", err
	}
	if err := apt(ctx, "", append(options, "update")); err != nil {
		return "", err
	}
	if err := apt(ctx, archives, append(options, "source", "--download-only", "--only-source", "--tar-only", Package)); err != nil {
		return "", err
	}
	return archiveIn(archives)
}

func apt(ctx context.Context, dir string, args []string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", args[len(args)-1], err, out)
	}
	return nil
}

// giveToApt lets apt fetch as the user that it takes when root runs it.
func giveToApt(tmp, archives string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	u, err := user.Lookup("_apt")
	if err != nil {
		return nil //nolint:nilerr // an apt without a user of its own fetches as root
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	return os.Chown(archives, uid, -1)
}

// keep moves the archive into dir in one step: one that is there is complete.
func keep(archive, dir string) (string, error) {
	content, err := os.ReadFile(archive)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "new-")
	if err != nil {
		return "", err
	}
	kept := filepath.Join(dir, filepath.Base(archive))
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), kept)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return kept, nil
}
