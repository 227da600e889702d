//! What a call may carry, member by member (fields.md): names, types, closed lists of words, and since which version.

use serde_json::{Map, Value};

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Text,
    /// A whole number; in a query its digits.
    Number,
    /// In a query `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of strings; in a query comma separated, or the key repeated.
    Texts,
    /// A list of these words.
    Words(&'static [&'static str]),
    Object(&'static [Field]),
    Objects(&'static [Field]),
    /// A part of a form that is a file.
    File,
}

/// One member of a body, or one parameter of a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_needed: bool,
    /// The first version that knows it; empty: all do.
    pub(crate) since: &'static str,
}

impl Field {
    /// It must be there.
    pub(crate) const fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }

    /// Versions before this one refuse it, or know what a later field of the same name says.
    pub(crate) const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }
}

/// A member that may be left out.
pub(crate) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_needed: false, since: "" }
}

/// A string that may be left out.
pub(crate) const fn text(name: &'static str) -> Field {
    field(name, Shape::Text)
}

/// A number that may be left out.
pub(crate) const fn number(name: &'static str) -> Field {
    field(name, Shape::Number)
}

/// A list of strings that may be left out.
pub(crate) const fn texts(name: &'static str) -> Field {
    field(name, Shape::Texts)
}

/// Why a call does not fit, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// As fields.md writes it: `images[].image_id`.
    pub(crate) path: String,
    pub(crate) why: Why,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nobody knows such a member here, or not in this version.
    Unknown,
    Missing,
    /// Another type, or a word that is not in the list.
    Wrong,
}

impl Misfit {
    fn at(name: &str, why: Why) -> Self {
        Self { path: name.to_owned(), why }
    }

    /// The same, seen from outside a member.
    fn inside(self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with("[]") { "" } else { "." };
        Self { path: format!("{name}{dot}{}", self.path), ..self }
    }
}

/// Checks an object, all the way down. A `null` counts as left out.
pub(crate) fn check(fields: &[Field], given: &Map<String, Value>, version: &str) -> Result<(), Misfit> {
    for (name, value) in given {
        let Some(field) = fields.iter().find(|field| field.name == name && field.since <= version) else {
            return Err(Misfit::at(name, Why::Unknown));
        };
        if !value.is_null() {
            fits(field.shape, value, version).map_err(|misfit| misfit.inside(name))?;
        }
    }
    let is_there = |field: &Field| given.get(field.name).is_some_and(|value| !value.is_null());
    match fields.iter().find(|field| field.is_needed && field.since <= version && !is_there(field)) {
        Some(field) => Err(Misfit::at(field.name, Why::Missing)),
        None => Ok(()),
    }
}

fn fits(shape: Shape, value: &Value, version: &str) -> Result<(), Misfit> {
    let wrong = || Misfit::at("", Why::Wrong);
    let all = |shape: Shape| {
        let mut items = value.as_array().ok_or_else(wrong)?.iter();
        items.try_for_each(|item| fits(shape, item, version)).map_err(|misfit| misfit.inside("[]"))
    };
    let is_right = match shape {
        Shape::Text | Shape::File => value.is_string(),
        Shape::Number => value.is_i64(),
        Shape::Flag => value.is_boolean(),
        Shape::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Shape::Texts => return all(Shape::Text),
        Shape::Words(words) => return all(Shape::Word(words)),
        Shape::Object(fields) => return check(fields, value.as_object().ok_or_else(wrong)?, version),
        Shape::Objects(fields) => return all(Shape::Object(fields)),
    };
    if is_right { Ok(()) } else { Err(wrong()) }
}

/// Checks a query; `common` are known everywhere. An empty value counts as left out.
pub(crate) fn check_query(
    fields: &[Field],
    given: &[(String, String)],
    common: &[&str],
    version: &str,
) -> Result<(), Misfit> {
    let misfit = |name: &str, why| Err(Misfit::at(name, why));
    for (name, value) in given.iter().filter(|(name, _)| !common.contains(&name.as_str())) {
        let Some(field) = fields.iter().find(|field| field.name == name && field.since <= version) else {
            return misfit(name, Why::Unknown);
        };
        if !value.is_empty() && !is_written(field.shape, value) {
            return misfit(name, Why::Wrong);
        }
    }
    let is_there = |field: &Field| given.iter().any(|(name, value)| name == field.name && !value.is_empty());
    match fields.iter().find(|field| field.is_needed && field.since <= version && !is_there(field)) {
        Some(field) => misfit(field.name, Why::Missing),
        None => Ok(()),
    }
}

fn is_written(shape: Shape, value: &str) -> bool {
    match shape {
        Shape::Number => value.parse::<i64>().is_ok(),
        Shape::Flag => matches!(value, "true" | "false"),
        Shape::Word(words) => words.contains(&value),
        Shape::Words(words) => value.split(',').all(|word| words.contains(&word.trim())),
        Shape::Text | Shape::Texts => true,
        Shape::Object(_) | Shape::Objects(_) | Shape::File => false,
    }
}
