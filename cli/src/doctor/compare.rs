//! Compares two interfaces as the component model does: types by their structure, down to the order and the names of
//! fields and cases; functions by the types of parameters and result. Names of parameters do not count.

use std::collections::HashSet;

use wit_parser::{Function, FunctionKind, Handle, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner};

use super::difference::{Difference, Place, What};
use super::written::written;

/// What a module imports must be in the host.
pub(super) fn import(module: &Resolve, imported: InterfaceId, host: &Resolve, offered: InterfaceId) -> Vec<Difference> {
    let mut comparison = Comparison::new(module, host);
    let (Some(imported), Some(offered)) = (module.interfaces.get(imported), host.interfaces.get(offered)) else {
        return Vec::new();
    };
    for (name, id) in &imported.types {
        let is_resource = |resolve: &Resolve, id| {
            let found = resolve.types.get(id);
            found.is_some_and(|found| matches!(found.kind, TypeDefKind::Resource))
        };
        let missing = !offered
            .types
            .get(name)
            .is_some_and(|offered| is_resource(host, *offered));
        if is_resource(module, *id) && missing {
            let place = comparison.named_place(module, *id);
            comparison.found.extend(place.map(|place| Difference {
                place,
                used_by: None,
                what: What::NotInHost,
            }));
        }
    }
    for (name, function) in &imported.functions {
        match offered.functions.get(name) {
            Some(offered) => comparison.functions(function, offered),
            None => comparison.function_is(function, What::NotInHost),
        }
    }
    comparison.found
}

/// What the host asks a module for must be in the module. What else is there does no harm.
pub(super) fn export(module: &Resolve, exported: InterfaceId, host: &Resolve, asked: InterfaceId) -> Vec<Difference> {
    let mut comparison = Comparison::new(module, host);
    let (Some(exported), Some(asked)) = (module.interfaces.get(exported), host.interfaces.get(asked)) else {
        return Vec::new();
    };
    for (name, function) in &asked.functions {
        match exported.functions.get(name) {
            Some(exported) => comparison.functions(exported, function),
            None => comparison.function_is(function, What::NotInModule),
        }
    }
    comparison.found
}

struct Comparison<'a> {
    module: &'a Resolve,
    host: &'a Resolve,
    /// Types with names that were compared: a record can be in many functions.
    seen: HashSet<(TypeId, TypeId)>,
    /// The function that is being compared.
    function: String,
    found: Vec<Difference>,
}

/// A field, case or flag: its name and, if it has one, its type.
type Parts<'t> = Vec<(&'t str, Option<Type>)>;

impl<'a> Comparison<'a> {
    fn new(module: &'a Resolve, host: &'a Resolve) -> Self {
        Self {
            module,
            host,
            seen: HashSet::new(),
            function: String::new(),
            found: Vec::new(),
        }
    }

    fn function_is(&mut self, function: &Function, what: What) {
        self.found.push(Difference {
            place: Place::Function(shown_name(function)),
            used_by: None,
            what,
        });
    }

    fn functions(&mut self, module: &Function, host: &Function) {
        let name = shown_name(host);
        self.function.clone_from(&name);
        let place = Place::Function(name.clone());
        if is_async(module) != is_async(host) {
            let word = |function| if is_async(function) { "async func" } else { "func" };
            self.differ(
                &place,
                What::OtherType {
                    host: word(host).into(),
                    module: word(module).into(),
                },
            );
        }
        if module.params.len() == host.params.len() {
            for (of_module, of_host) in module.params.iter().zip(&host.params) {
                let place = Place::Parameter {
                    function: name.clone(),
                    parameter: of_host.name.clone(),
                };
                self.types(&place, &of_module.ty, &of_host.ty);
            }
        } else {
            self.more_and_fewer(&place, "parameter", &names(module), &names(host));
        }
        let place = Place::Result { function: name };
        match (&module.result, &host.result) {
            (Some(module), Some(host)) => self.types(&place, module, host),
            (None, None) => {}
            (module, host) => self.other_optional(&place, module.as_ref(), host.as_ref()),
        }
    }

    fn types(&mut self, place: &Place, module: &Type, host: &Type) {
        let (of_module, of_host) = (defined(self.module, module), defined(self.host, host));
        let ((module_id, module_type), (host_id, host_type)) = match (of_module, of_host) {
            (Some(module), Some(host)) => (module, host),
            (None, None) if aliased(self.module, module) == aliased(self.host, host) => return,
            _ => return self.other_type(place, module, host),
        };
        // A type with a name is told of by its own name, and once.
        let own = self
            .named_place(self.host, host_id)
            .filter(|_| module_type.name.is_some());
        if own.is_some() && !self.seen.insert((module_id, host_id)) {
            return;
        }
        let place = own.as_ref().unwrap_or(place);
        use TypeDefKind as Kind;
        match (&module_type.kind, &host_type.kind) {
            (Kind::Record(module), Kind::Record(host)) => {
                let fields = |record: &'a wit_parser::Record| -> Parts<'a> {
                    record
                        .fields
                        .iter()
                        .map(|field| (field.name.as_str(), Some(field.ty)))
                        .collect()
                };
                self.parts(place, "field", &fields(module), &fields(host));
            }
            (Kind::Variant(module), Kind::Variant(host)) => {
                let cases = |variant: &'a wit_parser::Variant| -> Parts<'a> {
                    variant.cases.iter().map(|case| (case.name.as_str(), case.ty)).collect()
                };
                self.parts(place, "case", &cases(module), &cases(host));
            }
            (Kind::Enum(module), Kind::Enum(host)) => {
                let cases = |of: &'a wit_parser::Enum| -> Parts<'a> {
                    of.cases.iter().map(|case| (case.name.as_str(), None)).collect()
                };
                self.parts(place, "case", &cases(module), &cases(host));
            }
            (Kind::Flags(module), Kind::Flags(host)) => {
                let flags = |of: &'a wit_parser::Flags| -> Parts<'a> {
                    of.flags.iter().map(|flag| (flag.name.as_str(), None)).collect()
                };
                self.parts(place, "flag", &flags(module), &flags(host));
            }
            (Kind::Tuple(of_module), Kind::Tuple(of_host)) if of_module.types.len() == of_host.types.len() => {
                for (module, host) in of_module.types.iter().zip(&of_host.types) {
                    self.types(place, module, host);
                }
            }
            (Kind::Option(module), Kind::Option(host)) | (Kind::List(module), Kind::List(host)) => {
                self.inner(place, Some(module), Some(host));
            }
            (Kind::Result(module), Kind::Result(host)) => {
                self.inner(place, module.ok.as_ref(), host.ok.as_ref());
                self.inner(place, module.err.as_ref(), host.err.as_ref());
            }
            (Kind::Future(module), Kind::Future(host)) | (Kind::Stream(module), Kind::Stream(host)) => {
                self.inner(place, module.as_ref(), host.as_ref());
            }
            (Kind::FixedLengthList(module, n), Kind::FixedLengthList(host, m)) if n == m => {
                self.inner(place, Some(module), Some(host));
            }
            (Kind::Map(key, value), Kind::Map(host_key, host_value)) => {
                self.inner(place, Some(key), Some(host_key));
                self.inner(place, Some(value), Some(host_value));
            }
            (Kind::Resource, Kind::Resource) if self.same_resource(module_id, host_id) => {}
            (Kind::Handle(of_module), Kind::Handle(of_host)) => {
                let same = match (of_module, of_host) {
                    (Handle::Own(module), Handle::Own(host)) | (Handle::Borrow(module), Handle::Borrow(host)) => {
                        self.same_resource(*module, *host)
                    }
                    _ => false,
                };
                if !same {
                    self.other_type(place, module, host);
                }
            }
            _ => self.other_type(place, module, host),
        }
    }

    /// What is in a list, an option, a result…
    fn inner(&mut self, place: &Place, module: Option<&Type>, host: Option<&Type>) {
        match (module, host) {
            (Some(module), Some(host)) => self.types(place, module, host),
            (None, None) => {}
            (module, host) => self.other_optional(place, module, host),
        }
    }

    fn parts(&mut self, place: &Place, part: &'static str, module: &Parts<'_>, host: &Parts<'_>) {
        let of = |parts: &Parts<'_>| parts.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        let (module_names, host_names) = (of(module), of(host));
        if module_names == host_names {
            for ((name, module), (_, host)) in module.iter().zip(host) {
                self.inner(&place.part(part, name), module.as_ref(), host.as_ref());
            }
            return;
        }
        if !self.more_and_fewer(place, part, &module_names, &host_names) {
            self.differ(
                place,
                What::Reordered {
                    part,
                    host: host_names,
                    module: module_names,
                },
            );
        }
        // What both have may differ, too.
        for (name, module) in module {
            if let Some((_, host)) = host.iter().find(|(other, _)| other == name) {
                self.inner(&place.part(part, name), module.as_ref(), host.as_ref());
            }
        }
    }

    /// Whether one of the two has what the other has not.
    fn more_and_fewer(&mut self, place: &Place, part: &'static str, module: &[String], host: &[String]) -> bool {
        let more: Vec<_> = module.iter().filter(|name| !host.contains(name)).cloned().collect();
        let fewer: Vec<_> = host.iter().filter(|name| !module.contains(name)).cloned().collect();
        if let ([new], [old]) = (more.as_slice(), fewer.as_slice()) {
            let at = |names: &[String], name| names.iter().position(|other| other == name);
            if at(module, new) == at(host, old) {
                self.differ(
                    place,
                    What::Renamed {
                        part,
                        host: old.clone(),
                        module: new.clone(),
                    },
                );
                return true;
            }
        }
        let any = !more.is_empty() || !fewer.is_empty();
        for name in more {
            self.differ(place, What::More { part, name });
        }
        for name in fewer {
            self.differ(place, What::Fewer { part, name });
        }
        any
    }

    /// Resources are the same if they have the same name in the same interface; which versions go together was decided
    /// before.
    fn same_resource(&self, module: TypeId, host: TypeId) -> bool {
        let of = |resolve, id| {
            let (_, found) = follow(resolve, id)?;
            Some((found.name.clone()?, interface_of(resolve, found)?))
        };
        let (module, host) = (of(self.module, module), of(self.host, host));
        module.is_some() && module == host
    }

    fn named_place(&self, resolve: &Resolve, id: TypeId) -> Option<Place> {
        let found = resolve.types.get(id)?;
        Some(Place::Type {
            kind: found.kind.as_str(),
            name: found.name.clone()?,
            interface: interface_of(resolve, found)?,
        })
    }

    fn other_type(&mut self, place: &Place, module: &Type, host: &Type) {
        self.other_optional(place, Some(module), Some(host));
    }

    fn other_optional(&mut self, place: &Place, module: Option<&Type>, host: Option<&Type>) {
        let shown = |resolve, ty: Option<&Type>| ty.map_or_else(|| "nothing".to_owned(), |ty| written(resolve, ty));
        let what = What::OtherType {
            host: shown(self.host, host),
            module: shown(self.module, module),
        };
        self.differ(place, what);
    }

    fn differ(&mut self, place: &Place, what: What) {
        let in_function = matches!(
            place,
            Place::Function(_) | Place::Parameter { .. } | Place::Result { .. }
        );
        self.found.push(Difference {
            place: place.clone(),
            used_by: (!in_function).then(|| self.function.clone()),
            what,
        });
    }
}

fn names(function: &Function) -> Vec<String> {
    function.params.iter().map(|param| param.name.clone()).collect()
}

/// `registration.set-priority` of `[method]registration.set-priority`.
fn shown_name(function: &Function) -> String {
    match function.name.split_once(']') {
        Some(("[constructor", resource)) => format!("{resource}.constructor"),
        Some((_, name)) => name.to_owned(),
        None => function.name.clone(),
    }
}

fn is_async(function: &Function) -> bool {
    matches!(
        function.kind,
        FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_)
    )
}

/// The definition of a type, behind all that only give it another name; none if it is one of the language's own.
fn defined<'r>(resolve: &'r Resolve, ty: &Type) -> Option<(TypeId, &'r TypeDef)> {
    match ty {
        Type::Id(id) => follow(resolve, *id),
        _ => None,
    }
}

fn follow(resolve: &Resolve, mut id: TypeId) -> Option<(TypeId, &TypeDef)> {
    loop {
        let found = resolve.types.get(id)?;
        match found.kind {
            TypeDefKind::Type(Type::Id(next)) => id = next,
            TypeDefKind::Type(_) => return None,
            _ => return Some((id, found)),
        }
    }
}

/// One of the language's own types, behind all that only give it another name.
fn aliased(resolve: &Resolve, ty: &Type) -> Option<Type> {
    let Type::Id(mut id) = *ty else { return Some(*ty) };
    loop {
        match resolve.types.get(id)?.kind {
            TypeDefKind::Type(Type::Id(next)) => id = next,
            TypeDefKind::Type(own) => return Some(own),
            _ => return None,
        }
    }
}

/// The interface that a type is defined in, without its version.
fn interface_of(resolve: &Resolve, found: &TypeDef) -> Option<String> {
    match found.owner {
        TypeOwner::Interface(id) => {
            let name = resolve.id_of(id)?;
            Some(name.split('@').next().unwrap_or_default().to_owned())
        }
        _ => None,
    }
}
