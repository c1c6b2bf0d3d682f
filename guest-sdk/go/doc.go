// Package sclera is what a Sclera module in Go uses: hooks by name, typed objects that keep everything they do not know,
// configuration, and logging with log/slog. HTTP is in the package wasihttp, and a host for unit tests in the package mock.
//
//	var module = sclera.Module[Config]{
//		Description: sclera.Description{Name: "tagger", Version: "1.0.0", Description: "Adds a tag to every new IOC."},
//		Defaults:    Config{Tag: "new"},
//		Register: func(hooks *sclera.Hooks, _ Config) error {
//			return hooks.Subscribe(hook.PreloadIOCCreate)
//		},
//		Handle: func(event *sclera.Event, config Config) (sclera.Answer, error) {
//			return sclera.Edit(event, func(ioc sclera.IOC) error {
//				ioc.IOCTags().Add(config.Tag)
//				return nil
//			})
//		},
//	}
//
//	type Config struct {
//		Tag string `json:"tag"`
//	}
//
//	func init() { sclera.Export(&module) }
//	func main() {}
package sclera
