//! The drawings in `assets/`, built into the program.

/// Names each file once: the list and the lookup cannot differ.
macro_rules! assets {
    ($($name:literal)*) => {
        /// Every drawing by name: products, and evidence photos (`photo-...`).
        pub const NAMES: &[&str] = &[$($name),*];

        pub(super) fn svg(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../assets/", $name, ".svg"))),)*
                _ => None,
            }
        }

        /// The snapshot that a buyer takes of the product itself; none for what is not drawn.
        pub(super) fn own_photo(product: &str) -> &'static [&'static str] {
            match product {
                $($name => &[concat!("photo-of-", $name)],)*
                _ => &[],
            }
        }
    };
}

assets! {
    "apron"
    "bag"
    "balm"
    "bedding"
    "belt"
    "blanket"
    "blazer"
    "board"
    "brushes"
    "candle"
    "cap"
    "carafe"
    "clock"
    "coffee"
    "coffee-red"
    "cup"
    "cushion"
    "dress"
    "drip-bags"
    "dripper"
    "espadrilles"
    "filters"
    "gloves"
    "grinder"
    "hand-cream"
    "jumper"
    "kerchief"
    "kettle"
    "kettle-black"
    "knife"
    "lamp"
    "lip-tint"
    "mirror"
    "moka-pot"
    "mug"
    "notebook"
    "organiser"
    "pen"
    "perfume"
    "photo-box"
    "photo-carafe"
    "photo-compact"
    "photo-date"
    "photo-date-bottle"
    "photo-dead-device"
    "photo-doorstep"
    "photo-empty-box"
    "photo-half-bottle"
    "photo-label"
    "photo-lamp"
    "photo-leak"
    "photo-logo"
    "photo-mug"
    "photo-pot-broken"
    "photo-pot-grey"
    "photo-puzzle-gap"
    "photo-seal"
    "photo-seam"
    "photo-shards"
    "photo-shirt"
    "photo-size-label"
    "photo-sole"
    "photo-spilled"
    "photo-stain"
    "photo-tag"
    "photo-torn-box"
    "photo-two-colours"
    "photo-wet-parcel"
    "photo-wrong-label"
    "plant"
    "pot"
    "press"
    "puzzle"
    "satchel"
    "scale"
    "scarf"
    "serum"
    "sheet-mask"
    "shirt"
    "shoe"
    "skillet"
    "skirt"
    "sneakers"
    "soap"
    "socks"
    "straw-hat"
    "sunscreen"
    "syrup"
    "tea"
    "toner"
    "trousers"
    "tshirt"
    "tumbler"
    "umbrella"
    "watering-can"
}
