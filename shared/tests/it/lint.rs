//! What the rules find in a text, and what they leave alone.

use shared::domain::case::{Claim, Sayable, Voice};
use shared::money::Money;
use shared::reply::{Finding, Language, LintInput, Rule, Severity, count, lint, lint_voice, rule_text};
use shared::time::Timestamp;

const USD: (&str, &str) = ("34.18", "USD");

fn findings(text: &str, language: Language, amount: (&str, &str), claim: Option<Claim>, pending: bool) -> Vec<Finding> {
    let amount = Money::parse(amount.0, amount.1).unwrap();
    let input = LintInput {
        text,
        language,
        claim,
        sayable: &[],
        pending,
        amount: Some(&amount),
        buyer_language: None,
        name: None,
    };
    let found = lint(&input);
    for finding in &found {
        assert!(text.get(finding.start..finding.end).is_some(), "{finding:?} splits a character of {text}");
    }
    found
}

fn rules(found: &[Finding]) -> Vec<Rule> {
    found.iter().map(|finding| finding.rule).collect()
}

/// A reply that waits for `approved`, with US$ 34.18 to say.
#[track_caller]
fn check(text: &str, expected: &[Rule]) {
    let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
    assert_eq!(rules(&found), expected, "{text}\n{found:?}");
}

#[track_caller]
fn clear(text: &str) {
    check(text, &[]);
}

#[test]
fn links_are_found_and_ordinary_points_are_not() {
    for text in [
        "See https://harbor.example for more.",
        "See www.harbor.test now.",
        "See harbor-hearth.com now.",
        "See (harbor-hearth.co.id)!",
        "See bit.ly/3abc now.",
        "Join t.me/harbor today.",
        "ดูที่www.harbor.testนะคะ",
        "Lihat Harbor.SHOP ya.",
        "Watch youtu.be/abc?t=3 first.",
    ] {
        check(text, &[Rule::Link]);
    }
    clear("It was opened.It broke, we looked.Me too.");
    clear("Add 0.5 l, i.e. 500 ml, at 8.30 a.m. or so.");
    clear("Llegó el 3.es tarde, p.ej. por la nieve.");
    clear("The file was photo.jpg, version 2.10.");
}

#[test]
fn what_is_taken_out_leaves_no_gap() {
    for (text, left) in [
        ("See www.harbor.test now.", "See now."),
        ("See it at www.harbor.test.", "See it at."),
        ("www.harbor.test shows it.", "shows it."),
        ("ดูที่www.harbor.testนะคะ", "ดูที่นะคะ"),
    ] {
        let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
        assert_eq!(found[0].mended(text).as_deref(), Some(left));
    }
}

#[test]
fn mail_addresses_and_handles_are_found() {
    check("Write to help@harbor.example please.", &[Rule::Email]);
    check("Write to \"Dana.R+shop@harbor.co.uk\".", &[Rule::Email]);
    check("เขียนมาที่help@harbor.testได้ค่ะ", &[Rule::Email]);
    check("Follow @harbor_hearth there.", &[Rule::Handle]);
    check("ตามร้านที่@siamglowค่ะ", &[Rule::Handle]);
    clear("Two at 5 @ 10 each, and @ 3 pm.");
}

#[test]
fn phone_numbers_are_found() {
    for text in [
        "Ring +1 213 555 0100 today.",
        "Ring 213-555-0100 today.",
        "Ring (213) 555-0100 today.",
        "Ring 213.555.0100 today.",
        "Ring 1-800-555-0100 today.",
        "Balas ke 0812-3456-7890 ya.",
        "Balas ke 081234567890.",
        "Balas ke 812-3456-7890 ya.",
        "Ring 020 7946 0958 today.",
        "Escribe al 612 345 678 hoy.",
        "Escribe al 91 234 56 78 hoy.",
        "ติดต่อ 02-123-4567 ค่ะ",
        "โทร 812345678 นะคะ",
        "Call us: 5550100.",
        "Gọi 912345678 nhé.",
    ] {
        check(text, &[Rule::Phone]);
    }
}

#[test]
fn other_numbers_are_no_phone_numbers() {
    for text in [
        "Order 576822041197000123 is meant.",
        "Order 5768 2204 1197 is meant.",
        "Tracking 0123456789, parcel 0812 3456 7890, order 0800123456.",
        "Pesanan 081234567890 sedang dicek.",
        "Mã vận đơn 0912345678 của bạn.",
        "Parcel TH0123456789AB left on 05.11.2026 14:20.",
        "It left on 2026-11-23 at 14:20, day 01-02-2026 10 h.",
        "The 600 ml carafe, 12 x 34 x 56 cm, size 38.",
        "We answer within 24 h, 7 days a week, 365 days.",
        "It has 1 000 000 000 tiny stars.",
        "Batch 123456789 of 2026.",
    ] {
        clear(text);
    }
    let found =
        findings("Dana sebesar Rp 812 345 678 kembali.", Language::Id, ("812", "IDR"), Some(Claim::Approved), true);
    assert!(!rules(&found).contains(&Rule::Phone), "{found:?}");
}

#[test]
fn other_apps_are_found_as_whole_words() {
    for text in [
        "Find us on WhatsApp.",
        "Chat via WA saja.",
        "แอดไลน์มาได้เลย",
        "Message us on Instagram!",
        "Nhắn Zalo cho shop nhé.",
        "Send your PayPal name.",
        "Also on Shopee.",
        "Add our LINE ID please.",
        // A letter whose small form has another length must not hide the rest.
        "İstanbul edition: WHATSAPP us.",
    ] {
        check(text, &[Rule::OtherApp]);
    }
    clear("Lineup and faceless are words, and so is a messenger bag.");
    clear("Bottom line: it is approved.");
    clear("สั่งซื้อออนไลน์ได้ตามปกติค่ะ");
    clear("Swap the wa-shing label.");
}

#[test]
fn amounts_are_the_platforms_or_none() {
    for text in [
        "Your refund of US$ 34.18 is approved.",
        "Your refund of $34.18 is approved.",
        "Your refund of 34,18 USD is approved.",
        "Your refund of USD 34.180 would be odd, but US$\u{a0}34.18 is right.",
        "Your refund of 34.18 is approved.",
        "You get 34.18 dollars.",
    ] {
        let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
        let odd = text.contains("34.180");
        assert_eq!(rules(&found), if odd { vec![Rule::WrongAmount] } else { vec![] }, "{text}");
    }
    for text in [
        "Your refund of US$ 34.81 is approved.",
        "Your refund of $3,418 is approved.",
        "Your refund of € 34.18 is approved.",
        "Your refund of 34.18 MYR is approved.",
        "Your refund of PHP 34.18 is approved.",
        "Your refund of 34.81 is approved.",
        "Rp 389.000 will come back.",
        "You get 10 € more.",
        "You get 10 dollars more.",
        "ได้คืน 590 บาทค่ะ",
    ] {
        check(text, &[Rule::WrongAmount]);
    }
    for text in [
        "The 600 ml carafe, 2.50 m of cord and 3.5 stars.",
        "Your refund was approved on 12.11. and not before 10.30 am.",
        "Your refund of the 1.25 l bottle is approved.",
        "The refund for size 38.50 is approved.",
        "Prm 5 and kusd 7 are no money.",
    ] {
        clear(text);
    }
}

#[test]
fn amounts_are_read_as_the_language_writes_them() {
    for (text, language, amount, expected) in [
        ("Dana Rp 389.000 akan kembali.", Language::Id, ("389000", "IDR"), true),
        ("Dana Rp389.000,00 akan kembali.", Language::Id, ("389000", "IDR"), true),
        ("Dana 389rb akan kembali.", Language::Id, ("389000", "IDR"), true),
        ("Dana Rp 389 ribu akan kembali.", Language::Id, ("389000", "IDR"), true),
        ("Dana 398rb akan kembali.", Language::Id, ("389000", "IDR"), false),
        ("Dana 389k akan kembali untuk 3 kg.", Language::Id, ("389000", "IDR"), true),
        ("Số tiền 864.000đ sẽ về.", Language::Vi, ("864000", "VND"), true),
        ("Số tiền 864k sẽ về cho 2 đơn và 1 đồng hồ.", Language::Vi, ("864000", "VND"), true),
        ("Số tiền 846.000 ₫ sẽ về.", Language::Vi, ("864000", "VND"), false),
        ("ยอด ฿1,240.00 จะคืนค่ะ", Language::Th, ("1240.00", "THB"), true),
        ("ยอด 1,240 บาทจะคืนค่ะ", Language::Th, ("1240.00", "THB"), true),
        ("El importe de 1.234,50 € volverá.", Language::Es, ("1234.50", "EUR"), true),
        ("El importe de MX$ 1,234.50 volverá.", Language::Es, ("1234.50", "MXN"), true),
        ("Der Betrag von 1.234,50 € geht zurück.", Language::De, ("1234.50", "EUR"), true),
        ("Der Betrag von 1.234,05 € geht zurück.", Language::De, ("1234.50", "EUR"), false),
    ] {
        let found = findings(text, language, amount, Some(Claim::Approved), true);
        assert_eq!(rules(&found), if expected { vec![] } else { vec![Rule::WrongAmount] }, "{text}\n{found:?}");
    }
}

#[test]
fn a_chat_line_may_name_the_price_of_a_thing() {
    let found = findings("The set costs $5 less in the bundle, € 7 more alone.", Language::En, USD, None, false);
    assert_eq!(found, []);
}

#[test]
fn a_wrong_amount_is_mended_with_the_platforms() {
    let text = "Your refund of $34.81 is approved.";
    let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
    assert_eq!(&text[found[0].start..found[0].end], "$34.81");
    assert_eq!(found[0].fix.as_deref(), Some("US$ 34.18"));
    let input = LintInput {
        text,
        language: Language::En,
        claim: Some(Claim::Approved),
        sayable: &[],
        pending: true,
        amount: None,
        buyer_language: None,
        name: None,
    };
    assert_eq!(lint(&input)[0].fix, None, "no amount may be said");
}

#[test]
fn refunded_is_not_said_before_it_is_so() {
    for text in [
        "Your refund of US$ 34.18 has been processed.",
        "Your refund is processed.",
        "We have processed your refund.",
        "TikTok has refunded US$ 34.18.",
        "You were refunded on Monday.",
        "We refunded you.",
        "Your refund went through.",
        "The money has been returned to you.",
        "US$ 34.18 has been credited.",
        "Your refund is complete.",
        "We issued the refund today.",
        "Your refund has been sent.",
        "Refund successful, have a good day.",
        "We looked at your refund, and it has been processed.",
        "The money is already in your account.",
        "Once more: your money was refunded.",
        "If you look, it has been refunded.",
        "When you wrote we refunded you.",
        "Tu reembolso ya se ha procesado.",
        "Ya hemos devuelto el dinero.",
        "Las dos compras fueron reembolsadas.",
        "Dana sudah dikembalikan ya.",
        "Dana sudah kami transfer.",
        "Refund sudah berhasil ya.",
        "Uangnya sudah kami kembalikan.",
        "Refund sudah diproses ya.",
        "Shop đã hoàn tiền cho bạn.",
        "Shop hoàn tiền rồi nhé.",
        "Ya te devolvimos el dinero.",
        "เงินเข้าบัญชีแล้วค่ะ",
        "Tiền đã được hoàn cho bạn.",
        "คืนเงินเรียบร้อยแล้วค่ะ",
        "ทางร้านคืนเงิน ฿590.00 ให้แล้วค่ะ",
        "โอนเงินคืนแล้วนะคะ",
        "Deine Erstattung wurde ausgeführt.",
        "Wir haben dir das Geld zurückgezahlt.",
        "TikTok hat dir „Set, rot und groß“ erstattet.",
        "TikTok hat die Anfrage genehmigt und den Betrag erstattet.",
        "Wir sehen, dass dein Geld dir gutgeschrieben wurde.",
    ] {
        let found = findings(text, Language::En, ("590.00", "THB"), Some(Claim::Approved), true);
        assert!(rules(&found).contains(&Rule::TooEarly), "{text}\n{found:?}");
    }
}

#[test]
fn what_will_be_or_is_not_so_may_be_said() {
    for text in [
        "You will be refunded by TikTok.",
        "Your refund is being processed by TikTok.",
        "It has not been refunded yet.",
        "Your refund hasn’t been processed yet.",
        "Once it has been refunded, we write again.",
        "Once your refund has been processed, TikTok tells you.",
        "Khi khoản hoàn tiền đã được xử lý, shop báo bạn.",
        "Your order was processed on Monday.",
        "The parcel has been returned to us.",
        "A complete refund is approved.",
        "It goes back the way you paid.",
        "Aún no ha sido reembolsado.",
        "Cuando esté reembolsado te avisamos.",
        "Barangnya sudah dikembalikan dengan baik.",
        "Dana belum sudah tentu cair.",
        "Setelah dana diproses, kami kabari.",
        "Barang sudah kembali ke gudang, dana akan diproses TikTok.",
        "Once your refund has been sent, TikTok tells you.",
        "TikTok sẽ hoàn tiền cho bạn.",
        "Đơn hàng đã hoàn thành.",
        "ทางร้านอนุมัติคืนเงิน แล้วค่ะ",
        "คำขอคืนเงินได้รับการอนุมัติแล้วค่ะ",
        "ทางร้านจะคืนเงินให้ค่ะ",
        "ยังไม่ได้คืนเงินแต่รับเรื่องแล้วค่ะ",
        "Der Betrag wird dir von TikTok erstattet.",
        "TikTok erstattet dir den Betrag.",
        "Sobald dein Geld erstattet wurde, melden wir uns.",
        "Die Erstattung wurde noch nicht ausgeführt.",
        "Deine Bestellung wurde am Montag bearbeitet, und dein Geld geht zurück.",
        "Deine Anfrage ist genehmigt und der Betrag wird dir erstattet.",
    ] {
        clear(text);
    }
}

#[test]
fn refunded_is_free_once_it_waits_or_is_proved() {
    let text = "Your refund of US$ 34.18 has been processed.";
    let early = |claim, pending| rules(&findings(text, Language::En, USD, claim, pending));
    assert_eq!(early(Some(Claim::Refunded), true), [], "it waits until it is true");
    assert_eq!(early(Some(Claim::Refunded), false), [Rule::TooEarly]);
    assert_eq!(early(None, true), [Rule::TooEarly], "a chat line waits for nothing");
    let proved = [Sayable { claim: Claim::Refunded, amount: None, since: Timestamp::default() }];
    let amount = Money::parse(USD.0, USD.1).unwrap();
    let input = LintInput {
        text,
        language: Language::En,
        claim: Some(Claim::Refunded),
        sayable: &proved,
        pending: false,
        amount: Some(&amount),
        buyer_language: None,
        name: None,
    };
    assert_eq!(lint(&input), []);
}

#[test]
fn too_early_is_mended_with_approved_where_that_is_true() {
    for (text, mended) in [
        ("Your refund of US$ 34.18 has been processed.", "Your refund of US$ 34.18 has been approved."),
        ("Tu reembolso se ha procesado.", "Tu reembolso se ha aprobado."),
        ("Pengembalian dana sudah diproses.", "Pengembalian dana sudah disetujui."),
        ("Khoản hoàn tiền đã được xử lý.", "Khoản hoàn tiền đã được chấp nhận."),
    ] {
        let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
        let [finding] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!(finding.say, Some(Claim::Approved));
        let mut after = text.to_owned();
        after.replace_range(finding.start..finding.end, finding.fix.as_deref().unwrap());
        assert_eq!(after, mended);
        assert_eq!(findings(&after, Language::En, USD, Some(Claim::Approved), true), []);
        let chat = findings(text, Language::En, USD, None, false);
        assert_eq!((chat[0].say, chat[0].fix.clone()), (None, None), "nothing is approved either");
    }
}

#[test]
fn asking_to_withdraw_is_found() {
    for text in [
        "Please cancel your request first.",
        "You can cancel the return yourself.",
        "We ask you to withdraw this refund request.",
        "Could you cancel the order?",
        "Please close the case.",
        "Mohon batalkan permintaan ini.",
        "Cancela tu solicitud, por favor.",
        "Bạn vui lòng hủy yêu cầu nhé.",
        "รบกวนยกเลิกคำขอก่อนนะคะ",
        "Bitte storniere deine Bestellung.",
        "Kannst du die Anfrage zurückziehen?",
    ] {
        check(text, &[Rule::AsksToCancel]);
    }
    for text in [
        "We cannot cancel this order any more.",
        "We have approved your cancellation.",
        "You asked us to cancel the order.",
        "Thank you for saying why you want to cancel the order.",
        "Kami tidak dapat membatalkan pesanan ini.",
        "No podemos cancelar tu pedido.",
        "Shop không thể hủy đơn này.",
        "ทางร้านอนุมัติการยกเลิกคำสั่งซื้อแล้วค่ะ",
        "Drop your return off where TikTok shows it.",
        "Wir können die Bestellung nicht mehr stornieren.",
        "Die Stornierung deiner Bestellung ist genehmigt.",
    ] {
        clear(text);
    }
}

#[test]
fn asking_for_another_review_is_found() {
    for text in [
        "Would you change your review?",
        "Please update the rating.",
        "Please give us 5 stars.",
        "A positive review would help.",
        "You could leave a short review.",
        "Mohon hapus ulasannya ya.",
        "Bintang 5 ya.",
        "ช่วยให้ 5 ดาวด้วยนะคะ",
        "Danos 5 estrellas.",
        "¿Podrías borrar la reseña?",
        "Bạn sửa đánh giá giúp shop nhé.",
        "รบกวนแก้ไขรีวิวนะคะ",
        "Bitte ändere deine Bewertung.",
        "Über 5 Sterne freuen wir uns.",
    ] {
        check(text, &[Rule::AsksForReview]);
    }
    clear("We will update you with feedback from the carrier.");
    clear("It is approved. Thank you for your review.");
    clear("Es ist genehmigt. Danke für deine Bewertung.");
    clear("It has 3.5 stars of many.");
}

#[test]
fn gaps_length_and_tone_are_found() {
    check("Hi {name}, thank you, the photos show it well.", &[Rule::Gap]);
    check("It covers {something else}, and more.", &[Rule::Gap]);
    check("A brace { alone is a gap too.", &[Rule::Gap]);
    check("That was your fault.", &[Rule::Blame]);
    check("You should have read the page.", &[Rule::Blame]);
    check("Das war dein Fehler.", &[Rule::Blame]);
    check("Hallo Dana,", &[Rule::GreetingAlone]);
    check("", &[Rule::Empty]);
    check(" \n ", &[Rule::Empty]);
    check("Hi Dana", &[Rule::GreetingAlone]);
    check("Hello,", &[Rule::GreetingAlone]);
    check("สวัสดีค่ะ คุณณิชา", &[Rule::GreetingAlone]);
    clear("Hi Dana, it is approved.");
    check(&"long ".repeat(401), &[Rule::TooLong]);
    clear(&"ก".repeat(2_000));
    check(&"ก".repeat(2_001), &[Rule::TooLong]);
    assert_eq!(count("ไทย"), 3);
}

#[test]
fn an_answer_says_more_than_its_manners_in_every_language() {
    for text in [
        "Done.",
        "Ok.",
        "Destiny",
        "Destiny Rodriguez",
        "Hi, Destiny!",
        "Hello Destiny, thank you so much for your message.",
        "Thank you, and have a good day.",
        "Hi Destiny,\n\nThanks for contacting us.\n\nBest regards,\nAmends US team",
        "Halo Kak Destiny, terima kasih sudah menghubungi kami. Salam",
        "Hola, muchas gracias por tu mensaje. Que tengas un buen día.",
        "Xin chào Destiny, cảm ơn bạn đã liên hệ với shop.",
        "Hallo Destiny, vielen Dank für deine Nachricht. Viele Grüße, Harbor",
        "สวัสดีค่ะ คุณณิชา ขอบคุณที่ติดต่อเรานะคะ",
        "สวัสดีค่ะคุณณิชา",
        "โอเคค่ะ",
    ] {
        let name = Some("Destiny Rodriguez").filter(|_| text.contains("Rodriguez")).unwrap_or("Destiny");
        let input = |claim| LintInput {
            text,
            language: Language::En,
            claim,
            sayable: &[],
            pending: true,
            amount: None,
            buyer_language: None,
            name: Some(name),
        };
        let found = lint(&input(Some(Claim::Refunded)));
        assert_eq!(rules(&found), [Rule::GreetingAlone], "{text}");
        assert!(found.iter().all(|finding| finding.severity == Severity::Warn));
    }
    for text in [
        "Refund approved.",
        "Approved: US$ 34.18",
        "Hi Dana, it is approved.",
        "Thank you for the photos, we have approved your refund.",
        "Permintaan disetujui.",
        "Solicitud aprobada.",
        "Cảm ơn bạn, shop đã chấp nhận yêu cầu.",
        "Erstattung genehmigt.",
        "Hallo Dana, sie ist genehmigt. Viele Grüße",
        "สวัสดีค่ะ อนุมัติแล้วค่ะ",
        "สวัสดีค่ะ คุณณิชา ทางร้านอนุมัติคำขอแล้วค่ะ",
    ] {
        clear(text);
    }
    for text in ["Thank you, and have a good day.", "Ok.", "Destiny"] {
        let found = findings(text, Language::En, USD, None, false);
        assert_eq!(rules(&found), [], "a line of chat: {text}");
    }
}

#[test]
fn another_language_than_the_buyers_is_a_warning() {
    let check = |text, buyers, expected: &[Rule]| {
        let input = LintInput {
            text,
            language: Language::En,
            claim: None,
            sayable: &[],
            pending: false,
            amount: None,
            buyer_language: Some(buyers),
            name: None,
        };
        let found = lint(&input);
        assert_eq!(rules(&found), expected, "{text}");
        assert!(found.iter().all(|finding| finding.severity == Severity::Warn));
    };
    check("Thank you for the photos, we have looked at them.", Language::En, &[]);
    check("Thank you for the photos, we have looked at them.", Language::Th, &[Rule::OtherLanguage]);
    check("ขอบคุณสำหรับรูปนะคะ", Language::Th, &[]);
    check("OK", Language::Th, &[]);
}

#[test]
fn we_is_said_only_where_the_desk_decided() {
    for text in [
        "We have approved your request.",
        "Hemos aprobado tu solicitud.",
        "Permintaan Anda sudah kami setujui.",
        "ทางร้านอนุมัติคำขอแล้วค่ะ",
        "Shop đã chấp nhận yêu cầu của bạn.",
        "Deine Anfrage haben wir genehmigt.",
    ] {
        assert_eq!(rules(&lint_voice(text, Voice::Nobody)), [Rule::NotOurs], "{text}");
        assert_eq!(rules(&lint_voice(text, Voice::TikTok)), [Rule::NotOurs], "{text}");
        assert_eq!(lint_voice(text, Voice::We), [], "{text}");
    }
    assert_eq!(lint_voice("We are sorry. Your request has been approved.", Voice::TikTok), []);
}

#[test]
fn blocks_come_first_and_every_rule_has_its_sentence() {
    let text = "That was your fault, see www.harbor.test and {name}.";
    let found = findings(text, Language::En, USD, Some(Claim::Approved), true);
    assert_eq!(rules(&found), [Rule::Link, Rule::Gap, Rule::Blame]);
    assert!(found.iter().all(|finding| rule_text(finding.rule).ends_with('.')));
    assert_eq!(rule_text(Rule::Email), "An e-mail address leads off TikTok. Take it out to send.");
}

#[test]
fn any_text_is_checked_without_splitting_a_character() {
    let pieces = [
        "12",
        "0",
        ".",
        ",",
        " ",
        "+",
        "(",
        ")",
        "-",
        "@",
        "{",
        "}",
        "/",
        "a",
        "İ",
        "ß",
        "đ",
        "ก",
        "ค่ะ",
        "คืนเงิน",
        "แล้ว",
        "€",
        "$",
        "rp",
        "k",
        "\u{a0}",
        "\n",
        "refund",
        "refunded",
        "processed",
        "cancel",
        "order",
        "hủy",
        "đơn",
        "👍",
        "e\u{301}",
        "com",
        "www.",
    ];
    let mut seed = 7_usize;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        for language in Language::ALL {
            findings(&text, language, USD, Some(Claim::Approved), true);
        }
    }
}
