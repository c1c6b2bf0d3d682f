// Command bench-go is the module in Go that is measured: see ../README.md.
package main

import (
	"sclera"
	"sclera/hook"
)

// Config is empty: there is nothing to set.
type Config struct{}

var module = sclera.Module[Config]{
	Description: sclera.Description{Name: "bench-go", Version: "1.0.0", Description: "Is measured."},
	Register: func(hooks *sclera.Hooks, _ Config) error {
		for _, name := range []string{hook.PreloadIOCCreate, hook.PreloadAssetCreate, hook.PreloadNoteCreate} {
			if err := hooks.Subscribe(name); err != nil {
				return err
			}
		}
		return nil
	},
	Handle: func(event *sclera.Event, _ Config) (sclera.Answer, error) {
		switch event.Hook {
		case hook.PreloadAssetCreate:
			return sclera.Edit(event, func(asset sclera.Asset) error {
				asset.AssetTags().Add("measured")
				return nil
			})
		case hook.PreloadNoteCreate:
			objects, err := event.Objects()
			return sclera.Replace(objects...), err
		}
		return sclera.Unchanged(), nil
	},
}

func init() { sclera.Export(&module) }

func main() {}
