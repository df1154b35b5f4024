package trail

import (
	"encoding/json"
	"unicode/utf8"
)

// text is any bytes. JSON has strings of UTF-8 only, and others must come back as they were.
type text string

// encoded is how text is written that is not UTF-8.
type encoded struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(encoded{[]byte(t)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var e encoded
		if err := json.Unmarshal(b, &e); err != nil {
			return err
		}
		*t = text(e.Base64)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

func texts(list []string) []text {
	if len(list) == 0 {
		return nil
	}
	t := make([]text, len(list))
	for i, s := range list {
		t[i] = text(s)
	}
	return t
}

func plain(list []text) []string {
	if len(list) == 0 {
		return nil
	}
	s := make([]string, len(list))
	for i, t := range list {
		s[i] = string(t)
	}
	return s
}
