package sclera_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sclera"
	"sclera/hook"
	"sclera/mock"
)

// edit runs one function over the objects of a preload.
func edit(t *testing.T, payload string, change func(sclera.IOC) error) sclera.Answer {
	t.Helper()
	module := sclera.Module[struct{}]{
		Handle: func(event *sclera.Event, _ struct{}) (sclera.Answer, error) { return sclera.Edit(event, change) },
	}
	answer, err := (&mock.Host{}).Handle(&module, mock.Event{Hook: hook.PreloadIOCCreate, Payload: payload})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWhateverAClientSendsSurvivesAView(t *testing.T) {
	objects := []string{
		`{}`,
		`{"ioc_value":null,"ioc_type_id":"20","ioc_tags":["a"],"custom_attributes":"none"}`,
		`{"z":1,"a":2,"ioc_value":"","":{"":[]},"__proto__":3}`,
		`{"big":18446744073709551615,"small":-9223372036854775808,"float":1.0,"tiny":5e-324,"exp":1E+2}`,
		`{"text":"\ud83d\ude00 \u0000 \u202e <b>&\u2028","k\u0065y":"\"}{]["}`,
		`{"custom_attributes":{"tab":{"field":{"type":"html","value":"<b>","mandatory":false,"x":1}}}}`,
	}
	for _, object := range objects {
		answer := edit(t, "["+object+", {}]", func(ioc sclera.IOC) error { ioc.IOCDescription().Set("new"); return nil })
		got, err := answer.ReplacementJSON()
		if err != nil {
			t.Fatal(err)
		}
		want := `[` + strings.TrimSuffix(object, "}") + `,"ioc_description":"new"},{"ioc_description":"new"}]`
		want = strings.Replace(want, "{,", "{", 1)
		// A key is written as it is read.
		want = strings.Replace(want, `k\u0065y`, "key", 1)
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWhatIsNotChangedIsUnchanged(t *testing.T) {
	answer := edit(t, `[ {"ioc_tags": " a ,, b,", "ioc_value": "x"} ]`, func(ioc sclera.IOC) error {
		ioc.IOCTags().Add("a")
		ioc.IOCTags().RemoveTag("z")
		ioc.IOCValue().Set("x")
		return nil
	})
	if answer.IsReplacement() {
		t.Error("nothing was changed, and it is a replacement")
	}
}

func TestAReplacementIsCompact(t *testing.T) {
	answer := edit(t, "[ {\"a\" : [1 ,\n 2], \"ioc_value\": \"<x>\"} ]", func(ioc sclera.IOC) error { ioc.IOCTags().Add("é"); return nil })
	got, _ := answer.ReplacementJSON()
	if want := `[{"a":[1,2],"ioc_value":"<x>","ioc_tags":"é"}]`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestFieldsReadWhatIsThere(t *testing.T) {
	object, err := sclera.ParseObject(`{"ioc_type_id": " 113 ", "ioc_tlp_id": 5, "ioc_value": 7, "ioc_misp": null, "user_id": 20.5,
		"ioc_type": {"type_name": "url"}, "ioc_tags": "a, b", "ioc_id": "4",
		"custom_attributes": {"Tab": {"Field": {"type": "html", "value": "v"}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	ioc := sclera.IOC{Object: object}
	if kind, ok := ioc.Kind(); kind != sclera.IOCTypeSHA256 || !ok {
		t.Errorf("the kind is %v", kind)
	}
	if label, ok := ioc.IOCTLPID().Get(); label != sclera.TLPAmberStrict || !ok {
		t.Errorf("the label is %v", label)
	}
	if _, ok := ioc.IOCValue().Get(); ok {
		t.Error("a number is no text")
	}
	if _, ok := ioc.UserID().Get(); ok {
		t.Error("20.5 is no id")
	}
	if !ioc.IOCMISP().IsBlank() || ioc.IOCMISP().IsAbsent() || !ioc.IOCUUID().IsAbsent() {
		t.Error("null is blank and there; what is not there is absent")
	}
	if id, ok := ioc.ObjectID(); id != 4 || !ok {
		t.Errorf("the id is %d", id)
	}
	if !slices.Equal(ioc.IOCTags().Get(), []string{"a", "b"}) {
		t.Errorf("the tags are %v", ioc.IOCTags().Get())
	}
	ioc.CustomAttributes().Set("Tab", "Field", "w")
	ioc.CustomAttributes().Set("New", "Score", 7)
	want := `{"Tab":{"Field":{"type":"html","value":"w"}},"New":{"Score":{"type":"input_string","value":7}}}`
	if raw := ioc.CustomAttributes().Raw(); string(raw) != want {
		t.Errorf("the attributes are %s", raw)
	}
}

func TestTheKindOfAnIOCIsKnownByIDAndElseByName(t *testing.T) {
	for text, want := range map[string]sclera.IOCType{
		`{"ioc_type_id": 113}`: sclera.IOCTypeSHA256,
		`{"ioc_type_id": 9000, "ioc_type": {"type_name": "sha256"}}`: sclera.IOCTypeSHA256,
		`{"ioc_type_id": 113, "ioc_type": {"type_name": "url"}}`:     sclera.IOCTypeSHA256,
		`{"ioc_type_id": 1}`: 0,
		`{}`:                 0,
	} {
		object, _ := sclera.ParseObject(text)
		if kind, _ := (sclera.IOC{Object: object}).Kind(); kind != want {
			t.Errorf("%s is of the kind %v", text, kind)
		}
	}
}

type settings struct {
	Token    string            `json:"token"`
	Prefix   *string           `json:"prefix"`
	Limit    int               `json:"limit"`
	Enabled  bool              `json:"enabled"`
	Names    []string          `json:"names"`
	Headers  map[string]string `json:"headers"`
	MaxTLP   sclera.TLP        `json:"max_tlp"`
	Anything any               `json:"anything"`
}

func configured(config map[string]any) (read settings, err error) {
	module := sclera.Module[settings]{
		Defaults: settings{Enabled: true, Limit: 5},
		Handle: func(_ *sclera.Event, config settings) (sclera.Answer, error) {
			read = config
			return sclera.Answer{}, nil
		},
	}
	_, err = (&mock.Host{Config: config}).Handle(&module, mock.Event{Hook: hook.PostloadIOCCreate, Payload: `[]`})
	return read, err
}

func TestAConfigurationIsReadByTheTypeOfItsFields(t *testing.T) {
	for _, text := range []string{"s3cret", "007", "true", "null", "{}", `"quoted"`, "", " "} {
		read, err := configured(map[string]any{"token": text, "prefix": text})
		if err != nil || read.Token != text || *read.Prefix != text {
			t.Errorf("%q became %+v, %v", text, read, err)
		}
	}
	read, err := configured(map[string]any{
		"limit": 12, "names": []string{"a"}, "headers": map[string]string{"x": "1"}, "max_tlp": "amber+strict",
		"anything": "[1", "more": "is fine",
	})
	if err != nil || read.Limit != 12 || !read.Enabled || read.Names[0] != "a" || read.Headers["x"] != "1" ||
		read.MaxTLP != sclera.TLPAmberStrict || read.Anything != "[1" || read.Prefix != nil {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestAConfigurationThatDoesNotFitNamesItsKey(t *testing.T) {
	for _, config := range []map[string]any{{"limit": "many"}, {"enabled": "yes"}, {"max_tlp": "plaid"}} {
		_, err := configured(config)
		var known *sclera.Error
		if !errors.As(err, &known) || known.Code != sclera.CodeInvalidConfiguration {
			t.Fatalf("%v gave %v", config, err)
		}
		for key := range config {
			if !strings.HasPrefix(known.Message, "the configuration key `"+key+"` does not fit: ") {
				t.Errorf("%s", known.Message)
			}
		}
	}
}

// handle runs a handler.
func handle(host *mock.Host, event mock.Event, handler func(*sclera.Event) (sclera.Answer, error)) (sclera.Answer, error) {
	module := sclera.Module[struct{}]{
		Handle: func(event *sclera.Event, _ struct{}) (sclera.Answer, error) { return handler(event) },
	}
	return host.Handle(&module, event)
}

func TestErrorsKeepTheirCode(t *testing.T) {
	upstream := sclera.Errorf("upstream-unavailable", "no answer").Retry()
	cases := map[string]struct {
		err  error
		want sclera.Error
	}{
		"plain":   {io.EOF, sclera.Error{Code: "module-error", Message: "EOF"}},
		"own":     {upstream, sclera.Error{Code: "upstream-unavailable", Message: "no answer", Retryable: true}},
		"wrapped": {fmt.Errorf("asking: %w", upstream), sclera.Error{Code: "upstream-unavailable", Message: "asking: no answer (upstream-unavailable)", Retryable: true}},
	}
	for name, test := range cases {
		_, err := handle(&mock.Host{}, mock.Event{Hook: hook.PostloadIOCCreate, Payload: `[]`},
			func(*sclera.Event) (sclera.Answer, error) { return sclera.Answer{}, test.err })
		var got *sclera.Error
		if !errors.As(err, &got) || *got != test.want {
			t.Errorf("%s: %+v", name, err)
		}
	}
}

func TestAPanicIsAnErrorWithItsStackInTheLog(t *testing.T) {
	host := &mock.Host{}
	_, err := handle(host, mock.Event{Hook: hook.PostloadIOCCreate, Payload: `[]`},
		func(*sclera.Event) (sclera.Answer, error) { panic("oh no") })
	var known *sclera.Error
	if !errors.As(err, &known) || known.Code != "uncaught" || known.Message != "the module panicked: oh no" {
		t.Errorf("%+v", err)
	}
	if len(host.Logs) < 2 || host.Logs[0] != (sclera.LogLine{Level: sclera.LevelCritical, Message: "panic: oh no"}) ||
		!strings.Contains(host.Logs[1].Message, "sclera_test.go:") {
		t.Errorf("%+v", host.Logs)
	}
}

func TestARejectionCanBeReturnedAsAnError(t *testing.T) {
	answer := edit(t, `[{}, {"ioc_value": ""}]`, func(ioc sclera.IOC) error {
		if ioc.IOCValue().IsAbsent() {
			return nil
		}
		return fmt.Errorf("checking: %w", sclera.Refuse("it is empty").At("/ioc_value"))
	})
	if answer.Rejection == nil || *answer.Rejection != (sclera.Rejection{Reason: "it is empty", Pointer: "/1/ioc_value"}) {
		t.Errorf("%+v", answer)
	}
}

func TestWhatIsLoggedBecomesLines(t *testing.T) {
	host := &mock.Host{}
	_, err := handle(host, mock.Event{Hook: hook.PostloadIOCCreate, Payload: `[]`},
		func(*sclera.Event) (sclera.Answer, error) {
			slog.Info("asked", "url", "https://a.example", slog.Group("took", "ms", 3))
			slog.With("case", 4).WithGroup("g").Debug("deep", "level", "x")
			log.Print("the old way")
			return sclera.Answer{}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	want := []sclera.LogLine{
		{Level: slog.LevelInfo, Message: "asked url=https://a.example took.ms=3"},
		{Level: slog.LevelDebug, Message: "deep case=4 g.level=x"},
		{Level: slog.LevelInfo, Message: "the old way"},
	}
	if !slices.Equal(host.Logs, want) {
		t.Errorf("%+v", host.Logs)
	}
}

func TestActionsAreWhatTheContractSays(t *testing.T) {
	update := sclera.Update("ioc", 12).Set("ioc_description", "<b>").AddTag("a").RemoveTag("b").Comment("c").
		CustomAttribute("T", "F", 1).HTMLAttribute("T", "G", "<i>")
	want := `{"fields":{"ioc_description":"<b>"},"tags":{"add":["a"],"remove":["b"]},` +
		`"custom_attributes":{"T":{"F":{"type":"input_string","value":1},"G":{"type":"html","value":"<i>"}}},"comments":["c"]}`
	if update.Change() != want || update.Target != "12" {
		t.Errorf("%s", update.Change())
	}
	if change := sclera.Create("task").Set("task_title", "x").InCase(4).Change(); change != `{"fields":{"task_title":"x"},"case_id":4}` {
		t.Errorf("%s", change)
	}
	if change := sclera.Delete("ioc", "7").Change(); change != `{}` {
		t.Errorf("%s", change)
	}
}

func TestRegisteringFollowsTheRulesOfARealHost(t *testing.T) {
	register := func(register func(*sclera.Hooks) error) ([]sclera.Subscription, error) {
		module := sclera.Module[struct{}]{
			Description: sclera.Description{Name: "m"},
			Register:    func(hooks *sclera.Hooks, _ struct{}) error { return register(hooks) },
		}
		return (&mock.Host{}).Register(&module)
	}
	got, err := register(func(hooks *sclera.Hooks) error {
		return errors.Join(
			hooks.Subscribe(hook.PreloadIOCCreate, sclera.Priority(-1), sclera.OnFailure(sclera.AnyFault, sclera.RejectRequest)),
			hooks.Subscribe(hook.ManualTriggerIOC, sclera.Menu("Go"), sclera.Synchronous()),
			hooks.RegisterToHook(hook.ManualTriggerIOC, "", true),
			hooks.Subscribe(hook.PostloadIOCDelete),
			hooks.DeregisterFromHook(hook.PostloadIOCDelete),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Asynchronous || got[1].MenuName != "Go" || got[2].MenuName != "m::on_manual_trigger_ioc" {
		t.Errorf("%+v", got)
	}
	for code, ask := range map[string]func(*sclera.Hooks) error{
		"unknown-hook":      func(h *sclera.Hooks) error { return h.Subscribe("on_preload_ioc_creat") },
		"invalid-menu-name": func(h *sclera.Hooks) error { return h.Subscribe(hook.ManualTriggerIOC, sclera.Menu("a\nb")) },
		"invalid-failure-policy": func(h *sclera.Hooks) error {
			return h.Subscribe(hook.PreloadIOCCreate, sclera.OnFailure(sclera.Trap, sclera.Retry))
		},
	} {
		_, err := register(ask)
		var known *sclera.Error
		if !errors.As(err, &known) || known.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestAnAnswerThatAHostWouldNotTakeIsBadOutput(t *testing.T) {
	for name, answer := range map[string]sclera.Answer{
		"a replacement after the fact": sclera.Replace(sclera.NewObject()),
		"a rejection after the fact":   sclera.Reject("no"),
		"an update of nothing":         sclera.Unchanged().With(&sclera.Action{Operation: sclera.OperationUpdate, Object: "ioc"}),
	} {
		_, err := handle(&mock.Host{}, mock.Event{Hook: hook.PostloadIOCCreate, Payload: `{}`},
			func(*sclera.Event) (sclera.Answer, error) { return answer, nil })
		var known *sclera.Error
		if !errors.As(err, &known) || known.Code != "bad-output" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMetadataIsReadAndTheRestIsThere(t *testing.T) {
	event := mock.Event{
		Hook: hook.ManualTriggerIOC, Payload: `[{"ioc_id": 1}]`, MenuName: "Go",
		Metadata: map[string]any{"case_id": 42, "tlp": "RED", "customer": map[string]any{"id": 3}},
	}
	_, err := handle(&mock.Host{}, event, func(event *sclera.Event) (sclera.Answer, error) {
		id, _ := event.Metadata.CaseID()
		label, _ := event.Metadata.TLP()
		_, isText := event.Metadata.Customer()
		raw, _ := event.Metadata.Get("customer")
		if id != 42 || label != sclera.TLPRed || isText || string(raw) != `{"id":3}` || event.Kind != sclera.Manual || event.TriggeredBy != "ada" {
			t.Errorf("%+v", event)
		}
		return sclera.Answer{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPayloadThatIsNoListIsABadEvent(t *testing.T) {
	for _, payload := range []string{``, `{}`, `[1]`, `[{}`, `[{"a":1}] x`, `[{"a"}]`, `[{"a":}]`, `[{"a":"b]`, `[{"a":{]`} {
		_, err := (&sclera.Event{Payload: payload}).Objects()
		var known *sclera.Error
		if !errors.As(err, &known) || known.Code != sclera.CodeBadEvent {
			t.Errorf("%q gave %v", payload, err)
		}
	}
}

func FuzzAnObjectThatIsReadIsWrittenAgain(f *testing.F) {
	f.Add(`{"a":[{"b":"\\\"}"},-1.5e3,null],"":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) || !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return
		}
		object, err := sclera.ParseObject(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var want, got map[string]json.RawMessage
		_ = json.Unmarshal([]byte(text), &want)
		if err := json.Unmarshal([]byte(object.String()), &got); err != nil || len(got) != len(want) {
			t.Errorf("%q became %q: %v", text, object, err)
		}
	})
}

func TestHTTPIsAnsweredByTheTest(t *testing.T) {
	mock.HTTP(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, r.URL.Path)
	})
	response, err := http.Get("https://api.example/v1")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(response.Body)
	if response.StatusCode != 418 || string(text) != "/v1" {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}
