//! Where settings come from, and how their faults are gathered.

use super::settings::{CONFIG, SETTINGS};
use std::collections::BTreeMap;
use std::fmt;

/// Settings by name, as texts.
#[derive(Clone, Default)]
pub struct Vars {
    texts: BTreeMap<String, String>,
    /// What is wrong with the lines that they came from.
    faults: Vec<Fault>,
}

impl Vars {
    /// From pairs of name and value; names of others are left out, and so are empty values.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours = pairs.into_iter().filter(|(name, value)| name.starts_with("AMENDS_") && !value.trim().is_empty());
        Self { texts: ours.map(|(name, value)| (name, value.trim().to_owned())).collect(), faults: Vec::new() }
    }

    /// A setting's text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// These, over the lines of a settings file: `NAME=value`, empty lines and lines that begin with `#`. Another line is
    /// a fault, named with all others when the settings are read.
    pub fn over_file(self, text: &str) -> Self {
        let mut all = BTreeMap::new();
        let mut faults = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once('=') {
                Some((name, value)) => {
                    let value = value.trim();
                    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
                    all.insert(name.trim().to_owned(), bare.to_owned());
                }
                // The line itself may be a secret: it is not repeated.
                None => faults.push(Fault {
                    names: vec![CONFIG.to_owned()],
                    problem: format!("line {} of the file is not NAME=value", number + 1),
                }),
            }
        }
        all.extend(self.texts);
        faults.extend(self.faults);
        Self { faults, ..Self::of(all) }
    }
}

/// One fault, by name, with what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The settings that it is about.
    pub names: Vec<String>,
    /// What is wrong and what to do.
    pub problem: String,
}

/// All faults of the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "The settings are not right:")?;
        for fault in &self.0 {
            writeln!(out, "  {}: {}", fault.names.join(", "), fault.problem)?;
        }
        write!(out, "All settings: docs/settings.md")
    }
}

/// Reads settings one by one and goes on after a fault.
pub(super) struct Reader<'a> {
    vars: &'a Vars,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a Vars) -> Self {
        let mut reader = Self { vars, faults: vars.faults.clone() };
        for name in vars.texts.keys().filter(|name| !SETTINGS.iter().any(|setting| setting.name == *name)) {
            reader.fault(&[name], "there is no such setting; look for a typing mistake");
        }
        reader
    }

    pub(super) fn fault(&mut self, names: &[&str], problem: impl Into<String>) {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.faults.push(Fault { names, problem: problem.into() });
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.vars.get(name)
    }

    /// `None` when it is not set or wrong; what is wrong is said with `hint`, the value itself is not repeated.
    pub(super) fn parse<T>(&mut self, name: &str, hint: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(text);
        if parsed.is_none() {
            self.fault(&[name], hint);
        }
        parsed
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(value) } else { Err(Faults(self.faults)) }
    }
}
