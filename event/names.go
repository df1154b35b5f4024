package event

// Names are the names of the ids in [Credentials]: by the user and group databases of the machine, or by
// those of the container where the process has another root directory. That
// of LoginUID is by the machine's, always. Empty when a name is not known. Strings never
// change and may be kept.
type Names struct {
	User, EffectiveUser, SavedUser    string
	Group, EffectiveGroup, SavedGroup string
	LoginUser                         string
}
