package sclera

import (
	"slices"
	"strings"
)

// TagsField is a field with tags, which the payload has as one comma-separated text.
//
// Tags are compared as they are, without the space around them. Adding and removing are idempotent, and while nothing
// changes the text stays exactly as it came.
type TagsField struct{ field }

// Get gives the tags, without the space around them and without empty ones.
func (f TagsField) Get() []string {
	text, _ := f.text()
	return splitTags(text)
}

// Has is whether the tag is there.
func (f TagsField) Has(tag string) bool {
	return slices.Contains(f.Get(), strings.TrimSpace(tag))
}

// Add adds a tag, and says whether it was missing. A comma makes two tags of it, as everywhere.
//
// In an update whose request does not have the field this makes it, with this one tag, which replaces those on the server.
// Ask for an [Action] with AddTag where that matters.
func (f TagsField) Add(tag string) bool {
	tags := f.Get()
	before := len(tags)
	for _, tag := range splitTags(tag) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) == before {
		return false
	}
	f.Set(tags...)
	return true
}

// RemoveTag removes a tag, and says whether it was there.
func (f TagsField) RemoveTag(tag string) bool {
	tags := f.Get()
	rest := slices.DeleteFunc(slices.Clone(tags), func(known string) bool { return known == strings.TrimSpace(tag) })
	if len(rest) == len(tags) {
		return false
	}
	f.Set(rest...)
	return true
}

// Set replaces all tags.
func (f TagsField) Set(tags ...string) {
	f.object.Set(f.key, strings.Join(tags, ","))
}

func splitTags(text string) []string {
	var tags []string
	for _, tag := range strings.Split(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}
