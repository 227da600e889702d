//! A few counters, as text that Prometheus reads. No label holds anything about a buyer, a shop or a person.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// What is counted since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    answered: [AtomicU64; 6],
    panics: AtomicU64,
    webhooks: AtomicU64,
    webhooks_refused: AtomicU64,
    streams: AtomicI64,
}

impl Metrics {
    /// Counts an answer by the first digit of its status.
    pub fn answered(&self, status: u16) {
        if let Some(counter) = self.answered.get(usize::from(status / 100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a handler that panicked.
    pub fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a webhook.
    pub fn webhook(&self, is_genuine: bool) {
        let counter = if is_genuine { &self.webhooks } else { &self.webhooks_refused };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts live streams that are open.
    pub fn stream_opened(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a live stream out.
    pub fn stream_closed(&self) {
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }

    /// The text exposition format; `more` are gauges read from the store: name, meaning, value.
    pub fn render(&self, more: &[(&str, &str, i64)]) -> String {
        let mut text = String::from("# HELP amends_http_answers_total Answers by class of status.\n");
        text.push_str("# TYPE amends_http_answers_total counter\n");
        let mut line = |line: std::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = text.write_fmt(line);
            text.push('\n');
        };
        for (class, counter) in self.answered.iter().enumerate().skip(1) {
            line(format_args!("amends_http_answers_total{{class=\"{class}xx\"}} {}", counter.load(Ordering::Relaxed)));
        }
        let counters = [
            ("amends_panics_total", "Handlers that panicked.", &self.panics),
            ("amends_webhooks_total", "Webhooks with a good signature.", &self.webhooks),
            ("amends_webhooks_refused_total", "Webhooks with a bad signature.", &self.webhooks_refused),
        ];
        for (name, meaning, counter) in counters {
            line(format_args!("# HELP {name} {meaning}\n# TYPE {name} counter"));
            line(format_args!("{name} {}", counter.load(Ordering::Relaxed)));
        }
        let streams = ("amends_streams", "Live streams that are open.", self.streams.load(Ordering::Relaxed));
        for (name, meaning, value) in std::iter::once(streams).chain(more.iter().copied()) {
            line(format_args!("# HELP {name} {meaning}\n# TYPE {name} gauge"));
            line(format_args!("{name} {value}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_readable_text() {
        let metrics = Metrics::default();
        metrics.answered(204);
        metrics.webhook(false);
        let text = metrics.render(&[("amends_intents_due", "Waiting.", 3)]);
        for expected in [
            "amends_http_answers_total{class=\"2xx\"} 1\n",
            "amends_webhooks_refused_total 1\n",
            "amends_streams 0\n",
            "amends_intents_due 3\n",
        ] {
            assert!(text.contains(expected), "{expected:?} in {text}");
        }
    }
}
