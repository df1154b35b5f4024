package event

// Names are the names of the ids in [Credentials], as the machine's user and
// group databases tell them. Empty when a name is not known. Strings never
// change and may be kept.
type Names struct {
	User, EffectiveUser, SavedUser    string
	Group, EffectiveGroup, SavedGroup string
	LoginUser                         string
}
