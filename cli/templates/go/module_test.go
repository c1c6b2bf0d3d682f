package main

import (
	"testing"

	"sclera/hook"
	"sclera/mock"
)

func TestANewIOCIsTagged(t *testing.T) {
	host := mock.Host{Config: map[string]any{"tag": "seen"}}

	answer, err := host.Handle(&module, mock.Event{
		Hook:    hook.PreloadIOCCreate,
		Payload: `[{"ioc_value": "evil.example", "ioc_tags": "c2"}]`,
	})

	if err != nil {
		t.Fatal(err)
	}
	replacement, _ := answer.ReplacementJSON()
	if want := `[{"ioc_value":"evil.example","ioc_tags":"c2,seen"}]`; replacement != want {
		t.Errorf("the payload became %s, not %s", replacement, want)
	}
}

func TestAnIOCWithoutAValueIsRefused(t *testing.T) {
	host := mock.Host{}

	answer, err := host.Handle(&module, mock.Event{
		Hook:    hook.PreloadIOCCreate,
		Payload: `[{"ioc_value": ""}]`,
	})

	if err != nil {
		t.Fatal(err)
	}
	if answer.Rejection == nil || answer.Rejection.Pointer != "/0/ioc_value" {
		t.Errorf("it was not refused: %+v", answer)
	}
}
