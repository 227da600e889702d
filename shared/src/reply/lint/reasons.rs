//! Which of the buyers' reasons a text speaks of.

use super::said::Lists;
use crate::reasons::ReasonGroup;
use std::sync::LazyLock;

/// Words by which a text speaks of a reason, in all languages of the desk, as in [`super::words`]. One text for each
/// group, because a list of lists costs the browser more than the words themselves. A word may stand with two groups:
/// what is broken may be damaged or defective.
const SPOKEN: [(ReasonGroup, &str); 22] = {
    use ReasonGroup as G;
    [
        (
            G::Damaged,
            "damag-|broken|broke|cracked|crushed|smashed|shattered|in pieces|reached you whole|rusak|pecah|penyok|\
             keadaan utuh|เสียหาย|แตกหัก|ร้าว|บุบ|สภาพสมบูรณ์|hư hỏng|vỡ|móp|nguyên vẹn|dañad-|llegado entero|roto|rota|rotos|rotas|\
             golpead-|beschädigt-|heil ankommen|kaputt-|zerbrochen-|zerdrückt-",
        ),
        (
            G::Defective,
            "does not work|doesn't work|doesn’t work|did not work|not working|stopped working|simply work|defect-|\
             faulty|broken|tidak berfungsi|berfungsi dengan baik|cacat|rusak|ใช้งานไม่ได้|ใช้ไม่ได้|ไม่ทำงาน|ชำรุด|ใช้งานได้ดี|\
             không hoạt động|bị lỗi|không dùng được|dùng tốt|no funciona|funcionar sin más|defectuos-|averiad-|nicht funktioniert|\
             nicht so funktioniert|funktioniert nicht|einfach funktionieren|defekt-|kaputt-",
        ),
        (
            G::WrongItem,
            "wrong item|wrong product|wrong thing|wrong one|wrong colour|wrong color|wrong size|not what you ordered|\
             tiba keliru|keliru memasukkan|salah kirim|salah barang|barang yang salah|ผิดรายการ|หยิบสินค้าผิด|ส่งผิด|ผิดสี|\
             nhận nhầm|giao nhầm|gửi nhầm|bỏ nhầm|sai sản phẩm|otro artículo|artículo equivocado|producto equivocado|\
             lo que no era|falsche artikel|falschen artikel|falsches produkt|das falsche|verwechselt",
        ),
        (
            G::MissingParts,
            "missing|incomplete|been complete|paketnya kurang|tidak lengkap|kurang lengkap|isinya lengkap|ไม่ครบ|ขาดไป|\
             ขาดหาย|ครบถ้วน|thiếu|đầy đủ|faltaba|faltaban|faltan|incomplet-|llegado completo|gefehlt|fehlt|fehlen|fehlte|\
             fehlten|unvollständig-|vollständig sein",
        ),
        (
            G::NotReceived,
            "not reached you|never reached|did not reach|didn't reach|never arrived|not arrived|did not arrive|\
             didn't arrive|not received|never received|should reach its owner|lost|belum sampai|tidak sampai|\
             belum diterima|belum tiba|hilang|sampai ke tujuan|ยังไม่ได้รับ|ไม่ได้รับพัสดุ|ไม่ได้รับสินค้า|สูญหาย|ถึงมือผู้รับ|\
             chưa nhận được|không nhận được|kiện hàng phải đến tay|thất lạc|no te ha llegado|no ha llegado|no llegó|nunca llegó|perdido|\
             llegar a su destino|nicht bei dir angekommen|nicht angekommen|nie angekommen|nicht erhalten|verloren|\
             sollte bei dir ankommen",
        ),
        (
            G::Late,
            "is late|was late|too late|late delivery|delay-|sooner|the wait|on time|terlalu lama|terlambat|telat|\
             lebih cepat|membuat menunggu|keterlambatan|นานเกินไป|ล่าช้า|เร็วกว่านี้|ทำให้รอ|quá nhiều thời gian|chậm trễ|\
             giao chậm|giao trễ|gửi sớm hơn|để bạn chờ|ha tardado|retras-|la espera|salido antes|verspätet|verspätung|\
             zu spät|wartezeit|verzögerung|früher unterwegs",
        ),
        (
            G::DeliveryFailed,
            "not be delivered|complete the delivery|delivery failed|failed delivery|delivery attempt|\
             tidak berhasil diantar|gagal diantar|menyelesaikan pengantarannya|จัดส่งไม่สำเร็จ|không giao được|\
             chưa giao được|giao không thành công|no se pudo entregar|completar la entrega|intento de entrega|\
             nicht zugestellt|nicht zustellen|zustellversuch",
        ),
        (
            G::NotAsDescribed,
            "our page|as described|description|what we described|deskripsi|tidak sesuai|ไม่ตรงกับรายละเอียด|ไม่ตรงปก|\
             รายละเอียดในร้าน|mô tả|không giống hình|lo describimos|descripción|nuestra página|unserer beschreibung|\
             unsere beschreibung|wie beschrieben",
        ),
        (
            G::Fit,
            "not fit|doesn't fit|doesn’t fit|didn't fit|too small|too big|too large|too tight|the size|ukurannya|\
             kekecilan|kebesaran|tidak pas|ขนาดไม่พอดี|ไม่พอดี|คับเกินไป|หลวมเกินไป|ไซส์|không vừa|quá nhỏ|quá rộng|quá chật|\
             kích cỡ|no te queda bien|la talla|demasiado pequeñ-|demasiado grande|nicht passt|passt nicht|zu klein|\
             zu groß|zu eng|die größe",
        ),
        (
            G::ChangedMind,
            "for you after all|changed your mind|change of mind|no longer need-|no longer want-|kurang cocok|\
             berubah pikiran|ไม่ตรงกับที่ต้องการ|เปลี่ยนใจ|ไม่ต้องการแล้ว|không còn phù hợp|đổi ý|không còn cần|no era para ti|\
             cambiado de opinión|cambiado de idea|ya no lo necesit-|nicht das richtige|umentschieden|anders überlegt|\
             nicht mehr brauchst",
        ),
        (
            G::BetterPrice,
            "about the price|better price|cheaper|lower price|coupon|discount|soal harganya|lebih murah|kupon|diskon|\
             เรื่องราคา|ถูกกว่า|คูปอง|ส่วนลด|về giá|rẻ hơn|mã giảm giá|del precio|más barat-|mejor precio|cupón|descuento|\
             den preis|günstiger|billiger|gutschein|rabatt",
        ),
        (
            G::DeliveryCost,
            "cost of delivery|delivery cost-|shipping cost-|shipping fee-|delivery fee-|ongkos kirim-|ongkir|ค่าจัดส่ง|ค่าส่ง|\
             phí giao hàng|phí vận chuyển|phí ship|gastos de envío|costo de envío|versandkosten|lieferkosten",
        ),
        (
            G::Mistake,
            "meant to place|ordered by mistake|by accident|ordered twice|bukan pesanan ini|tidak sengaja|salah pesan|\
             ไม่ได้ตั้งใจ|สั่งผิด|กดผิด|สั่งซ้ำ|định đặt|đặt nhầm|đặt trùng|que querías hacer|sin querer|pediste por error|\
             nicht aufgeben wolltest|versehentlich|aus versehen",
        ),
        (
            G::Address,
            "delivery address|shipping address|wrong address|alamat|ที่อยู่จัดส่ง|ที่อยู่ผิด|địa chỉ|dirección|lieferadresse|\
             anschrift",
        ),
        (
            G::Payment,
            "pay another way|payment method|another way to pay|membayar dengan cara lain|metode pembayaran|วิธีอื่น|\
             theo cách khác|phương thức thanh toán|pagar de otra forma|método de pago|anders bezahlen|zahlungsart",
        ),
        (
            G::Unpaid,
            "payment did not come|not paid in time|pembayarannya tidak selesai|belum dibayar|การชำระเงินไม่เสร็จ|\
             ยังไม่ได้ชำระ|chưa được thanh toán|pago no se completó|sin pagar|zahlung nicht rechtzeitig",
        ),
        (
            G::Counterfeit,
            "your doubt|counterfeit|fake|genuine|authentic-|keraguan|palsu|ข้อสงสัย|ของปลอม|ของแท้|băn khoăn|hàng giả|\
             chính hãng|dudas sobre|falsific-|auténtic-|zweifel|fälschung|gefälscht",
        ),
        (
            G::Quality,
            "quality|expired|spoiled|spoilt|kualitas-|kedaluwarsa|basi|คุณภาพ|หมดอายุ|chất lượng|hết hạn|calidad|caducad-|\
             qualität|abgelaufen|verdorben",
        ),
        (
            G::OutOfStock,
            "no longer deliver|out of stock|sold out|sold more than|kami kirim lagi|stok|ไม่สามารถจัดส่งได้|มีไม่พอ|สินค้าหมด|\
             không thể giao được|không còn đủ hàng|hết hàng|no podemos entregar|vendimos más|agotad-|\
             nicht mehr liefern|mehr verkauft|ausverkauft",
        ),
        (
            G::WrongPrice,
            "wrong price|price was|harganya keliru|harga itu|salah harga|ราคาไม่ถูกต้อง|ราคานั้น|sai giá|giá đó|\
             precio equivocado|precio fue|error de precio|falschen preis|preis war|preisfehler",
        ),
        (
            G::Agreed,
            "settled together|as agreed|we agreed on|kesepakatan|ตกลงกัน|đã thống nhất|đã thỏa thuận|acordamos|\
             lo acordado|vereinbarung|vereinbart",
        ),
        (
            G::Platform,
            "cancelled automatically|canceled automatically|automatically cancelled|secara otomatis|โดยอัตโนมัติ|\
             hủy tự động|tự động hủy|automáticamente|automatisch storniert",
        ),
    ]
};

/// The reasons that a text names, in no telling order. None: it says nothing of why the buyer asked.
pub fn reasons_in(text: &str) -> Vec<ReasonGroup> {
    static LISTS: LazyLock<Lists<ReasonGroup>> = LazyLock::new(|| Lists::of(&SPOKEN));
    LISTS.found(&super::fold(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_has_the_two_letters_by_which_it_is_found() {
        let phrases = SPOKEN.iter().flat_map(|(_, phrases)| phrases.split('|'));
        assert!(phrases.clone().count() > 300);
        for phrase in phrases {
            assert!(phrase.trim_end_matches('-').chars().count() >= 2, "{phrase:?}");
        }
    }
}
