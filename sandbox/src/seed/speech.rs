//! What is said after a request: buyers' answers, the shop's earlier lines, the carrier's log.

use super::{speech_en, speech_es, speech_id, speech_th};

/// What moves a buyer to write again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Question,
    PhotoAdded,
    Thanks,
    Impatient,
    AcceptsOffer,
    DeclinesOffer,
    ShippedBack,
}

/// All that is said in one language.
pub(super) struct Speech {
    pub(super) question: &'static [&'static str],
    pub(super) photo_added: &'static [&'static str],
    pub(super) thanks: &'static [&'static str],
    pub(super) impatient: &'static [&'static str],
    pub(super) accepts_offer: &'static [&'static str],
    pub(super) declines_offer: &'static [&'static str],
    pub(super) shipped_back: &'static [&'static str],
    pub(super) seller: &'static [&'static str],
    pub(super) tracking: &'static [&'static str],
}

impl Speech {
    pub(super) const fn answers(&self, kind: Answer) -> &'static [&'static str] {
        match kind {
            Answer::Question => self.question,
            Answer::PhotoAdded => self.photo_added,
            Answer::Thanks => self.thanks,
            Answer::Impatient => self.impatient,
            Answer::AcceptsOffer => self.accepts_offer,
            Answer::DeclinesOffer => self.declines_offer,
            Answer::ShippedBack => self.shipped_back,
        }
    }
}

fn speech(language: &str) -> &'static Speech {
    match language {
        "id" => &speech_id::SPEECH,
        "th" => &speech_th::SPEECH,
        "es" => &speech_es::SPEECH,
        _ => &speech_en::SPEECH,
    }
}

/// What a buyer writes back, at least five lines.
pub fn answers(language: &str, kind: Answer) -> &'static [&'static str] {
    speech(language).answers(kind)
}

/// What the shop wrote to a buyer before anyone decided, at least six lines.
pub fn seller_lines(language: &str) -> &'static [&'static str] {
    speech(language).seller
}

/// A parcel's way in the order in which it happens: the first line is the label, the last the
/// delivery.
pub fn tracking_lines(language: &str) -> &'static [&'static str] {
    speech(language).tracking
}

/// Carriers that bring returns back in a region.
pub fn return_carriers(region: &str) -> &'static [&'static str] {
    match region {
        "GB" => &["Royal Mail", "Evri", "DPD UK", "Yodel"],
        "ID" => &["J&T Express", "JNE", "SiCepat", "Ninja Xpress"],
        "TH" => &["Flash Express", "Thailand Post", "Kerry Express", "J&T Express"],
        "ES" => &["Correos", "SEUR", "GLS Spain", "CTT Express"],
        _ => &["USPS", "UPS", "FedEx"],
    }
}
