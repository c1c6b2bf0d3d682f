package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"sclera"
	"sclera/mock"
)

type testCase struct {
	Name    string
	Hook    string
	Config  map[string]any
	Payload json.RawMessage
	Expect  struct {
		Outcome string
		Payload json.RawMessage
		Reason  string
		Pointer string
		Actions json.RawMessage
		Logs    []string
	}
}

// The table that all languages share, natively; `sclera test` runs it with the module as it was built.
func TestTheSharedTableHolds(t *testing.T) {
	text, err := os.ReadFile("../cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Defaults struct{ Hook string }
		Case     []testCase
	}
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	for _, test := range table.Case {
		t.Run(test.Name, func(t *testing.T) {
			if test.Hook == "" {
				test.Hook = table.Defaults.Hook
			}
			host := mock.Host{Config: test.Config}
			answer, err := host.Handle(&module, mock.Event{Hook: test.Hook, Payload: string(test.Payload)})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, test, answer, host.Logs)
		})
	}
}

func compare(t *testing.T, test testCase, answer sclera.Answer, logs []sclera.LogLine) {
	outcome, payload := "unchanged", ""
	switch {
	case answer.Rejection != nil:
		outcome = "reject"
		if answer.Rejection.Reason != test.Expect.Reason || answer.Rejection.Pointer != test.Expect.Pointer {
			t.Errorf("got %q at %s,\nnot %q at %s",
				answer.Rejection.Reason, answer.Rejection.Pointer, test.Expect.Reason, test.Expect.Pointer)
		}
	case answer.IsReplacement():
		outcome = "replace"
		payload, _ = answer.ReplacementJSON()
	}
	if outcome != test.Expect.Outcome {
		t.Errorf("the outcome is %s, not %s", outcome, test.Expect.Outcome)
	}
	if !reflect.DeepEqual(read(t, payload), read(t, string(test.Expect.Payload))) {
		t.Errorf("got %s,\nnot %s", payload, test.Expect.Payload)
	}
	var actions []string
	for _, action := range answer.Actions {
		actions = append(actions, fmt.Sprintf(`{"update":%q,"target":%q,"change":%s}`, action.Object, action.Target, action.Change()))
	}
	if outcome != "reject" {
		got, want := "["+strings.Join(actions, ",")+"]", string(test.Expect.Actions)
		if want == "" {
			want = "[]"
		}
		if !reflect.DeepEqual(read(t, got), read(t, want)) {
			t.Errorf("the actions are %s,\nnot %s", got, want)
		}
	}
	for index, want := range test.Expect.Logs {
		// "warn: the line", or a part of one.
		if index >= len(logs) || !strings.Contains(strings.ToLower(logs[index].Level.String())+": "+logs[index].Message, want) {
			t.Errorf("the log has no %q: %v", want, logs)
		}
	}
}

func read(t *testing.T, text string) (value any) {
	if text == "" {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
