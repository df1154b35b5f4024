package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// account is what a summary tells of one kind of event.
type account struct {
	Seen, Recorded *uint64
	Lost           map[string]uint64
}

// checkSummary finds that the books balance in what the run said at its end.
func (r *tracerRun) checkSummary() error {
	accounts, err := parseSummary(r.said.Bytes())
	if err != nil {
		return err
	}
	for kind, a := range accounts {
		sum := *a.Recorded
		for _, n := range a.Lost {
			sum += n
		}
		if *a.Seen != sum {
			return fmt.Errorf("the summary does not add up: %d %s seen, %d recorded, lost %v", *a.Seen, kind, *a.Recorded, a.Lost)
		}
	}
	return nil
}

// parseSummary returns the accounts in the summary among the messages, by the kind of event.
func parseSummary(messages []byte) (map[string]account, error) {
	for line := range bytes.Lines(messages) {
		var message struct {
			Exectrail struct{ Summary map[string]json.RawMessage }
		}
		if err := json.Unmarshal(line, &message); err != nil {
			return nil, fmt.Errorf("parse a message: %w", err)
		}
		accounts := map[string]account{}
		for kind, text := range message.Exectrail.Summary {
			var a account
			// The summary has other fields, too.
			if json.Unmarshal(text, &a) == nil && a.Seen != nil && a.Recorded != nil {
				accounts[kind] = a
			}
		}
		if len(accounts) > 0 {
			return accounts, nil
		}
	}
	return nil, errors.New("exectrail ended without a summary")
}
