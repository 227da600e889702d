//! What the program says about itself: log lines and counters. Never a name, address, message text, token, body or
//! query string.

pub mod metrics;

use std::error::Error;
use std::fmt;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Prints an error with its causes, once, where it is handled.
pub struct Chain<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(out, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Starts logging to the error output, so that what a command prints stays clean. A second start is ignored.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    if lines.try_init().is_err() {
        tracing::debug!("Logging was already started");
    }
}

/// Whether a text is a filter that [`start`] understands.
pub fn is_filter(text: &str) -> bool {
    EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_follow_each_other_in_one_line() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::fmt::Error);
        let inner = std::fmt::Error;
        assert_eq!(Chain(&Outer(inner)).to_string(), format!("outer: {inner}"));
    }
}
