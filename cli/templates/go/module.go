// Command {{name}} is a Sclera module that adds a tag to every new IOC.
package main

import (
	"log/slog"

	"sclera"
	"sclera/hook"
)

// Config is what an operator can set.
type Config struct {
	Tag string `json:"tag"`
}

var module = sclera.Module[Config]{
	Description: sclera.Description{
		Name:        "{{name}}",
		Version:     "0.1.0",
		Description: "Adds a tag to every new IOC",
		ConfigSchema: `{
			"type": "object",
			"properties": {"tag": {"type": "string", "description": "The tag to add.", "default": "new"}},
			"additionalProperties": false
		}`,
	},
	Defaults: Config{Tag: "new"},
	Register: register,
	Handle:   handle,
}

func register(hooks *sclera.Hooks, _ Config) error {
	// Before an IOC is saved: this may change it, or refuse it.
	return hooks.Subscribe(hook.PreloadIOCCreate)
}

func handle(event *sclera.Event, config Config) (sclera.Answer, error) {
	return sclera.Edit(event, func(ioc sclera.IOC) error {
		if ioc.IOCValue().IsBlank() {
			return sclera.Refuse("an IOC needs a value").At("/ioc_value")
		}
		if ioc.IOCTags().Add(config.Tag) {
			slog.Info("tagged", "value", ioc.IOCValue().Or(""))
		}
		return nil
	})
}

func init() { sclera.Export(&module) }

func main() {}
