// Command probe is a module that asks the server at its url, and tells the user what it said.
package main

import (
	"fmt"
	"io"
	"net/http"

	"sclera"
	"sclera/hook"
	_ "sclera/wasihttp"
)

// Config is what an operator sets.
type Config struct {
	URL string `json:"url"`
}

var module = sclera.Module[Config]{
	Description: sclera.Description{
		Name:         "probe",
		Version:      "1.0.0",
		Description:  "Asks a server",
		ConfigSchema: `{"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}`,
		Capabilities: []sclera.Capability{sclera.HTTP("asks the server that you name", []string{"https://probe.example"})},
	},
	Register: func(hooks *sclera.Hooks, _ Config) error { return hooks.Subscribe(hook.ManualTriggerIOC) },
	Handle:   handle,
}

func handle(_ *sclera.Event, config Config) (sclera.Answer, error) {
	response, err := http.Get(config.URL)
	if err != nil {
		return sclera.Answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return sclera.Answer{}, err
	}
	return sclera.Unchanged().Saying(fmt.Sprintf("%d %s", response.StatusCode, text)), nil
}

func init() { sclera.Export(&module) }

func main() {}
