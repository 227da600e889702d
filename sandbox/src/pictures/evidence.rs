//! Which photos a buyer would add to a request.

use super::assets::own_photo;

/// What a product is, as far as it shows in how it can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Glass,
    Device,
    /// Worn, in sizes.
    Garment,
    /// Of cloth, in one size.
    Textile,
    Shoe,
    Bag,
    Bottle,
    Food,
    Puzzle,
    Other,
}

/// The kind of the product on a picture. What is not known is `Other`.
pub fn kind_of(picture: &str) -> Kind {
    match picture {
        "carafe" | "mug" | "cup" | "dripper" | "pot" | "press" => Kind::Glass,
        "lamp" | "clock" | "kettle" | "kettle-black" | "grinder" | "moka-pot" | "scale" | "mirror" | "umbrella"
        | "pen" | "tumbler" => Kind::Device,
        "shirt" | "dress" | "trousers" | "skirt" | "blazer" | "tshirt" | "jumper" | "cap" | "gloves" => Kind::Garment,
        "scarf" | "blanket" | "kerchief" | "bedding" | "socks" | "apron" => Kind::Textile,
        "shoe" | "sneakers" | "espadrilles" => Kind::Shoe,
        "bag" | "satchel" => Kind::Bag,
        "serum" | "toner" | "sunscreen" | "lip-tint" | "balm" | "sheet-mask" | "soap" | "cushion" | "hand-cream"
        | "perfume" => Kind::Bottle,
        "coffee" | "coffee-red" | "drip-bags" | "syrup" | "tea" => Kind::Food,
        "puzzle" => Kind::Puzzle,
        _ => Kind::Other,
    }
}

/// Photos that fit a product's picture and a reason group, the most telling first; `png` draws
/// them all. Empty where a buyer has nothing to show, for example for a change of mind.
pub fn evidence_for(product: &str, reason_group: &str) -> &'static [&'static str] {
    let kind = kind_of(product);
    match reason_group {
        "damaged" => damaged(product),
        "defective" => match product {
            "lamp" => &["photo-lamp"],
            "scale" => &["photo-dead-device"],
            "shoe" => &["photo-sole"],
            "serum" => &["photo-half-bottle"],
            _ => own_photo(product),
        },
        "wrong_item" => match (product, kind) {
            ("pot", _) => &["photo-pot-grey", "photo-wrong-label"],
            (_, Kind::Garment) => &["photo-size-label", "photo-wrong-label"],
            _ => &["photo-wrong-label"],
        },
        "missing_parts" => match kind {
            Kind::Puzzle => &["photo-puzzle-gap", "photo-empty-box"],
            _ => &["photo-empty-box", "photo-torn-box"],
        },
        "not_received" => &["photo-doorstep"],
        "not_as_described" => match kind {
            Kind::Textile | Kind::Bag => &["photo-two-colours", "photo-tag"],
            _ => own_photo(product),
        },
        "fit" => match (product, kind) {
            ("shirt", _) => &["photo-shirt", "photo-size-label", "photo-tag"],
            (_, Kind::Garment) => &["photo-size-label", "photo-tag"],
            _ => own_photo(product),
        },
        "counterfeit" => match kind {
            Kind::Shoe => &["photo-logo"],
            Kind::Bottle => &["photo-seal"],
            _ => own_photo(product),
        },
        "expired" => match kind {
            Kind::Bottle => &["photo-date-bottle"],
            _ => &["photo-date"],
        },
        "address" => &["photo-label"],
        _ => &[],
    }
}

fn damaged(product: &str) -> &'static [&'static str] {
    match (product, kind_of(product)) {
        ("carafe" | "press", _) => &["photo-carafe", "photo-shards", "photo-box"],
        ("pot", _) => &["photo-pot-broken", "photo-box"],
        ("mug", _) => &["photo-mug", "photo-torn-box"],
        ("lamp", _) => &["photo-lamp", "photo-box"],
        ("shirt", _) => &["photo-stain", "photo-torn-box"],
        ("cushion", _) => &["photo-compact", "photo-box"],
        ("serum" | "syrup", _) => &["photo-leak", "photo-wet-parcel"],
        ("coffee", _) => &["photo-spilled", "photo-torn-box"],
        (_, Kind::Garment | Kind::Textile | Kind::Bag) => &["photo-seam", "photo-wet-parcel"],
        (_, Kind::Bottle | Kind::Food) => &["photo-wet-parcel", "photo-box"],
        _ => &["photo-box", "photo-torn-box", "photo-wet-parcel"],
    }
}
