package sclera

// IOCType is a well-known type of IOCs, by its id in IRIS; 0 is none of them.
//
// IRIS has more than a hundred types, and its users add their own; these are those that a module can check.
type IOCType int64

// IOCTypeByID gives the well-known type with an id, and whether there is one.
func IOCTypeByID(id int64) (IOCType, bool) {
	for _, known := range iocTypes {
		if int64(known.kind) == id {
			return known.kind, true
		}
	}
	return 0, false
}

// IOCTypeByName gives the well-known type with a name, such as ip-dst, and whether there is one.
func IOCTypeByName(name string) (IOCType, bool) {
	for _, known := range iocTypes {
		if known.name == name {
			return known.kind, true
		}
	}
	return 0, false
}

// String is its name in IRIS.
func (t IOCType) String() string {
	for _, known := range iocTypes {
		if known.kind == t {
			return known.name
		}
	}
	return "unknown"
}

// Kind is what kind of indicator it is: by the id of its type, and if that is not one of the well-known ones, by the type's
// name, where the server sends it.
func (o IOC) Kind() (IOCType, bool) {
	if id, ok := o.IOCTypeID().Get(); ok {
		if kind, ok := IOCTypeByID(id); ok {
			return kind, true
		}
	}
	about, ok := o.IOCType().Get()
	if !ok {
		return 0, false
	}
	name, _ := about.at("type_name").text()
	return IOCTypeByName(name)
}

// objectID reads the id of an object: where a committed one has it, and else where a delete has it, if the server does not
// have the object any more.
func objectID(object *Object, keys ...string) (int64, bool) {
	for _, key := range keys {
		if id, ok := (IntegerField{object.at(key)}).Get(); ok {
			return id, true
		}
	}
	return 0, false
}
