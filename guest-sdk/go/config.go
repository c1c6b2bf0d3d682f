package sclera

import (
	"encoding/json"
	"reflect"
	"strings"
)

// loadConfig reads the configuration over its defaults. It is not fetched for a module that has none, whose type is an
// empty struct.
func loadConfig[C any](defaults C, fetch func() (map[string]string, error)) (C, *Error) {
	config := defaults
	into := reflect.ValueOf(&config).Elem()
	if into.Kind() == reflect.Struct && into.NumField() == 0 {
		return config, nil
	}
	texts, err := fetch()
	if err != nil {
		return config, asError(err)
	}
	switch into.Kind() {
	case reflect.Struct:
		return config, readFields(into, texts)
	case reflect.Map:
		if texts, ok := any(texts).(C); ok {
			return texts, nil
		}
	}
	return config, Errorf(CodeInvalidConfiguration,
		"the type of the module's configuration is %s; it has to be a struct or map[string]string", into.Type())
}

func readFields(config reflect.Value, texts map[string]string) *Error {
	for index := range config.NumField() {
		about := config.Type().Field(index)
		if !about.IsExported() {
			continue
		}
		if about.Anonymous && about.Type.Kind() == reflect.Struct {
			if err := readFields(config.Field(index), texts); err != nil {
				return err
			}
			continue
		}
		key, _, _ := strings.Cut(about.Tag.Get("json"), ",")
		if key == "" {
			key = about.Name
		}
		if text, ok := texts[key]; ok && key != "-" {
			if err := readField(config.Field(index), text); err != nil {
				return Errorf(CodeInvalidConfiguration, "the configuration key `%s` does not fit: %v", key, err)
			}
		}
	}
	return nil
}

// readField reads one value: a text for a field that holds texts, else JSON; for a field that holds anything, JSON if it is
// JSON and else the text.
func readField(into reflect.Value, text string) error {
	if into.Kind() == reflect.Pointer && into.Type().Elem().Kind() == reflect.String {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	if reader, ok := into.Addr().Interface().(interface{ UnmarshalText([]byte) error }); ok {
		return reader.UnmarshalText([]byte(text))
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
		return nil
	case reflect.Interface:
		if !json.Valid([]byte(text)) {
			into.Set(reflect.ValueOf(text))
			return nil
		}
	}
	return json.Unmarshal([]byte(text), into.Addr().Interface())
}
