//! The desk over HTTP, as browsers, TikTok and people at a terminal meet it.

#[cfg(test)]
#[cfg(feature = "sandbox")]
mod alarms;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod away;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod cross_site;
#[cfg(test)]
mod events;
#[cfg(test)]
mod handbook;
#[cfg(test)]
mod http;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod media;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod outbox;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod practice;
#[cfg(test)]
mod program;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod quality;
#[cfg(test)]
mod reports;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod reviews;
#[cfg(test)]
mod route_table;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod rules;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod rules_away;
#[cfg(test)]
mod session;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod several;
#[cfg(test)]
mod static_files;
#[cfg(test)]
mod support;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod sync;
#[cfg(test)]
mod team;
#[cfg(test)]
#[cfg(feature = "sandbox")]
mod templates;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod webhooks;
