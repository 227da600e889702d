//! A face for every buyer: head and shoulders in the colour of a hue.

/// The drawing for a hue from 0 to 359, written without sign or leading zeros.
pub(super) fn svg(hue: &str) -> Option<String> {
    let degrees: u16 = hue.parse().ok().filter(|degrees| *degrees < 360)?;
    if degrees.to_string() != hue {
        return None;
    }
    let skin = match degrees % 5 {
        0 => "#f2d0b4",
        1 => "#c98f66",
        2 => "#8d5a3b",
        3 => "#e4b48d",
        _ => "#a9714b",
    };
    let hair_colour = match degrees % 7 {
        0 | 3 => "#2b2320",
        1 | 5 => "#4a3225",
        2 => "#7a4a28",
        4 => "#b98b4e",
        _ => "#8f8a86",
    };
    let hair = match degrees % 4 {
        0 => "M15 21c0-7 4-10 9-10s9 3 9 10c-2-4-5-5-9-5s-7 1-9 5z",
        1 => "M14 34c-1-15 1-23 10-23s11 8 10 23h-4V22c-3-1-5-3-6-5-1 3-4 5-6 5v12z",
        2 => "M16 20c-1-5 3-9 8-9 6 0 9 4 8 9-3-2-9 0-12-3-1 2-3 2-4 3z",
        _ => "M15 23c-2-8 3-12 9-12s11 4 9 12l-2-4c-4 1-8 0-11-2-1 2-3 3-4 3z",
    };
    // Long hair lies behind the face, short hair on it.
    let (behind, before) = if degrees % 4 == 1 { (hair, "") } else { ("", hair) };
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\">\
         <rect width=\"48\" height=\"48\" fill=\"hsl({degrees}, 42%, 86%)\"/>\
         <path d=\"{behind}\" fill=\"{hair_colour}\"/>\
         <path d=\"M8 48c0-10 7-14 16-14s16 4 16 14z\" fill=\"hsl({degrees}, 38%, 48%)\"/>\
         <path d=\"M20.500 29h7v6c-2 3-5 3-7 0z\" fill=\"{skin}\"/>\
         <ellipse cx=\"24\" cy=\"22.500\" rx=\"7.500\" ry=\"9\" fill=\"{skin}\"/>\
         <path d=\"{before}\" fill=\"{hair_colour}\"/>\
         </svg>"
    ))
}
