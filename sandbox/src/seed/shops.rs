//! The five shops and what they sell.

use crate::pictures::{Kind, kind_of};

use super::shops_asia::{KOPI_SENJA, SIAM_GLOW};

/// A shop of the practice world.
#[derive(Debug)]
pub struct ShopSeed {
    pub name: &'static str,
    /// The platform's region code: `GB`, not `UK`.
    pub region: &'static str,
    pub currency: &'static str,
    /// The language in which buyers and shop write.
    pub language: &'static str,
    /// In winter.
    pub utc_offset_minutes: i32,
    pub products: &'static [Product],
}

/// One thing for sale, in one variant.
#[derive(Debug)]
pub struct Product {
    pub name: &'static str,
    pub sku_name: &'static str,
    pub seller_sku: &'static str,
    /// A name that `pictures::png` knows.
    pub picture: &'static str,
    /// With as many decimals as the currency has.
    pub price: &'static str,
}

/// A case that every practice shop begins with, so that the first look at the desk tells stories.
#[derive(Debug)]
pub struct Story {
    /// A name in `SHOPS`.
    pub shop: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub seller_sku: &'static str,
    pub quantity: u32,
    pub reason_group: &'static str,
    pub words: &'static str,
}

pub(super) const fn product(
    name: &'static str,
    sku_name: &'static str,
    seller_sku: &'static str,
    picture: &'static str,
    price: &'static str,
) -> Product {
    Product { name, sku_name, seller_sku, picture, price }
}

/// All shops, in the order in which a seller's account lists them.
pub const SHOPS: &[ShopSeed] = &[
    ShopSeed {
        name: "Harbor & Hearth",
        region: "US",
        currency: "USD",
        language: "en",
        utc_offset_minutes: -300,
        products: HARBOR_AND_HEARTH,
    },
    ShopSeed {
        name: "Fern & Ferrule",
        region: "GB",
        currency: "GBP",
        language: "en",
        utc_offset_minutes: 0,
        products: FERN_AND_FERRULE,
    },
    ShopSeed {
        name: "Kopi Senja",
        region: "ID",
        currency: "IDR",
        language: "id",
        utc_offset_minutes: 420,
        products: KOPI_SENJA,
    },
    ShopSeed {
        name: "Siam Glow",
        region: "TH",
        currency: "THB",
        language: "th",
        utc_offset_minutes: 420,
        products: SIAM_GLOW,
    },
    ShopSeed {
        name: "Lino Norte",
        region: "ES",
        currency: "EUR",
        language: "es",
        utc_offset_minutes: 60,
        products: LINO_NORTE,
    },
];

const HARBOR_AND_HEARTH: &[Product] = &[
    product("Glass pour-over set", "600 ml", "HH-POUR-600", "carafe", "31.00"),
    product("Terracotta pot with saucer", "Terracotta, 18 cm", "HH-POT-18-TC", "pot", "22.40"),
    product("Trail runners", "Red, US 8", "HH-TRAIL-8-RD", "shoe", "86.00"),
    product("Stoneware mug", "Ocean blue, 12 oz", "HH-MUG-12-BL", "mug", "18.00"),
    product("Soy candle", "Cedar and fig, 9 oz", "HH-CNDL-CF", "candle", "24.00"),
    product("Chef's knife", "8 inch", "HH-KNIFE-8", "knife", "64.00"),
    product("Waffle throw blanket", "Oat, 50 x 60 in", "HH-THROW-OAT", "blanket", "58.00"),
    product("Cast iron skillet", "10 inch", "HH-SKIL-10", "skillet", "42.50"),
    product("Gooseneck kettle", "Matte white, 1 qt", "HH-KETL-WH", "kettle", "54.00"),
    product("Linen kitchen apron", "Rust", "HH-APRN-RU", "apron", "32.00"),
    product("Snake plant in a basket", "Medium", "HH-PLANT-M", "plant", "38.00"),
    product("Oak wall clock", "10 inch", "HH-CLOCK-10", "clock", "45.00"),
    product("Acacia cutting board", "Large", "HH-BOARD-L", "board", "36.00"),
];

const FERN_AND_FERRULE: &[Product] = &[
    product("Brass desk lamp", "UK plug", "FF-LAMP-BR", "lamp", "58.00"),
    product("Merino scarf", "Rose", "FF-SCRF-RO", "scarf", "24.00"),
    product("Waxed canvas satchel", "Moss", "FF-SATC-MO", "satchel", "79.00"),
    product("Walking umbrella", "Bottle green", "FF-UMBR-GR", "umbrella", "34.00"),
    product("Fountain pen", "Fine nib, navy", "FF-PEN-F-NV", "pen", "29.50"),
    product("Walnut desk organiser", "Three trays", "FF-ORGN-3", "organiser", "26.00"),
    product("Wool flat cap", "Herringbone, M", "FF-CAP-M", "cap", "31.00"),
    product("Loose leaf tea", "Breakfast, 125 g tin", "FF-TEA-125", "tea", "12.50"),
    product("Leather gloves", "Tan, M", "FF-GLOV-M", "gloves", "36.00"),
    product("Hardback notebooks", "Dotted, pack of 2", "FF-NOTE-2", "notebook", "14.00"),
    product("Lambswool jumper", "Oatmeal, L", "FF-JUMP-L", "jumper", "62.00"),
    product("Enamel watering can", "Sage, 1.5 l", "FF-WATR-SG", "watering-can", "27.00"),
    product("Cotton socks", "Mixed, 3 pairs", "FF-SOCK-3", "socks", "13.50"),
];

const LINO_NORTE: &[Product] = &[
    product("Camisa de lino", "Salvia, M", "LN-CAM-SA-M", "shirt", "42.90"),
    product("Bolso de lona", "Azul marino", "LN-BOL-AM", "bag", "27.50"),
    product("Vestido camisero de lino", "Terracota, S", "LN-VES-TE-S", "dress", "64.90"),
    product("Pantalón recto de lino", "Arena, 40", "LN-PAN-AR-40", "trousers", "49.90"),
    product("Sombrero de paja", "Talla única", "LN-SOM-U", "straw-hat", "29.90"),
    product("Zapatillas de lona", "Blanco, 39", "LN-ZAP-BL-39", "sneakers", "54.00"),
    product("Alpargatas", "Azul, 38", "LN-ALP-AZ-38", "espadrilles", "34.90"),
    product("Falda midi", "Mostaza, M", "LN-FAL-MO-M", "skirt", "44.50"),
    product("Americana de lino", "Piedra, L", "LN-AME-PI-L", "blazer", "98.00"),
    product("Cinturón de piel", "Cuero, 90 cm", "LN-CIN-90", "belt", "26.00"),
    product("Pañuelo estampado", "Coral", "LN-PAN-CO", "kerchief", "22.00"),
    product("Juego de sábanas de lino", "Cama de 150, blanco roto", "LN-SAB-150", "bedding", "79.90"),
    product("Camiseta de algodón", "Rayas, M", "LN-CTA-RA-M", "tshirt", "19.90"),
];

/// Whether a buyer could credibly give this reason for this product: nothing but what is worn
/// fails to fit, only food and cosmetics expire, a scarf has no part to miss.
pub fn suits(picture: &str, reason_group: &str) -> bool {
    let kind = kind_of(picture);
    match reason_group {
        "fit" => matches!(kind, Kind::Garment | Kind::Shoe),
        "expired" => matches!(kind, Kind::Bottle | Kind::Food),
        "defective" => matches!(kind, Kind::Device | Kind::Shoe | Kind::Bag | Kind::Bottle),
        "missing_parts" => matches!(kind, Kind::Device | Kind::Glass | Kind::Puzzle | Kind::Other),
        "counterfeit" => matches!(kind, Kind::Shoe | Kind::Bottle | Kind::Bag | Kind::Device),
        _ => true,
    }
}

const fn story(
    shop: &'static str,
    (first, last): (&'static str, &'static str),
    (seller_sku, quantity): (&'static str, u32),
    reason_group: &'static str,
    words: &'static str,
) -> Story {
    Story { shop, first, last, seller_sku, quantity, reason_group, words }
}

/// The opening cases.
pub const STORIES: &[Story] = &[
    story(
        "Harbor & Hearth",
        ("Dana", "Reyes"),
        ("HH-POUR-600", 1),
        "damaged",
        "The box was crushed on one corner and the glass part has a long crack. I was going to use it \
         for my sister’s birthday breakfast, so it’s a shame.",
    ),
    story("Siam Glow", ("ณิชา", "วงศ์สวัสดิ์"), ("SG-SERUM-30", 2), "mistake", "กดสั่งซ้ำสองครั้งค่ะ ขอยกเลิกรายการนี้นะคะ"),
    story(
        "Lino Norte",
        ("Lucía", "Martín"),
        ("LN-CAM-SA-M", 1),
        "fit",
        "Pedí la M de siempre, pero me queda justa de hombros.",
    ),
    story(
        "Kopi Senja",
        ("Bagus", "Pratama"),
        ("KS-GAYO-500", 3),
        "not_received",
        "Status sudah terkirim, tapi paketnya belum saya terima.",
    ),
    story(
        "Fern & Ferrule",
        ("Priya", "Kapoor"),
        ("FF-LAMP-BR", 1),
        "late",
        "It was a present for Sunday. That date has gone now.",
    ),
    story(
        "Harbor & Hearth",
        ("Cole", "Turner"),
        ("HH-POT-18-TC", 1),
        "wrong_item",
        "I ordered terracotta and got a grey one.",
    ),
    story(
        "Siam Glow",
        ("ธนา", "กิตติพงศ์"),
        ("SG-PUZZ-1000", 1),
        "missing_parts",
        "จิ๊กซอว์ขาดไปสามชิ้น ต่อเสร็จแล้วเหลือรูตรงกลางภาพพอดีเลยครับ",
    ),
    story(
        "Lino Norte",
        ("Iker", "Santos"),
        ("LN-BOL-AM", 1),
        "not_as_described",
        "En la foto es azul marino; ha llegado casi negro.",
    ),
    story(
        "Harbor & Hearth",
        ("Jae", "Park"),
        ("HH-TRAIL-8-RD", 1),
        "counterfeit",
        "The logo is stitched differently from my other pair.",
    ),
    story(
        "Fern & Ferrule",
        ("Owen", "Lewis"),
        ("FF-SCRF-RO", 1),
        "changed_mind",
        "Lovely scarf, but the colour does not suit me.",
    ),
];
