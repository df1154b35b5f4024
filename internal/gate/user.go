package gate

import (
	"errors"
	"fmt"
	"os/user"
	"strconv"
)

// User is whom a command runs as.
type User struct {
	UID, GID uint32
	Groups   []uint32 // all that the user is in
	Name     string   // empty when no file tells
	Home     string   // the same
}

// ErrNoUser is the error for a user whom /etc/passwd does not have.
var ErrNoUser = errors.New("no such user in /etc/passwd")

// LookupUser returns a user by name or id, as /etc/passwd and /etc/group have it.
func LookupUser(nameOrID string) (*User, error) {
	entry, err := user.Lookup(nameOrID)
	if _, notNumber := strconv.ParseUint(nameOrID, 10, 32); err != nil && notNumber == nil {
		entry, err = user.LookupId(nameOrID)
	}
	var noName user.UnknownUserError
	var noID user.UnknownUserIdError
	switch {
	case errors.As(err, &noName), errors.As(err, &noID):
		return nil, ErrNoUser
	case err != nil:
		return nil, fmt.Errorf("look up user: %w", err)
	}
	u := &User{Name: entry.Username, Home: entry.HomeDir}
	if u.UID, err = parseID(entry.Uid); err != nil {
		return nil, err
	}
	if u.GID, err = parseID(entry.Gid); err != nil {
		return nil, err
	}
	groups, err := entry.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("look up groups of %s: %w", entry.Username, err)
	}
	for _, text := range groups {
		id, err := parseID(text)
		if err != nil {
			return nil, err
		}
		u.Groups = append(u.Groups, id)
	}
	return u, nil
}

// SudoUser returns who called sudo(8), by the variables that it sets; nil when it was nobody but root. One whom only a
// directory service knows has no groups but the first.
func SudoUser(getenv func(string) string) (*User, error) {
	text := getenv("SUDO_UID")
	if text == "" || text == "0" {
		return nil, nil
	}
	u, err := LookupUser(text)
	if !errors.Is(err, ErrNoUser) {
		return u, err
	}
	u = &User{Name: getenv("SUDO_USER")}
	if u.UID, err = parseID(text); err != nil {
		return nil, fmt.Errorf("SUDO_UID: %w", err)
	}
	if u.GID, err = parseID(getenv("SUDO_GID")); err != nil {
		return nil, fmt.Errorf("SUDO_GID: %w", err)
	}
	u.Groups = []uint32{u.GID}
	return u, nil
}

func parseID(text string) (uint32, error) {
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no id", text)
	}
	return uint32(id), nil
}
