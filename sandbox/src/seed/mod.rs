//! The practice world as data: shops, products, people and what they say.
//!
//! Everything here is invented. It holds no rule of the platform and draws no random number: the
//! world decides who buys what, this room only offers good material. Unknown languages fall back
//! to English and unknown reason groups to `other`, so that no lookup can come back empty.

mod people;
mod people_asia;
mod reason;
mod shops;
mod shops_asia;
mod speech;
mod speech_en;
mod speech_es;
mod speech_id;
mod speech_th;
mod words;
mod words_en;
mod words_es;
mod words_id;
mod words_th;

#[cfg(test)]
mod tests;

pub use people::{Person, in_voice_of, people};
pub use reason::{GROUPS, reason_group};
pub use shops::{Product, SHOPS, STORIES, ShopSeed, Story, suits};
pub use speech::{Answer, answers, return_carriers, seller_lines, tracking_lines};
pub use words::words;
