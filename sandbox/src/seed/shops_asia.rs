//! What the shops in Indonesia and Thailand sell.

use super::shops::{Product, product};

pub(super) const KOPI_SENJA: &[Product] = &[
    product("Biji kopi Gayo Aceh", "500 g, medium roast", "KS-GAYO-500", "coffee", "129000"),
    product("Biji kopi Robusta Lampung", "250 g, dark roast", "KS-LAMP-250", "coffee-red", "58000"),
    product("Kopi drip bag", "Isi 10, campur", "KS-DRIP-10", "drip-bags", "65000"),
    product("Grinder kopi manual", "Baja, 5 tingkat", "KS-GRIND-5", "grinder", "275000"),
    product("Ketel leher angsa", "600 ml, hitam", "KS-KETEL-600", "kettle-black", "319000"),
    product("Dripper V60 keramik", "Putih, 1–2 cangkir", "KS-V60-PT", "dripper", "98000"),
    product("Kertas filter V60", "Isi 100", "KS-FILT-100", "filters", "38000"),
    product("French press", "350 ml", "KS-PRESS-350", "press", "165000"),
    product("Gula aren cair", "250 ml", "KS-AREN-250", "syrup", "42000"),
    product("Moka pot aluminium", "3 cangkir", "KS-MOKA-3", "moka-pot", "210000"),
    product("Tumbler kopi stainless", "350 ml, hijau", "KS-TUMB-350", "tumbler", "145000"),
    product("Timbangan kopi digital", "3 kg, timer", "KS-TIMB-3", "scale", "198000"),
    product("Cangkir keramik senja", "Jingga, 200 ml", "KS-CANG-JG", "cup", "72000"),
];

pub(super) const SIAM_GLOW: &[Product] = &[
    product("เซรั่มผิวโกลว์ Siam Glow", "30 มล.", "SG-SERUM-30", "serum", "295.00"),
    product("จิ๊กซอว์ตลาดกลางคืน", "1,000 ชิ้น", "SG-PUZZ-1000", "puzzle", "1240.00"),
    product("โทนเนอร์น้ำข้าวหอมมะลิ", "150 มล.", "SG-TONER-150", "toner", "320.00"),
    product("ครีมกันแดด SPF50+ PA++++", "40 มล.", "SG-SUN-40", "sunscreen", "359.00"),
    product("ลิปทินต์เนื้อวอเตอร์", "สีชมพูกุหลาบ", "SG-LIP-ROSE", "lip-tint", "189.00"),
    product("คลีนซิ่งบาล์มมะพร้าว", "90 กรัม", "SG-BALM-90", "balm", "390.00"),
    product("แผ่นมาส์กหน้าใบบัวบก", "แพ็ก 5 แผ่น", "SG-MASK-5", "sheet-mask", "199.00"),
    product("สบู่ก้อนขมิ้นน้ำผึ้ง", "100 กรัม", "SG-SOAP-100", "soap", "89.00"),
    product("คุชชั่นคุมมัน", "เบอร์ 21", "SG-CUSH-21", "cushion", "459.00"),
    product("แฮนด์ครีมดอกลีลาวดี", "50 มล.", "SG-HAND-50", "hand-cream", "149.00"),
    product("น้ำหอมกลิ่นมะลิป่า", "30 มล.", "SG-PERF-30", "perfume", "690.00"),
    product("ชุดแปรงแต่งหน้า", "8 ชิ้น", "SG-BRUSH-8", "brushes", "549.00"),
    product("กระจกแต่งหน้ามีไฟ LED", "สีขาว ชาร์จ USB", "SG-MIRR-LED", "mirror", "490.00"),
];
