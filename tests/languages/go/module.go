// Command ioc-guard-go refangs, normalises and checks the values of IOCs before they are saved.
package main

import (
	"log/slog"

	"sclera"
	"sclera/hook"
)

// Config is what an operator can set.
type Config struct {
	TagChanges       bool   `json:"tag_changes"`
	TagPrefix        string `json:"tag_prefix"`
	RejectInvalid    bool   `json:"reject_invalid"`
	RejectPrivateIPs bool   `json:"reject_private_ips"`
}

var module = sclera.Module[Config]{
	Description: sclera.Description{
		Name:        "ioc-guard-go",
		Version:     "0.1.0",
		Description: "Refangs, normalises and checks the values of IOCs before they are saved",
		ConfigSchema: `{
			"type": "object",
			"properties": {
				"tag_changes": {"type": "boolean", "default": true},
				"tag_prefix": {"type": "string", "default": "ioc-guard", "pattern": "^[^,\\s][^,]*$"},
				"reject_invalid": {"type": "boolean", "default": true},
				"reject_private_ips": {"type": "boolean", "default": false}
			},
			"additionalProperties": false
		}`,
		Capabilities: []sclera.Capability{
			sclera.Actions("tags an IOC whose update says nothing of its tags", map[string][]string{"update": {"ioc"}}),
		},
	},
	Defaults: Config{TagChanges: true, TagPrefix: "ioc-guard", RejectInvalid: true},
	Register: register,
	Handle:   handle,
}

func register(hooks *sclera.Hooks, _ Config) error {
	// Before everything else that looks at the value.
	for _, name := range []string{hook.PreloadIOCCreate, hook.PreloadIOCUpdate} {
		if err := hooks.Subscribe(name, sclera.Priority(-100)); err != nil {
			return err
		}
	}
	return nil
}

func handle(event *sclera.Event, config Config) (sclera.Answer, error) {
	var actions []*sclera.Action
	answer, err := sclera.Edit(event, func(ioc sclera.IOC) error {
		tags, err := guard(ioc, config)
		if err != nil {
			return err
		}
		if event.Hook == hook.PreloadIOCUpdate && ioc.IOCTags().IsAbsent() {
			// Tags in the request would replace those that the IOC has.
			if id, ok := ioc.ObjectID(); ok && len(tags) > 0 {
				action := sclera.Update("ioc", id)
				for _, tag := range tags {
					action.AddTag(tag)
				}
				actions = append(actions, action)
			}
			return nil
		}
		for _, tag := range tags {
			ioc.IOCTags().Add(tag)
		}
		return nil
	})
	return answer.With(actions...), err
}

// guard puts the value right, and says which tags tell of it.
func guard(ioc sclera.IOC, config Config) ([]string, error) {
	kind, known := ioc.Kind()
	sent, isText := ioc.IOCValue().Get()
	if !known || !isText {
		return nil, nil
	}
	read, err := readIndicator(kind, sent, config)
	switch {
	case err != nil && config.RejectInvalid:
		return nil, sclera.Refuse(err.Error()).At("/ioc_value")
	case err != nil:
		slog.Warn(err.Error())
		return []string{config.TagPrefix + ":suspect"}, nil
	}
	if read.value != sent {
		ioc.IOCValue().Set(read.value)
	}
	var tags []string
	if config.TagChanges && read.refanged {
		tags = append(tags, config.TagPrefix+":refanged")
	}
	if config.TagChanges && read.normalised {
		tags = append(tags, config.TagPrefix+":normalised")
	}
	return tags, nil
}

func init() { sclera.Export(&module) }

func main() {}
